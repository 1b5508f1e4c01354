// Much to say and much to hear on one connection at once.
#include "support/catch.hpp"
#include "support/jobs.hpp"
#include "support/postgres_cluster.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <hawser/postgres/engine.hpp>
#include <string>
#include <vector>

using support::question;
using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST_CASE("ten megabytes of values and ten of rows pass each other on one connection", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto where =
        fresh.address(GENERATE(support::fresh_database::by::socket, support::fresh_database::by::tcp));
    hawser::postgres::settings s;
    s.endpoints = {{.host = where.host, .port = where.port}};
    s.user = where.user;
    s.database = where.database;
    s.shared_connections = 1;
    s.pipeline_bytes = 64u << 20;
    const auto e = hawser::postgres::open(s);
    constexpr std::size_t megabyte = std::size_t{1} << 20;
    const std::string value(megabyte, 'x');
    asio::io_context io;
    std::vector<question> rows;
    std::vector<question> lengths;
    std::size_t ended = 0;
    const auto send = [&](const question& q) {
        asio::co_spawn(io, support::send(e, q.job), [&](const std::exception_ptr& failure) {
            CHECK(!failure);
            ++ended;
        });
    };
    for (int i = 0; i < 10; ++i) {
        rows.push_back(support::read("select repeat('y', 1048576)"));
        lengths.push_back(support::read("select length($1)", value));
        send(rows.back());
        send(lengths.back());
    }
    io.run_for(60s);
    REQUIRE(ended == 20);
    for (const question& q : rows) CHECK(q.rows().rows.at(0).at(0).size() == megabyte);
    for (const question& q : lengths) CHECK(q.rows().rows.at(0).at(0) == "1048576");
    CHECK(fresh.look().integer("select count(*) from pg_stat_activity where datname = current_database() and "
                               "pid <> pg_backend_pid()") == 1);
    support::close(e);
}
