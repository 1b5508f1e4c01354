// What the desk's operations leave behind when they are interrupted, wherever that is.
#include "fixture.hpp"
#include "support/endings.hpp"
#include <ranges>

using namespace pack;
using testing::interruption;

namespace {

using lines = std::vector<std::string>;

// A position of two at a hundred.
task<> held(hawser::database db) {
    position p = position_of("BTC");
    p.quantity = 2;
    p.notional = 200;
    co_await desk(db).positions.open_position(p);
}

void require_whole(const interruption& at, std::int64_t stored) {
    INFO(to_string(at));
    REQUIRE((stored == 0 || stored == 1));
    if (at.is_stored()) REQUIRE(stored == 1);
    if (!at.may_be_stored()) REQUIRE(stored == 0);
}

// Orders, trades and position agree; how many fills they know.
task<std::int64_t> fills_of(const desk& d, const interruption& at) {
    const auto orders = co_await d.orders.where(col<&order::status> == order_status::filled).count();
    const auto trades = co_await d.trades.where(col<&trade::status> == trade_status::executed).count();
    const auto all_orders = co_await d.orders.count();
    const auto all_trades = co_await d.trades.count();
    const position after = co_await d.positions.get(1);
    INFO(to_string(at));
    REQUIRE(orders == all_orders);
    REQUIRE(trades == all_trades);
    REQUIRE(trades == orders);
    if (after.status == position_status::open) {
        REQUIRE(after.quantity == 2 + trades);
        REQUIRE(after.notional == 200 + 110 * trades);
        REQUIRE(after.high.has_value() == (trades > 0));
    }
    co_return trades;
}

} // namespace

TEST_CASE("a fill is stored whole or not at all, whatever interrupts it") {
    order asked;
    trade done;
    const auto fill = [&](hawser::database db) -> task<> {
        asked = order_of("A-1", "BTC", 1);
        done = trade_of("BTC", 110, 1);
        co_await desk(db).record_fill(asked, done);
    };
    support::endings seen;
    const auto check = [&](hawser::database db, const interruption& at) -> task<> {
        seen.note(at);
        const std::int64_t fills = co_await fills_of(desk(db), at);
        require_whole(at, fills);
        REQUIRE((asked.id != 0) == at.completed); // on failure both are as they were
        REQUIRE((done.id != 0) == at.completed);
        REQUIRE(done.order_id.has_value() == at.completed);
    };
    const bool in_file = GENERATE(false, true);
    const auto report =
        testing::for_every_suspension<position, order, trade>(held, fill, check, {.in_file = in_file});
    CHECK(report.steps == lines{"positions.select", "positions.expect", "orders.insert", "trades.insert",
                                "positions.update_where"});
    CHECK(seen.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy well",
                               "cancelled while it was queued: cancelled",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown connection_lost",
                               "connection lost after it was done: commit_unknown connection_lost"});
}

TEST_CASE("a fill and the closing of its position are one transaction, whatever interrupts it") {
    const auto sell = [](hawser::database db) -> task<> {
        auto body = [](hawser::transaction& tx) -> task<> {
            const desk d(tx);
            order asked = order_of("A-1", "BTC", 1);
            trade done = trade_of("BTC", 110, 1);
            co_await d.record_fill(asked, done);
            const bool closed = co_await d.positions.close_position("BTC");
            if (!closed) throw std::runtime_error("the position was not open");
        };
        co_await db.transaction(body);
    };
    support::endings seen;
    const auto check = [&](hawser::database db, const interruption& at) -> task<> {
        seen.note(at);
        const desk d(db);
        const std::int64_t fills = co_await fills_of(d, at);
        require_whole(at, fills);
        const position after = co_await d.positions.get(1);
        REQUIRE((after.status == position_status::closed) == (fills == 1));
        REQUIRE((after.quantity == 0) == (fills == 1));
    };
    const auto report = testing::for_every_suspension<position, order, trade>(held, sell, check);
    CHECK(report.steps.front() == "BEGIN");
    CHECK(report.steps.back() == "COMMIT");
    CHECK(seen.told() == lines{"refused with disk_full: disk_full", "refused with busy: well",
                               "cancelled while it was queued: cancelled well",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown connection_lost",
                               "connection lost after it was done: commit_unknown connection_lost"});
}

