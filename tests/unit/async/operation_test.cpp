#include "async/awaiters.hpp"
#include "support/catch.hpp"
#include "support/errand.hpp"
#include "support/threads.hpp"
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <hawser/async/operation.hpp>
#include <hawser/async/task.hpp>
#include <latch>
#include <optional>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using hawser::task;
using hawser::async::deliver;
using support::errand;
using support::errand_ptr;

namespace {

task<> wait_for(errand_ptr e) {
    co_await hawser::async::wait(*e, [] {});
}

// Waits for e, having said so.
task<> wait_after(errand_ptr e, std::latch& armed) {
    co_await hawser::async::wait(*e, [&armed] { armed.count_down(); });
}

task<> count_when_done(errand_ptr e, int& done) {
    co_await hawser::async::wait(*e, [] {});
    ++done;
}

struct at_exit {
    std::atomic<int>& count;
    std::thread::id& where;
    ~at_exit() {
        where = std::this_thread::get_id();
        ++count;
    }
};

} // namespace

TEST_CASE("an operation that another thread delivers resumes its coroutine on the coroutine's strand",
          "[async][concurrency]") {
    support::io_threads io(4);
    auto strand = asio::make_strand(io.executor());
    const errand_ptr e = errand::make();
    std::latch armed(1);
    auto done = asio::co_spawn(
        strand,
        [&]() -> task<bool> {
            co_await wait_after(e, armed);
            co_return strand.running_in_this_thread() && io.here();
        },
        asio::use_future);
    armed.wait();
    std::thread([&] { deliver(*e); }).join();
    CHECK(done.get());
}

TEST_CASE("an operation resumes its coroutine on a thread_pool", "[async][concurrency]") {
    asio::thread_pool pool(2);
    const errand_ptr e = errand::make();
    std::latch armed(1);
    auto done = asio::co_spawn(
        pool,
        [&]() -> task<bool> {
            co_await wait_after(e, armed);
            co_return pool.get_executor().running_in_this_thread();
        },
        asio::use_future);
    armed.wait();
    deliver(*e);
    CHECK(done.get());
}

TEST_CASE("ten thousand operations delivered by two threads resume on four io threads, each once",
          "[async][concurrency]") {
    constexpr std::size_t count = 10000;
    support::io_threads io(4);
    std::vector<errand_ptr> errands(count);
    std::vector<hawser::async::operation*> pointers;
    for (auto& e : errands) pointers.push_back((e = errand::make()).get());
    std::latch armed(count);
    std::atomic<std::size_t> resumed{0};
    std::atomic<std::size_t> elsewhere{0};
    for (const auto& e : errands)
        asio::co_spawn(
            io.executor(),
            [&, e]() -> task<> {
                co_await wait_after(e, armed);
                if (!io.here()) ++elsewhere;
                ++resumed;
            },
            asio::detached);
    armed.wait();
    const auto deliver_half = [&](std::size_t from) {
        for (std::size_t at = from; at < from + count / 2; at += 50)
            deliver(std::span(pointers).subspan(at, 50));
    };
    std::thread first(deliver_half, 0);
    std::thread second(deliver_half, count / 2);
    first.join();
    second.join();
    io.join();
    CHECK(resumed == count);
    CHECK(elsewhere == 0);
}

TEST_CASE("neighbours with one executor are resumed by one post", "[async]") {
    asio::io_context io;
    std::array<errand_ptr, 3> errands{errand::make(), errand::make(), errand::make()};
    int done = 0;
    for (const auto& e : errands) asio::co_spawn(io, count_when_done(e, done), asio::detached);
    io.poll();
    std::array<hawser::async::operation*, 3> all{errands[0].get(), errands[1].get(), errands[2].get()};
    deliver(all);
    CHECK(done == 0);
    CHECK(io.poll_one() == 1);
    CHECK(done == 3);
}

TEST_CASE("another executor in between splits the post", "[async]") {
    asio::io_context io;
    asio::io_context other;
    std::array<errand_ptr, 3> errands{errand::make(), errand::make(), errand::make()};
    int done = 0;
    int others = 0;
    asio::co_spawn(io, count_when_done(errands[0], done), asio::detached);
    asio::co_spawn(other, count_when_done(errands[1], others), asio::detached);
    asio::co_spawn(io, count_when_done(errands[2], done), asio::detached);
    io.poll();
    other.poll();
    std::array<hawser::async::operation*, 3> all{errands[0].get(), errands[1].get(), errands[2].get()};
    deliver(all);
    io.poll_one();
    CHECK(done == 1);
    io.poll();
    other.poll();
    CHECK(done == 2);
    CHECK(others == 1);
}

TEST_CASE("strands of one context are resumed each on its own", "[async]") {
    asio::io_context io;
    auto first = asio::make_strand(io);
    auto second = asio::make_strand(io);
    std::array<errand_ptr, 2> errands{errand::make(), errand::make()};
    int right = 0;
    const auto wait_on = [&right](errand_ptr e, auto& strand) -> task<> {
        co_await wait_for(e);
        right += strand.running_in_this_thread() ? 1 : 0;
    };
    asio::co_spawn(first, wait_on(errands[0], first), asio::detached);
    asio::co_spawn(second, wait_on(errands[1], second), asio::detached);
    io.poll();
    std::array<hawser::async::operation*, 2> all{errands[0].get(), errands[1].get()};
    deliver(all);
    io.poll();
    CHECK(right == 2);
}

