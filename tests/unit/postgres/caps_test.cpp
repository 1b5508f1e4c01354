// How many requests are on their way at once, and how many are let in.
#include "postgres/connection.hpp"
#include "postgres/core.hpp"
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "wire.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <hawser/postgres/engine.hpp>
#include <memory>
#include <string>
#include <vector>

using support::question;
using namespace wire;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::string text_of(int number) {
    return "insert into t" + std::to_string(number) + " values (1)";
}
std::size_t heard(const support::fake_server& server) {
    if (server.connections() == 0) return 0;
    std::size_t n = 0;
    const std::string bytes = server.received();
    for (int i = 0; i < 10; ++i) n += bytes.find(text_of(i)) != std::string::npos ? 1 : 0;
    return n;
}

hawser::postgres::settings settings_for(const support::fake_server& server) {
    hawser::postgres::settings s;
    s.endpoints = {{.host = server.host(), .port = server.port()}};
    s.user = "hawser";
    s.database = "fake";
    s.shared_connections = 1;
    return s;
}

using support::dialogue;

// So many inserts, of which no more than `at_once` are heard before one of them is answered.
dialogue said_in_turn(std::size_t count, std::size_t at_once) {
    dialogue says;
    const auto asked = [&] {
        for (const char type : {'P', 'D', 'B', 'E', 'S'}) says.expect_message(type);
    };
    says.login();
    for (std::size_t i = 0; i < at_once; ++i) asked();
    for (std::size_t i = 0; i < count; ++i) {
        says.pause().answer(first_done("INSERT 0 1"));
        if (i + at_once < count) asked();
    }
    return says;
}

struct errands {
    std::vector<question> all;
    std::size_t ended = 0;

    void send(asio::io_context& io, const support::engine_ptr& to, int number) {
        all.push_back(support::write(text_of(number)));
        asio::co_spawn(io, support::send(to, all.back().job), [this](const std::exception_ptr&) { ++ended; });
    }
};

void run_until(asio::io_context& io, const auto& met) {
    const auto late = hawser::clock::now() + 20s;
    while (!met() && hawser::clock::now() < late) {
        io.restart();
        io.run_for(1ms);
    }
}

} // namespace

TEST_CASE("no more than max_pipeline requests are on their way: the next leaves when one is answered",
          "[postgres][limits]") {
    constexpr std::size_t count = 5;
    support::fake_server server(said_in_turn(count, 2), support::fake_server::listens::tcp);
    auto s = settings_for(server);
    s.max_pipeline = 2;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    errands some;
    for (int i = 0; i < static_cast<int>(count); ++i) some.send(io, e, i);
    for (std::size_t answered = 0; answered < count; ++answered) {
        run_until(io, [&] { return heard(server) >= std::min(answered + 2, count); });
        server.wait_for_pause();
        CHECK(heard(server) == std::min(answered + 2, count));
        server.let_go();
        run_until(io, [&] { return some.ended == answered + 1; });
        CHECK(some.ended == answered + 1);
    }
    server.finish();
    for (const question& q : some.all) CHECK(kind_of(q.job->failure) == "none");
    support::close(e);
}

TEST_CASE("a job is let in when there is room for it, and others wait in front of the gate",
          "[postgres][limits]") {
    support::fake_server server(said_in_turn(3, 1));
    auto s = settings_for(server);
    s.queue_jobs = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    errands some;
    for (int i = 0; i < 3; ++i) some.send(io, e, i);
    for (std::size_t answered = 0; answered < 3; ++answered) {
        run_until(io, [&] { return heard(server) == answered + 1; });
        server.wait_for_pause();
        CHECK(e->room().count().inside == 1);
        CHECK(e->room().count().waiting == 2 - answered);
        CHECK(heard(server) == answered + 1);
        server.let_go();
        run_until(io, [&] { return some.ended == answered + 1; });
    }
    server.finish();
    CHECK(some.ended == 3);
    CHECK(e->room().count().inside == 0);
    CHECK(e->room().count().bytes == 0);
    support::close(e);
}

TEST_CASE("a job that is expected has its room before it comes, so that two threads do not take it both",
          "[postgres][limits]") {
    asio::io_context io;
    const auto work = asio::make_work_guard(io);
    asio::local::stream_protocol::socket ours(io);
    asio::local::stream_protocol::socket theirs(io);
    asio::local::connect_pair(ours, theirs);
    const auto of = std::make_shared<hawser::postgres::core>(hawser::postgres::settings{});
    hawser::postgres::started session{
        asio::generic::stream_protocol::socket(std::move(ours)), {}, hawser::pgwire::frames(), {}, 0, {}};
    const auto c =
        std::make_shared<hawser::postgres::connection>(std::move(session), *of, hawser::postgres::slot(of));
    c->run({});
    c->expect_job();
    CHECK(c->in_flight() == 1);
    c->expect_job();
    CHECK(c->in_flight() == 2);
    const auto first = support::write("insert into t values (1)");
    const auto gone = support::write("insert into t values (2)");
    REQUIRE(gone.job->finish_queued(nullptr)); // its caller does not wait any more
    REQUIRE(c->submit_queued(first.job, {.expected = true}));
    CHECK(c->in_flight() == 2);
    REQUIRE(c->submit_queued(gone.job, {.expected = true}));
    CHECK(c->in_flight() == 1);
    asio::write(theirs, asio::buffer(first_done("INSERT 0 1")));
    run_until(io, [&] { return c->in_flight() == 0; });
    CHECK(c->in_flight() == 0);
    c->close("the test is over");
    c->expect_job();
    CHECK(!c->submit_queued(support::read("select 1").job, {.expected = true}));
    CHECK(c->in_flight() == 0);
}
