#include "async/turn.hpp"
#include "support/catch.hpp"
#include "support/errand.hpp"
#include "support/threads.hpp"
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <hawser/async/task.hpp>
#include <deque>
#include <optional>
#include <vector>

namespace asio = boost::asio;
using hawser::task;
using hawser::async::turn;
using support::errand;
using support::errand_ptr;

namespace {

struct told final : turn::listener {
    std::atomic<int> published{0};
    std::atomic<int> ended{0};
    std::atomic<int> missed{0};
    std::atomic<int> seen{0}; // of those published, when told last

    void turn_ended() noexcept override {
        ++ended;
        seen = published.load();
    }
    void turn_missed() noexcept override {
        ++missed;
        seen = published.load();
    }
};

task<> announce_one(turn& t, told& by) {
    const errand_ptr e = errand::make();
    co_await hawser::async::wait(*e, [&] {
        t.announce(*e, [&] { ++by.published; });
        deliver(*e);
    });
}

} // namespace

TEST_CASE("what many coroutines announce in one turn is told once, behind all of them", "[async]") {
    told by;
    turn t(by);
    asio::io_context io;
    for (int i = 0; i < 100; ++i) asio::co_spawn(io, announce_one(t, by), asio::detached);
    while (by.published < 100) io.run_one();
    CHECK(by.ended == 0);
    io.run();
    CHECK(by.ended == 1);
    CHECK(by.seen == 100);
    CHECK(by.missed == 0);
}

TEST_CASE("a turn of another context or strand is told although the first does not end", "[async]") {
    told by;
    turn t(by);
    asio::io_context stuck;
    asio::co_spawn(stuck, announce_one(t, by), asio::detached);
    while (by.published < 1) stuck.run_one();
    asio::io_context other;
    SECTION("context") {
        asio::co_spawn(other, announce_one(t, by), asio::detached);
        other.run();
        CHECK(by.ended == 1);
        CHECK(by.seen == 2);
    }
    SECTION("strand") {
        for (int i = 0; i < 2; ++i)
            asio::co_spawn(asio::make_strand(other), announce_one(t, by), asio::detached);
        other.run();
        CHECK(by.ended == 2); // each on its own
    }
    stuck.run();
    CHECK(by.missed == 0);
}

TEST_CASE("what is announced after a turn has ended is told again", "[async]") {
    told by;
    turn t(by);
    for (int i = 1; i <= 3; ++i) {
        asio::io_context io;
        asio::co_spawn(io, announce_one(t, by), asio::detached);
        io.run();
        CHECK(by.ended == i);
        CHECK(by.seen == i);
    }
}

TEST_CASE("a turn that its context takes away is told as missed, and the next is heard", "[async]") {
    told by;
    turn t(by);
    {
        asio::io_context io;
        asio::co_spawn(io, announce_one(t, by), asio::detached);
        while (by.published == 0) io.run_one();
    }
    CHECK(by.ended == 0);
    CHECK(by.missed == 1);
    asio::io_context io;
    asio::co_spawn(io, announce_one(t, by), asio::detached);
    io.run();
    CHECK(by.ended == 1);
}

TEST_CASE("a turn that ends after its listener has gone is told to nobody", "[async]") {
    told by;
    std::optional<turn> t(by);
    asio::io_context io;
    asio::co_spawn(io, announce_one(*t, by), asio::detached);
    while (by.published == 0) io.run_one();
    t.reset();
    io.run();
    CHECK(by.ended == 0);
    CHECK(by.missed == 0);
}

TEST_CASE("a listener may go, with its turn, while it is told", "[async]") {
    struct going final : turn::listener {
        std::optional<turn> own{std::in_place, *this};
        int told = 0;
        void turn_ended() noexcept override {
            ++told;
            own.reset();
        }
        void turn_missed() noexcept override {}
    } by;
    asio::io_context io;
    const errand_ptr e = errand::make();
    const auto announce = [&]() -> task<> {
        co_await hawser::async::wait(*e, [&] {
            by.own->announce(*e, [] {});
            deliver(*e);
        });
    };
    asio::co_spawn(io, announce(), asio::detached);
    io.run();
    CHECK(by.told == 1);
    CHECK(!by.own);
}

TEST_CASE("nothing that several threads announce is left untold", "[async][concurrency]") {
    told by;
    turn t(by);
    constexpr int count = 20000;
    {
        support::io_threads io(4);
        for (int i = 0; i < count; ++i) asio::co_spawn(io.executor(), announce_one(t, by), asio::detached);
        while (by.published < count) std::this_thread::yield();
    }
    CHECK(by.seen == count);
}

TEST_CASE("what is announced within a handler that gathers is told when that ends", "[async]") {
    told by;
    turn t(by);
    asio::io_context io(1);
    std::size_t in_time = 0;
    asio::post(io, [&] {
        {
            const turn::gathering asked_here(&io);
            for (int i = 0; i < 3; ++i) t.announce(io.get_executor(), [&] { ++by.published; });
            t.announce(asio::make_strand(io), [&] { ++by.published; });
            CHECK(by.ended == 0);
        }
        in_time = static_cast<std::size_t>(by.ended.load());
    });
    CHECK(io.run() == 1); // no handler for it
    CHECK(in_time == 1);
    CHECK(by.seen == 4);
}

TEST_CASE("what is announced for another context, or for too many to gather, is told by a handler of its own",
          "[async]") {
    asio::io_context io(1), other(1);
    std::array<told, 6> by;
    std::deque<turn> turns;
    for (auto& b : by) turns.emplace_back(b);
    asio::post(io, [&] {
        const turn::gathering asked_here(&io);
        turns[0].announce(other.get_executor(), [&] { ++by[0].published; });
        for (std::size_t i = 1; i < by.size(); ++i)
            turns[i].announce(io.get_executor(), [&] { ++by[i].published; });
    });
    CHECK(io.run() == 2);
    CHECK(by[0].ended == 0);
    CHECK(other.run() == 1);
    for (const auto& b : by) {
        CHECK(b.ended == 1);
        CHECK(b.seen == 1);
    }
}
