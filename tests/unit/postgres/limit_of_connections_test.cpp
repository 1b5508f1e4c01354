// How many connections there are at most, and whose turn it is where there are no more.
#include "outcomes.hpp"
#include "support/catch.hpp"
#include <vector>

using hawser::errc;
using hawser::engine::verb;
using support::begin;
using support::on_lease;
using support::question;
using support::read;
using namespace outcomes;

TEST_CASE("calls that need no connection of their own have one, also where transactions hold all",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    auto look = fresh.look();
    const auto holds = e->make_lease("one", false);
    REQUIRE(done(io, e, begin(holds)).is_well());
    CHECK(done(io, e, read("select 1")).is_well());
    CHECK(connections_to(look) == 2);
    // One too many goes where it is not needed any more.
    CHECK(done(io, e, on_lease(holds, verb::rollback)).is_well());
    CHECK(until(io, [&] { return connections_to(look) == 1; }));
    support::close(e);
}

TEST_CASE("one that rests makes room for the shared lane", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context here;
    asio::io_context there;
    auto look = fresh.look();
    for (asio::io_context* first : {&here, &there}) {
        for (asio::io_context* second : {&here, &there}) {
            const auto lease = e->make_lease("one", false);
            CHECK(done(*first, e, begin(lease)).is_well());
            CHECK(done(*first, e, on_lease(lease, verb::rollback)).is_well());
            CHECK(done(*second, e, read("select 1")).is_well());
            CHECK(until(*second, [&] { return connections_to(look) == 1; }));
        }
    }
    support::close(e);
}

TEST_CASE("shared connections that do nothing make room for a transaction of the same context",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = GENERATE(1u, 2u, 4u);
    s.max_pipeline = 1;
    s.acquire_timeout = std::chrono::seconds(5);
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    const unsigned leased = s.max_connections;
    std::vector<question> all;
    std::vector<outcome> became(20);
    for (outcome& o : became) {
        all.push_back(read("select 1 from pg_sleep(0.001)"));
        send(io, e, all.back(), o);
    }
    // Some wait while the shared ones are busy, others come when these are idle.
    const auto early = e->make_lease("early", false);
    const question opens = begin(early);
    outcome opened;
    send(io, e, opens, opened);
    run(io);
    for (const outcome& o : became) CHECK(o.is_well());
    CHECK(opened.is_well());
    std::vector<std::shared_ptr<hawser::engine::lease>> late;
    for (unsigned i = 1; i < leased; ++i) {
        late.push_back(e->make_lease("late", false));
        CHECK(done(io, e, begin(late.back())).is_well());
    }
    CHECK(done(io, e, on_lease(early, verb::rollback)).is_well());
    for (const auto& l : late) CHECK(done(io, e, on_lease(l, verb::rollback)).is_well());
    support::close(e);
}

TEST_CASE("who waits for a connection is served in the order of asking", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = GENERATE(1u, 3u);
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    std::vector<std::shared_ptr<hawser::engine::lease>> held;
    for (unsigned i = 0; i < s.max_connections; ++i) {
        held.push_back(e->make_lease("held", false));
        REQUIRE(done(io, e, begin(held.back())).is_well());
    }
    std::vector<int> order;
    constexpr int count = 30;
    const auto waits = [&](int number) -> hawser::task<> {
        const auto lease = e->make_lease("waits", false);
        const question opens = begin(lease);
        co_await support::send(e, opens.job);
        order.push_back(number);
        const question ends = on_lease(lease, verb::rollback);
        co_await support::send(e, ends.job);
    };
    std::vector<outcome> became(count);
    for (int i = 0; i < count; ++i)
        asio::co_spawn(io, waits(i), [&o = became[static_cast<std::size_t>(i)]](std::exception_ptr failure) {
            o = {.ended = true, .failure = std::move(failure)};
        });
    io.restart();
    io.poll();
    CHECK(order.empty());
    // With one connection there is no other order; with several, no one is more than these ahead.
    for (const auto& l : held) CHECK(done(io, e, on_lease(l, verb::rollback)).is_well());
    for (const outcome& o : became) CHECK(o.is_well());
    REQUIRE(order.size() == count);
    for (int i = 0; i < count; ++i)
        CHECK(std::abs(order[static_cast<std::size_t>(i)] - i) < static_cast<int>(s.max_connections));
    support::close(e);
}
