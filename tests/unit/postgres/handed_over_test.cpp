// Connections that are handed over while whoever is to have them, or they themselves, come to an end.
#include "outcomes.hpp"
#include "support/catch.hpp"
#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <map>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

using hawser::errc;
using hawser::engine::verb;
using support::begin;
using support::on_lease;
using support::question;
using support::read;
using namespace outcomes;
using namespace std::chrono_literals;

namespace {

// Between two calls a cancellation is Asio's own failure of the next co_await.
errc kind_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        if (e.code() == asio::error::operation_aborted) return errc::cancelled;
    } catch (...) {} // told below
    return support::kind_of(failure);
}

// Each lease asks for a connection with little patience, and holds what it is given for a moment. What the context that
// it is on does is done by one thread.
struct crowd {
    crowd(support::engine_ptr engine, unsigned seed) : e(std::move(engine)), random(seed) {}

    support::engine_ptr e;
    std::mt19937 random;
    std::deque<asio::cancellation_signal> signals;
    asio::io_context io;
    std::size_t ended = 0;
    std::size_t served = 0;
    std::vector<errc> failures;

    std::chrono::microseconds at_most(int microseconds) {
        return std::chrono::microseconds(std::uniform_int_distribution<int>(0, microseconds)(random));
    }
    hawser::task<> one() {
        const auto lease = e->make_lease("one", false);
        question opens = begin(lease);
        opens.until(hawser::after(at_most(800000)));
        co_await support::send(e, opens.job);
        asio::steady_timer holds(co_await asio::this_coro::executor, at_most(500));
        co_await holds.async_wait(asio::use_awaitable);
        const question asks = on_lease(lease, read("select 1"));
        co_await support::send(e, asks.job);
        ++served;
        if (at_most(1).count() == 0) co_return; // dropped as it is
        const question ends = on_lease(lease, verb::rollback);
        co_await support::send(e, ends.job);
    }
    hawser::task<> cancel(asio::cancellation_signal& signal) {
        asio::steady_timer timer(co_await asio::this_coro::executor, at_most(800000));
        co_await timer.async_wait(asio::use_awaitable);
        signal.emit(asio::cancellation_type::terminal);
    }
    void ask(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto& signal = signals.emplace_back();
            const auto note = [this](std::exception_ptr failure) {
                ++ended;
                if (failure) failures.push_back(kind_of(failure));
            };
            asio::co_spawn(io, one(), asio::bind_cancellation_slot(signal.slot(), note));
            if (i % 3 == 0) asio::co_spawn(io, cancel(signal), asio::detached);
        }
    }
};

} // namespace

TEST_CASE("leases that end while they are given a connection leave it to others", "[postgres][concurrency]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 2;
    s.acquire_timeout = 400ms;
    s.ping_after = GENERATE(0ms, 500ms);
    const bool severed = GENERATE(false, true);
    const auto e = hawser::postgres::open(s);
    crowd first(e, 1);
    crowd second(e, 2);
    const auto warm = e->make_lease("warm", false);
    CHECK(until(first.io, [&] { return done(first.io, e, begin(warm)).is_well(); }));
    CHECK(done(first.io, e, on_lease(warm, verb::rollback)).is_well());
    first.io.restart();
    constexpr std::size_t count = 100;
    first.ask(count);
    second.ask(count);
    std::thread beside([&] { run(second.io); });
    std::atomic<bool> over{false};
    std::thread breaks([&] {
        while (severed && !over) fresh.cluster().terminate_all(fresh.name());
    });
    run(first.io);
    beside.join();
    over = true;
    breaks.join();
    for (crowd* c : {&first, &second}) {
        CHECK(c->ended == count);
        for (const errc kind : c->failures) {
            const bool expected = kind == errc::cancelled || kind == errc::statement_timeout ||
                                  kind == errc::pool_exhausted || kind == errc::connection_lost ||
                                  kind == errc::connect_failed;
            CHECK(expected);
            if (!severed) CHECK(kind != errc::connection_lost);
        }
    }
    std::map<std::string_view, int> kinds;
    for (crowd* c : {&first, &second})
        for (const errc kind : c->failures) ++kinds[hawser::to_string(kind)];
    for (const auto& [kind, times] : kinds) UNSCOPED_INFO(kind << ' ' << times);
    CHECK((severed || first.served + second.served > 0));
    // None has gone astray.
    for (crowd* c : {&first, &second}) {
        std::vector<std::shared_ptr<hawser::engine::lease>> all;
        for (unsigned i = 0; i < s.max_connections; ++i) {
            all.push_back(e->make_lease("last", false));
            outcome o;
            CHECK(until(c->io, [&] {
                o = done(c->io, e, begin(all.back()));
                if (o.failure) UNSCOPED_INFO(support::error_in(o.failure).message());
                if (!o.is_well()) all.back() = e->make_lease("last", false);
                return o.is_well();
            }));
        }
        for (const auto& l : all) CHECK(done(c->io, e, on_lease(l, verb::rollback)).is_well());
    }
    support::close(e);
    auto look = fresh.look();
    CHECK(until(first.io, [&] { return connections_to(look) == 0; }));
}
