// What a server has said before it went, where the client notices by a write that fails.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <hawser/postgres/engine.hpp>
#include <thread>

using hawser::errc;
using hawser::engine::verb;
using support::fake_server;
using support::dialogue;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace pg = support::pg;

namespace {

struct outcome {
    bool ended = false;
    std::exception_ptr failure;
};

void send(asio::io_context& io, const support::engine_ptr& e, const support::question& q, outcome& to) {
    asio::co_spawn(io, support::send(e, q.job), [&to](std::exception_ptr failure) {
        to.ended = true;
        to.failure = std::move(failure);
    });
}

void run_until(asio::io_context& io, const bool& done) {
    io.restart();
    const auto enough = std::chrono::steady_clock::now() + 10s;
    while (!done && std::chrono::steady_clock::now() < enough) io.run_for(1ms);
    REQUIRE(done);
}

void run_until_pause(asio::io_context& io, fake_server& server) {
    io.restart();
    auto work = asio::make_work_guard(io);
    std::thread waits([&] {
        server.wait_for_pause();
        io.stop();
    });
    io.run_for(10s);
    waits.join();
}

dialogue& statement(dialogue& s) {
    for (const char type : {'P', 'D', 'B', 'E', 'S'}) s.expect_message(type);
    return s;
}

std::string begun(std::string_view tag, char status) {
    return pg::parse_complete() + pg::parameter_description({}) + pg::no_data() + pg::bind_complete() +
           pg::command_complete(tag) + pg::ready(status);
}

} // namespace

TEST_CASE("an answer that has come is heard, although the next write finds the server gone",
          "[postgres][concurrency]") {
    const bool answered = GENERATE(true, false);
    const std::string last_words = pg::error("57P01", "terminating connection", "FATAL");
    dialogue s;
    s.login().expect(pg::sync()).answer(pg::ready());
    statement(s).answer(begun("BEGIN", 'T'));
    statement(s).pause();
    s.answer(answered ? begun("INSERT 0 1", 'T') : last_words).close().deafen();
    fake_server server(s);
    hawser::postgres::settings wanted;
    wanted.endpoints = {{.host = server.host(), .port = server.port()}};
    wanted.user = "hawser";
    wanted.database = "fake";
    const auto e = hawser::postgres::open(wanted);
    asio::io_context io;

    hawser::engine::lease_terms terms{.holder = "desk"};
    terms.session = true;
    auto session = e->make_lease(std::move(terms));
    hawser::engine::lease_terms inner{.holder = "inner"};
    inner.within = session;
    auto within = e->make_lease(std::move(inner));
    outcome connected, opened, inserted;
    send(io, e, support::on_lease(session, verb::connect), connected);
    run_until(io, connected.ended);
    send(io, e, support::begin(within), opened);
    run_until(io, opened.ended);
    REQUIRE(!opened.failure);
    send(io, e, support::on_lease(session, support::write("insert into t values (1)")), inserted);
    run_until_pause(io, server);
    REQUIRE(!inserted.ended);
    server.let_go();
    server.finish(); // it has answered, and closed

    within.reset(); // writes a ROLLBACK before anything is read
    run_until(io, inserted.ended);
    if (answered) {
        CHECK(!inserted.failure);
    } else {
        REQUIRE(inserted.failure);
        const auto told = support::error_in(inserted.failure);
        CHECK(told.kind() == errc::connection_lost);
        CHECK(told.info().sqlstate == "57P01");
    }
    outcome after;
    send(io, e, support::on_lease(session, support::write("insert into t values (2)")), after);
    run_until(io, after.ended);
    REQUIRE(after.failure);
    CHECK(support::kind_of(after.failure) == errc::connection_lost);
    session.reset();
    support::close(e);
}