TEST_CASE("a symbol has one position, open or closed, whatever interrupts its opening") {
    const auto closed = [](hawser::database db) -> task<> {
        co_await held(db);
        static_cast<void>(co_await desk(db).positions.close_position("BTC"));
    };
    position again;
    const auto reopen = [&](hawser::database db) -> task<> {
        again = position_of("BTC");
        again.entry_price = 120;
        co_await desk(db).positions.open_position(again);
    };
    support::endings seen;
    const auto check = [&](hawser::database db, const interruption& at) -> task<> {
        seen.note(at);
        const desk d(db);
        const auto all = co_await d.positions.all();
        INFO(to_string(at));
        REQUIRE(all.size() == 1);
        const bool open = all[0].status == position_status::open;
        require_whole(at, open ? 1 : 0);
        REQUIRE(all[0].entry_price == (open ? 120 : 0));
        REQUIRE(all[0].row_version == (open ? 3 : 2));
        if (at.completed) REQUIRE(again.row_version == 3);
    };
    const auto report = testing::for_every_suspension<position>(closed, reopen, check);
    CHECK(report.steps == lines{"positions.insert", "positions.select", "positions.update"});
    CHECK(seen.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                               "cancelled while it was queued: cancelled",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown connection_lost",
                               "connection lost after it was done: commit_unknown connection_lost"});
}

TEST_CASE("predictions that are logged together are all there or none, whatever interrupts it") {
    constexpr std::int64_t count = 300;
    const bool of_range = GENERATE(false, true);
    const auto log = [=](hawser::database db) -> task<> {
        const testing::factory<ml_prediction> made;
        const std::vector<ml_prediction> rows = made.build(static_cast<std::size_t>(count));
        const desk d(db);
        if (of_range) {
            auto range = std::views::all(rows) | std::views::filter([](const auto&) { return true; });
            co_await d.predictions.log_predictions(range);
        } else {
            co_await d.predictions.log_predictions(rows);
        }
    };
    support::endings seen;
    const auto check = [&](hawser::database db, const interruption& at) -> task<> {
        seen.note(at);
        const auto stored = co_await desk(db).predictions.count();
        INFO(stored);
        REQUIRE(stored % count == 0);
        require_whole(at, stored / count);
    };
    const auto report = testing::for_every_suspension<ml_prediction>(log, check);
    CHECK(report.steps ==
          (of_range ? lines{"BEGIN", "ml_predictions.copy_in", "COMMIT"} : lines{"ml_predictions.copy_in"}));
    if (of_range)
        CHECK(seen.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                                   "cancelled while it was queued: cancelled well",
                                   "cancelled after it was done: cancelled well",
                                   "connection lost before it was done: commit_unknown connection_lost",
                                   "connection lost after it was done: commit_unknown connection_lost"});
    else
        CHECK(seen.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                                   "cancelled while it was queued: cancelled",
                                   "cancelled after it was done: well",
                                   "connection lost before it was done: commit_unknown",
                                   "connection lost after it was done: commit_unknown"});
}

TEST_CASE("a user is never there without a profile, nor a profile without its user, whatever interrupts it") {
    const auto enter = [](hawser::database db) -> task<> {
        user u = user_of("ada");
        user_profile shown;
        co_await desk(db).register_user(u, shown);
    };
    support::endings seen;
    const auto check = [&](hawser::database db, const interruption& at) -> task<> {
        seen.note(at);
        const desk d(db);
        const auto users = co_await d.users.count();
        const auto profiles = co_await d.user_profiles.count();
        REQUIRE(users == profiles);
        require_whole(at, users);
    };
    const auto report = testing::for_every_suspension<user, user_profile>(enter, check);
    CHECK(report.steps == lines{"users.insert", "user_profiles.insert"});
    CHECK(seen.told() == lines{"refused with disk_full: disk_full", "refused with busy: well",
                               "cancelled while it was queued: cancelled",
                               "cancelled after it was done: well",
                               "connection lost before it was done: commit_unknown",
                               "connection lost after it was done: commit_unknown"});
}
