// Connections that take long to be made, and those who do not wait for them.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <hawser/hawser.hpp>
#include <hawser/postgres/engine.hpp>
#include <thread>

using hawser::task;
using hawser::engine::job;
using hawser::engine::job_ptr;
using hawser::engine::verb;
using support::fake_server;
using support::dialogue;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace pg = support::pg;

namespace {

hawser::postgres::settings settings_for(const fake_server& server) {
    hawser::postgres::settings s;
    s.endpoints = {{.host = server.host(), .port = server.port()}};
    s.user = "hawser";
    s.database = "fake";
    return s;
}

task<> send(std::shared_ptr<hawser::engine::engine> e, job_ptr j, int& ended) {
    co_await hawser::async::wait(*j, [&] { e->submit(j); });
    ++ended;
}

job_ptr job_of(verb what, std::shared_ptr<hawser::engine::lease> on = {}) {
    auto j = job::make();
    j->what = what;
    j->on = std::move(on);
    return j;
}

void close(const std::shared_ptr<hawser::engine::engine>& e) {
    asio::io_context io;
    const auto done = job_of(verb::ping);
    const auto closing = [&]() -> task<> { co_await hawser::async::wait(*done, [&] { e->close(done); }); };
    asio::co_spawn(io, closing(), asio::detached);
    io.run();
}

} // namespace

TEST_CASE("a context that goes while a connection is made leaves its place to others",
          "[postgres][concurrency]") {
    fake_server server(dialogue().accept().expect_message(0).pause().login().expect_message('P'));
    auto s = settings_for(server);
    s.max_connections = 1;
    const auto e = hawser::postgres::open(s);
    int ended = 0;
    {
        asio::io_context io;
        asio::co_spawn(io, send(e, job_of(verb::begin, e->make_lease("one", false)), ended), asio::detached);
        std::thread waits([&] {
            server.wait_for_pause();
            io.stop();
        });
        io.run_for(10s);
        waits.join();
    }
    CHECK(ended == 0);
    server.let_go();
    asio::io_context io;
    asio::co_spawn(io, send(e, job_of(verb::begin, e->make_lease("two", false)), ended), asio::detached);
    std::thread waits([&] {
        server.finish(); // BEGIN has come
        io.stop();
    });
    io.run_for(10s);
    waits.join();
    CHECK(server.connections() == 2);
}

TEST_CASE("however many callers are let go while a connection is made, they are passed over one by one",
          "[postgres][concurrency]") {
    constexpr std::size_t count = 50000;
    fake_server server(dialogue()
                           .accept()
                           .expect_message(0)
                           .pause()
                           .answer(pg::welcome())
                           .expect_message('S')
                           .answer(pg::ready()));
    const auto e = hawser::postgres::open(settings_for(server));
    std::deque<asio::cancellation_signal> signals;
    int ended = 0;
    int last = 0;
    asio::io_context io;
    for (std::size_t i = 0; i < count; ++i) {
        auto& signal = signals.emplace_back();
        asio::co_spawn(io, send(e, job_of(verb::ping), ended),
                       asio::bind_cancellation_slot(signal.slot(), asio::detached));
    }
    asio::co_spawn(io, send(e, job_of(verb::ping), last), asio::detached);
    io.poll();
    server.wait_for_pause();
    for (auto& signal : signals) signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK(ended == static_cast<int>(count));
    CHECK(last == 0);
    server.let_go();
    io.run_for(10s);
    CHECK(last == 1);
    close(e);
}

TEST_CASE("closing does not wait for connections that are being made, and they are not used any more",
          "[postgres][concurrency]") {
    fake_server server(
        dialogue().accept().expect_message(0).pause().answer(pg::welcome()).expect_message('X').expect_end());
    auto s = settings_for(server);
    s.max_connections = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    int ended = 0;
    const auto waits = job_of(verb::begin, e->make_lease("one", false));
    asio::co_spawn(io, send(e, waits, ended), asio::detached);
    io.poll();
    server.wait_for_pause();
    close(e);
    io.poll();
    CHECK(ended == 1);
    CHECK(waits->failure);
    const auto late = job_of(verb::ping);
    asio::co_spawn(io, send(e, late, ended), asio::detached);
    io.poll();
    CHECK(ended == 2);
    CHECK(late->failure);
    server.let_go();
    io.restart();
    io.run_for(10s);
    server.finish();
}

TEST_CASE("a server that announces a long message before it has proved who it is is not listened to",
          "[postgres][concurrency]") {
    const std::string head = pg::message('R').substr(0, 1) + std::string("\x3f\xff\xff\xff", 4);
    fake_server server(dialogue().accept().expect_message(0).answer(head).expect_end());
    const auto e = hawser::postgres::open(settings_for(server));
    asio::io_context io;
    int ended = 0;
    const auto ping = job_of(verb::ping);
    asio::co_spawn(io, send(e, ping, ended), asio::detached);
    io.run_for(5s); // connect_timeout is longer
    CHECK(ended == 1);
    server.finish();
    close(e);
}

TEST_CASE("a server that was there and starts again is waited for", "[postgres][concurrency]") {
    const std::string starting = pg::error("57P03", "the database system is starting up", "FATAL");
    fake_server server(dialogue()
                           .login()
                           .expect_message('S')
                           .answer(pg::ready())
                           .close()
                           .pause()
                           .accept()
                           .expect_message(0)
                           .answer(starting)
                           .close()
                           .login()
                           .expect_message('S')
                           .answer(pg::ready()));
    const auto e = hawser::postgres::open(settings_for(server));
    asio::io_context io;
    int ended = 0;
    const auto first = job_of(verb::ping);
    const auto second = job_of(verb::ping);
    const auto both = [&]() -> task<> {
        co_await send(e, first, ended);
        server.wait_for_pause();
        server.let_go();
        // The end of the connection is read before the next call.
        for (int turns = 0; turns < 2; ++turns) co_await asio::post(asio::use_awaitable);
        co_await send(e, second, ended);
    };
    asio::co_spawn(io, both(), asio::detached);
    io.run_for(10s);
    CHECK(ended == 2);
    CHECK(!second->failure);
    server.finish();
    close(e);
}