TEST_CASE("a pending operation keeps its context running", "[async]") {
    asio::io_context io;
    const errand_ptr e = errand::make();
    asio::co_spawn(io, wait_for(e), asio::detached);
    io.poll();
    CHECK_FALSE(io.stopped());
    deliver(*e);
    io.run();
    CHECK(io.stopped());
}

TEST_CASE("an operation that was delivered may be awaited again", "[async]") {
    asio::io_context io;
    const errand_ptr e = errand::make();
    int rounds = 0;
    asio::co_spawn(
        io,
        [&]() -> task<> {
            for (int i = 0; i < 3; ++i) {
                co_await wait_for(e);
                ++rounds;
            }
        },
        asio::detached);
    for (int i = 0; i < 3; ++i) {
        io.poll();
        CHECK(rounds == i);
        deliver(*e);
    }
    io.run();
    CHECK(rounds == 3);
}

TEST_CASE("an operation may be delivered before wait() has returned", "[async]") {
    asio::io_context io;
    const errand_ptr e = errand::make();
    bool resumed = false;
    asio::co_spawn(
        io,
        [&]() -> task<> {
            co_await hawser::async::wait(*e, [&e] { deliver(*e); });
            resumed = true;
        },
        asio::detached);
    io.run();
    CHECK(resumed);
}

TEST_CASE(
    "a context that is destroyed destroys waiting frames in its own thread, and a later deliver does nothing",
    "[async]") {
    const errand_ptr e = errand::make();
    std::atomic<int> destroyed{0};
    std::thread::id where;
    bool resumed = false;
    std::thread owner([&] {
        asio::io_context io;
        asio::co_spawn(
            io,
            [&]() -> task<> {
                const at_exit note{destroyed, where};
                co_await wait_for(e);
                resumed = true;
            },
            asio::detached);
        io.poll();
        CHECK(destroyed == 0);
    });
    const auto owner_id = owner.get_id();
    owner.join();
    CHECK(destroyed == 1);
    CHECK(where == owner_id);
    CHECK(e->abandoned == 1);
    deliver(*e);
    CHECK_FALSE(resumed);
}

TEST_CASE("a frame that was delivered but not resumed is destroyed with its context, once", "[async]") {
    const errand_ptr e = errand::make();
    std::atomic<int> destroyed{0};
    std::thread::id where;
    {
        asio::io_context io;
        asio::co_spawn(
            io,
            [&]() -> task<> {
                const at_exit note{destroyed, where};
                co_await wait_for(e);
            },
            asio::detached);
        io.poll();
        deliver(*e);
    }
    CHECK(destroyed == 1);
    CHECK(e->abandoned == 0);
}

TEST_CASE("a context may be destroyed while another thread delivers to it", "[async][concurrency]") {
    constexpr int rounds = 300;
    constexpr int count = 32;
    for (int round = 0; round < rounds; ++round) {
        std::atomic<int> destroyed{0};
        std::vector<errand_ptr> errands;
        std::latch ready(2);
        std::thread deliverer;
        {
            asio::io_context io;
            auto strand = asio::make_strand(io);
            for (int i = 0; i < count; ++i) {
                errands.push_back(errand::make());
                auto wait_here = [e = errands.back(), &destroyed]() -> task<> {
                    struct note {
                        std::atomic<int>& n;
                        ~note() { ++n; }
                    } at_end{destroyed};
                    co_await wait_for(e);
                };
                if (i % 2 == 0)
                    asio::co_spawn(io, wait_here, asio::detached);
                else
                    asio::co_spawn(strand, wait_here, asio::detached);
            }
            io.poll();
            deliverer = std::thread([&errands, &ready] {
                std::vector<hawser::async::operation*> all;
                for (const auto& e : errands) all.push_back(e.get());
                ready.arrive_and_wait();
                deliver(all);
            });
            ready.arrive_and_wait();
        }
        deliverer.join();
        REQUIRE(destroyed == count);
    }
}

TEST_CASE("a handler that throws loses none of its neighbours", "[async]") {
    asio::io_context io;
    std::array<errand_ptr, 3> errands{errand::make(), errand::make(), errand::make()};
    int done = 0;
    for (std::size_t i = 0; i < errands.size(); ++i)
        asio::co_spawn(io, count_when_done(errands[i], done), [i](std::exception_ptr) {
            if (i == 0) throw std::runtime_error("a caller's own trouble");
        });
    io.poll();
    std::array<hawser::async::operation*, 3> all{errands[0].get(), errands[1].get(), errands[2].get()};
    deliver(all);
    CHECK_THROWS_AS(io.run(), std::runtime_error);
    io.run();
    CHECK(done == 3);
}

