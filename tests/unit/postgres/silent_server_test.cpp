// A server that is there and says nothing: who waits for it, and for how long.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <hawser/postgres/engine.hpp>

using hawser::errc;
using support::dialogue;
using support::fake_server;
using support::question;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace pg = support::pg;

namespace {

struct outcome {
    bool ended = false;
    std::exception_ptr failure;
    asio::cancellation_signal stop;
};

void send(asio::io_context& io, const support::engine_ptr& e, const question& q, outcome& to) {
    const auto heard = [&to](std::exception_ptr failure) {
        to.ended = true;
        to.failure = std::move(failure);
    };
    asio::co_spawn(io, support::send(e, q.job), asio::bind_cancellation_slot(to.stop.slot(), heard));
}

template <class Done>
void run_until(asio::io_context& io, Done done) {
    io.restart();
    const auto work = asio::make_work_guard(io);
    const auto enough = std::chrono::steady_clock::now() + 20s;
    while (!done() && std::chrono::steady_clock::now() < enough) io.run_for(1ms);
    REQUIRE(done());
}

question ping() {
    question q(hawser::engine::batch_mode::read);
    q.job->what = hawser::engine::verb::ping;
    return q;
}

hawser::postgres::settings settings_for(const fake_server& server) {
    hawser::postgres::settings s;
    s.endpoints = {{.host = server.host(), .port = server.port()}};
    s.user = "hawser";
    s.database = "fake";
    s.shared_connections = 1;
    return s;
}

} // namespace

TEST_CASE("a shared connection whose server is silent past a deadline gets no more calls, and is ended",
          "[postgres][concurrency]") {
    fake_server server(dialogue()
                           .login()
                           .expect(pg::sync())
                           .answer(pg::ready())
                           .login()
                           .expect(pg::sync())
                           .answer(pg::ready()));
    const auto e = hawser::postgres::open(settings_for(server));
    outcome answered, late, behind;
    std::deque<outcome> others;
    asio::io_context io;
    const auto once = ping();
    once.job->due = hawser::clock::now() + 10s;
    send(io, e, once, answered);
    run_until(io, [&] { return answered.ended; });
    CHECK(!answered.failure);

    const auto slow = ping();
    slow.job->due = hawser::clock::now() + 100ms;
    send(io, e, slow, late);
    run_until(io, [&] { return late.ended; });
    CHECK(support::kind_of(late.failure) == errc::statement_timeout);
    const auto write = support::write("insert into t values (1)");
    send(io, e, write, behind);
    run_until(io, [&] {
        const bool first = others.empty();
        if (first || (others.back().ended && others.back().failure)) {
            const auto q = ping();
            q.job->due = hawser::clock::now() + 100ms;
            send(io, e, q, others.emplace_back());
        }
        return others.back().ended && !others.back().failure;
    });
    CHECK(server.connections() == 2);
    CHECK(!behind.ended);
    run_until(io, [&] { return behind.ended; });
    CHECK(support::kind_of(behind.failure) == errc::commit_unknown);
    CHECK_THAT(support::error_in(behind.failure).message(), support::contains_text("did not answer in time"));
    support::close(e);
}

TEST_CASE("whoever is cancelled while calls wait for a connection leaves room for others at once",
          "[postgres][concurrency]") {
    fake_server server(dialogue().login().expect(pg::sync()).pause().answer(pg::ready()));
    auto s = settings_for(server);
    s.max_pipeline = 1;
    const auto e = hawser::postgres::open(s);
    outcome first;
    std::deque<outcome> others; // what is never answered ends with the context
    asio::io_context io;
    send(io, e, ping(), first);
    for (int i = 0; i < 3; ++i) send(io, e, ping(), others.emplace_back());
    run_until(io, [&] { return e->room().count().inside == 4; });
    const auto later = hawser::clock::now() + 300ms; // however long they have waited
    run_until(io, [&] { return hawser::clock::now() > later; });
    for (outcome& o : others) o.stop.emit(asio::cancellation_type::terminal);
    run_until(io, [&] { return others.back().ended; });
    run_until(io, [&] { return e->room().count().inside == 1; });
    CHECK(!first.ended);
    server.wait_for_pause();
    server.let_go();
    run_until(io, [&] { return first.ended; });
    CHECK(!first.failure);
    support::close(e);
}
