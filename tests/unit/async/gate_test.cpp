#include "support/catch.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <hawser/async/gate.hpp>
#include <hawser/core/error.hpp>
#include <optional>
#include <vector>

namespace asio = boost::asio;
using hawser::errc;
using hawser::task;
using hawser::async::gate;
using namespace std::chrono_literals;

namespace {

struct visitor {
    bool inside = false;
    std::optional<errc> refused;
};

task<> visit(gate& g, visitor& v, hawser::deadline due = hawser::no_deadline) {
    try {
        co_await g.enter(due);
        v.inside = true;
    } catch (const hawser::error& e) { v.refused = e.kind(); }
}

} // namespace

TEST_CASE("a gate has so many places, and one that is left is taken by the next", "[async]") {
    gate g({.count = 2, .bytes = 1000});
    CHECK(g.try_enter());
    CHECK(g.try_enter());
    CHECK_FALSE(g.try_enter());
    CHECK(g.count().inside == 2);
    g.leave(1, 0);
    CHECK(g.try_enter());
}

TEST_CASE("a gate weighs who comes before it lets him in", "[async]") {
    gate g({.count = 10, .bytes = 100});
    CHECK(g.try_enter(5000)); // alone, however heavy
    CHECK_FALSE(g.try_enter(1));
    g.leave(1, 5000);
    CHECK(g.try_enter(60));
    CHECK_FALSE(g.try_enter(41));
    CHECK(g.try_enter(40));
    CHECK(g.count().bytes == 100);
}

TEST_CASE("who waits behind one that was too heavy and gives up is let in then", "[async]") {
    gate g({.count = 10, .bytes = 100});
    REQUIRE(g.try_enter(60));
    asio::io_context io;
    std::string order;
    const auto go = [&](std::size_t bytes, hawser::deadline due, char name) -> task<> {
        try {
            co_await g.enter(due, bytes);
            order += name;
        } catch (const hawser::error&) { order += '-'; }
    };
    const auto due = hawser::after(std::chrono::hours(1));
    asio::co_spawn(io, go(50, due, 'a'), asio::detached);
    asio::co_spawn(io, go(10, hawser::no_deadline, 'b'), asio::detached);
    io.poll();
    CHECK(order.empty());
    static_cast<void>(g.expire(due));
    io.run();
    CHECK(order == "-b");
    CHECK(g.count().bytes == 70);
}

TEST_CASE("a gate is full when its bytes are", "[async]") {
    gate g({.count = 10, .bytes = 100});
    CHECK(g.try_enter());
    g.weigh(99);
    CHECK(g.try_enter());
    g.weigh(5000); // known only once it is inside
    CHECK_FALSE(g.try_enter());
    g.leave(1, 5000);
    CHECK(g.try_enter());
    CHECK(g.count().bytes == 99);
}

TEST_CASE("who finds the gate full is let in first come, first served", "[async]") {
    asio::io_context io;
    gate g({.count = 1, .bytes = 1000});
    REQUIRE(g.try_enter());
    std::vector<visitor> visitors(3);
    for (auto& v : visitors) asio::co_spawn(io, visit(g, v), asio::detached);
    io.poll();
    CHECK(g.count().waiting == 3);
    CHECK_FALSE(g.try_enter());
    for (std::size_t i = 0; i < 3; ++i) {
        g.leave(1, 0);
        io.poll();
        for (std::size_t k = 0; k < 3; ++k) CHECK(visitors[k].inside == (k <= i));
    }
}

TEST_CASE("one who leaves with many bytes lets several in", "[async]") {
    asio::io_context io;
    gate g({.count = 3, .bytes = 100});
    REQUIRE(g.try_enter());
    g.weigh(100);
    std::vector<visitor> visitors(3);
    for (auto& v : visitors) asio::co_spawn(io, visit(g, v), asio::detached);
    io.poll();
    CHECK_FALSE(visitors[0].inside);
    g.leave(1, 100);
    io.poll();
    CHECK(visitors[2].inside);
    CHECK(g.count().inside == 3);
}