TEST_CASE("a cancellation reaches the operation with its type, and the coroutine once it is delivered",
          "[async]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    const errand_ptr e = errand::make();
    e->ends_when_cancelled = false;
    bool ended = false;
    asio::co_spawn(io, wait_for(e),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK(e->cancelled == 1);
    CHECK(e->how == asio::cancellation_type::terminal);
    CHECK_FALSE(ended);
    deliver(*e);
    io.run();
    CHECK(ended);
}

TEST_CASE("a cancellation after the delivery does not reach the operation", "[async]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    const errand_ptr e = errand::make();
    const errand_ptr next = errand::make();
    asio::co_spawn(
        io,
        [&]() -> task<> {
            co_await wait_for(e);
            co_await wait_for(next);
        },
        asio::bind_cancellation_slot(signal.slot(), asio::detached));
    io.poll();
    deliver(*e);
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.run();
    CHECK(e->cancelled == 0);
    CHECK(next->cancelled == 1);
}

TEST_CASE("a shielded wait is deaf to cancellation", "[async]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    const errand_ptr e = errand::make();
    asio::co_spawn(
        io, [&]() -> task<> { co_await hawser::async::wait_shielded(*e, [] {}); },
        asio::bind_cancellation_slot(signal.slot(), asio::detached));
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK(e->cancelled == 0);
    deliver(*e);
    io.run();
    CHECK(io.stopped());
}

TEST_CASE("what the start function captured outlives the frame that awaits", "[async][concurrency]") {
    // The other thread resumes and ends the coroutine while start() is still running here.
    for (int round = 0; round < 200; ++round) {
        support::io_threads io(2);
        std::latch ended(1);
        std::string seen;
        asio::co_spawn(
            io.executor(),
            [&]() -> task<> {
                const errand_ptr e = errand::make();
                const std::string text = "a text that does not fit into the string itself";
                auto start = [&ended, &seen, text, raw = e.get()] {
                    deliver(*raw);
                    ended.wait();
                    seen = text;
                };
                co_await hawser::async::wait(*e, start);
            },
            [&](std::exception_ptr) { ended.count_down(); });
        io.join();
        REQUIRE(seen == "a text that does not fit into the string itself");
    }
}

TEST_CASE("awaiters of one executor of the context are resumed by its handler, without a post", "[async]") {
    asio::io_context io(1);
    std::array<errand_ptr, 3> errands{errand::make(), errand::make(), errand::make()};
    int done = 0;
    for (const auto& e : errands) asio::co_spawn(io, count_when_done(e, done), asio::detached);
    io.poll();
    std::array<hawser::async::operation*, 3> all{errands[0].get(), errands[1].get(), errands[2].get()};
    asio::post(io, [&] {
        hawser::async::awaiters callers(all, &io);
        CHECK(done == 0);
        callers.run();
        CHECK(done == 3);
    });
    CHECK(io.poll() == 1);
    CHECK(done == 3);
}

TEST_CASE("awaiters of several executors, or of another context, are posted", "[async]") {
    asio::io_context io(1);
    asio::io_context other;
    std::array<errand_ptr, 3> errands{errand::make(), errand::make(), errand::make()};
    int done = 0, others = 0;
    asio::co_spawn(io, count_when_done(errands[0], done), asio::detached);
    asio::co_spawn(other, count_when_done(errands[1], others), asio::detached);
    asio::co_spawn(io, count_when_done(errands[2], done), asio::detached);
    io.poll();
    other.poll();
    std::array<hawser::async::operation*, 3> all{errands[0].get(), errands[1].get(), errands[2].get()};
    const bool alone = GENERATE(false, true); // of the other context
    asio::post(io, [&] {
        hawser::async::awaiters(alone ? std::span(all).subspan(1, 1) : std::span(all), &io).run();
        CHECK(done + others == 0);
    });
    io.run_one();
    if (alone) {
        deliver(*all[0]);
        deliver(*all[2]);
    }
    io.poll();
    CHECK(done == 2);
    CHECK(others == 0);
    other.poll();
    CHECK(others == 1);
}

TEST_CASE("awaiters of which one throws leave the others to the context", "[async]") {
    std::array<errand_ptr, 3> errands{errand::make(), errand::make(), errand::make()};
    int resumed = 0;
    std::optional<asio::io_context> io(1);
    for (std::size_t i = 0; i < errands.size(); ++i) {
        auto waiting = hawser::async::wait(*errands[i], [] {});
        std::move(waiting)(asio::bind_executor(*io, [&resumed, i] {
            ++resumed;
            if (i == 0) throw std::runtime_error("a caller's own trouble");
        }));
    }
    std::array<hawser::async::operation*, 3> all{errands[0].get(), errands[1].get(), errands[2].get()};
    asio::post(*io, [&] { hawser::async::awaiters(all, &*io).run(); });
    CHECK_THROWS_AS(io->run(), std::runtime_error);
    CHECK(resumed == 1);
    const bool runs_on = GENERATE(true, false);
    if (runs_on) io->run();
    io.reset();
    CHECK(resumed == (runs_on ? 3 : 1));
}