TEST_CASE("whose deadline passes at the gate is told so, and the keeper knows which deadline is next",
          "[async]") {
    asio::io_context io;
    gate g({.count = 1, .bytes = 1000});
    std::vector<hawser::deadline> alarms;
    g.keeper = &alarms;
    g.on_waiting = [](void* to, hawser::deadline due) noexcept {
        static_cast<std::vector<hawser::deadline>*>(to)->push_back(due);
    };
    REQUIRE(g.try_enter());
    const auto now = hawser::clock::now();
    visitor early;
    visitor late;
    asio::co_spawn(io, visit(g, early, now + 1s), asio::detached);
    asio::co_spawn(io, visit(g, late, now + 2s), asio::detached);
    io.poll();
    CHECK(alarms == std::vector<hawser::deadline>{now + 1s, now + 2s});
    CHECK(g.expire(now) == now + 1s);
    CHECK(g.expire(now + 1s) == now + 2s);
    io.poll();
    CHECK(early.refused == errc::pool_exhausted);
    CHECK_FALSE(late.refused);
    CHECK(g.expire(now + 2s) == hawser::no_deadline);
    io.poll();
    CHECK(late.refused == errc::pool_exhausted);
    CHECK(g.count().inside == 1);
}

TEST_CASE("a gate that is shut refuses who waits and who comes", "[async]") {
    asio::io_context io;
    gate g({.count = 1, .bytes = 1000});
    REQUIRE(g.try_enter());
    visitor waits;
    visitor comes;
    asio::co_spawn(io, visit(g, waits), asio::detached);
    io.poll();
    g.shut();
    asio::co_spawn(io, visit(g, comes), asio::detached);
    io.run();
    CHECK(waits.refused == errc::closed);
    CHECK(comes.refused == errc::closed);
    g.leave(1, 0);
    CHECK_FALSE(g.try_enter());
}

TEST_CASE("who is cancelled at the gate takes no place from those behind", "[async]") {
    asio::io_context io;
    gate g({.count = 1, .bytes = 1000});
    REQUIRE(g.try_enter());
    asio::cancellation_signal signal;
    visitor cancelled;
    visitor behind;
    asio::co_spawn(io, visit(g, cancelled), asio::bind_cancellation_slot(signal.slot(), asio::detached));
    asio::co_spawn(io, visit(g, behind), asio::detached);
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK(cancelled.refused == errc::cancelled);
    g.leave(1, 0);
    io.poll();
    CHECK(behind.inside);
    CHECK(g.count().inside == 1);
}

TEST_CASE("the place of a coroutine that is destroyed at the gate is given to the next", "[async]") {
    gate g({.count = 1, .bytes = 1000});
    REQUIRE(g.try_enter());
    asio::io_context stays;
    visitor behind;
    {
        asio::io_context goes;
        visitor waiting;
        visitor admitted;
        asio::co_spawn(goes, visit(g, admitted), asio::detached);
        goes.poll();
        asio::co_spawn(goes, visit(g, waiting), asio::detached);
        goes.poll();
        asio::co_spawn(stays, visit(g, behind), asio::detached);
        stays.poll();
        g.leave(1, 0); // admits the first, which is never resumed
    }
    stays.poll();
    CHECK(behind.inside);
    CHECK(g.count().inside == 1);
    g.leave(1, 0);
    CHECK(g.count().inside == 0);
}

TEST_CASE("a thousand coroutines pass four places on four threads, never more than four at once",
          "[async][concurrency]") {
    constexpr int count = 1000;
    gate g({.count = 4, .bytes = 1000});
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> passed{0};
    {
        support::io_threads io(4);
        for (int i = 0; i < count; ++i)
            asio::co_spawn(
                io.executor(),
                [&]() -> task<> {
                    co_await g.enter(hawser::no_deadline);
                    const int now = ++inside;
                    int seen = most.load();
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {}
                    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
                    --inside;
                    g.leave(1, 0);
                    ++passed;
                },
                asio::detached);
    }
    CHECK(passed == count);
    CHECK(most <= 4);
    CHECK(most >= 1);
    CHECK(g.count().inside == 0);
    CHECK(g.count().waiting == 0);
}
