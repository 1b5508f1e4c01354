#include "fixture.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/co_spawn.hpp>

using namespace pack;

namespace {

struct counts {
    std::int64_t orders, trades;
};
task<counts> counts_of(const desk& d) {
    counts c{};
    c.orders = co_await d.orders.count();
    c.trades = co_await d.trades.count();
    co_return c;
}

task<position> opened(const desk& d, const char* symbol) {
    position p = position_of(symbol);
    co_await d.positions.open_position(p);
    co_return p;
}

task<> fill(const desk& d, const char* order_id, price_t price, price_t quantity, side s = side::buy) {
    order o = order_of(order_id, "BTC", quantity, s);
    trade t = trade_of("BTC", price, quantity, s);
    co_await d.record_fill(o, t);
}

} // namespace

TEST_CASE("a fill stores the order, the trade and what they make of the position") {
    testing::recorder seen;
    const auto body = [&](const desk& d, const hawser::database&) -> task<> {
        const position p = co_await opened(d, "BTC");
        order o = order_of("A-1", "BTC", exact("0.25"));
        trade t = trade_of("BTC", exact("100.04"), exact("0.25"));
        t.position_id = p.id;
        const auto watch = seen.scope();
        // [record_fill]
        co_await d.record_fill(o, t); // order, trade and position, in one unit of work
        // [/record_fill]
        watch.expect_queries(4); // one that guards, two rows, and the position's
        const order stored_order = co_await d.orders.get(o.id);
        const trade stored_trade = co_await d.trades.get(t.id);
        const position after = co_await d.positions.get(p.id);
        REQUIRE(o.status == order_status::filled);
        REQUIRE(stored_order.status == order_status::filled);
        REQUIRE(stored_trade.status == trade_status::executed);
        REQUIRE(stored_trade.order_id == "A-1");
        REQUIRE(stored_trade.position_id == p.id);
        REQUIRE(after.quantity == exact("0.25"));
        REQUIRE(after.notional == notional("25.01"));
        REQUIRE(after.low == exact("100.04"));
        REQUIRE(after.high == exact("100.04"));
    };
    on_desk(body, {.observer = &seen});
}

TEST_CASE("fills add up, and the extremes of the price are kept") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const position p = co_await opened(d, "BTC");
        co_await fill(d, "A-1", exact("100"), 2);
        co_await fill(d, "A-2", exact("99.5"), 1);
        co_await fill(d, "A-3", exact("101.25"), 4);
        const position after = co_await d.positions.get(p.id);
        REQUIRE(after.quantity == 7);
        REQUIRE(after.notional == notional("704.5"));
        REQUIRE(after.low == exact("99.5"));
        REQUIRE(after.high == exact("101.25"));
    });
}

TEST_CASE("a sale takes from quantity and notional") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const position p = co_await opened(d, "BTC");
        co_await fill(d, "A-1", exact("100"), 2);
        co_await fill(d, "A-2", exact("110"), 3, side::sell);
        const position after = co_await d.positions.get(p.id);
        REQUIRE(after.quantity == -1);
        REQUIRE(after.notional == notional("-130"));
        REQUIRE(after.high == exact("110"));
    });
}

TEST_CASE("a fill without an open position is not_found and stores nothing") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const hawser::error e = co_await error_of(fill(d, "A-1", 1, 1));
        const counts c = co_await counts_of(d);
        REQUIRE(e.kind() == hawser::errc::not_found);
        REQUIRE(c.orders + c.trades == 0);
    });
}

TEST_CASE("a fill of a position that is closed, missing or of another symbol stores nothing") {
    const int which = GENERATE(0, 1, 2);
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        const position closed = co_await opened(d, "BTC");
        co_await d.positions.close_position("BTC");
        const position other = co_await opened(d, "ETH");
        const std::int64_t ids[] = {closed.id, other.id + 1, other.id};
        order o = order_of("A-1", "BTC", 1);
        trade t = trade_of("BTC", 1, 1);
        t.position_id = ids[which];
        const hawser::error e = co_await error_of(d.record_fill(o, t));
        const counts c = co_await counts_of(d);
        const position untouched = co_await d.positions.get(other.id);
        REQUIRE(e.kind() == hawser::errc::precondition_failed);
        REQUIRE(c.orders + c.trades == 0);
        REQUIRE(untouched.quantity == 0);
    });
}

TEST_CASE("a fill under an order_id that is known stores nothing and leaves its arguments") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const position p = co_await opened(d, "BTC");
        co_await fill(d, "A-1", 100, 1);
        order o = order_of("A-1", "BTC", 5);
        trade t = trade_of("BTC", 90, 5);
        const hawser::error e = co_await error_of(d.record_fill(o, t));
        const counts c = co_await counts_of(d);
        const position after = co_await d.positions.get(p.id);
        REQUIRE(e.violates<&order::order_id>());
        REQUIRE(c.orders == 1);
        REQUIRE(c.trades == 1);
        REQUIRE(after.quantity == 1);
        REQUIRE(after.low == 100);
        REQUIRE(o.id == 0);
        REQUIRE(o.status == order_status::pending);
        REQUIRE(t.status == trade_status::pending);
        REQUIRE_FALSE(t.order_id.has_value());
    });
}

TEST_CASE("the sum of money is exact, however small or large the fills are") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const position p = co_await opened(d, "BTC");
        co_await fill(d, "A-1", exact("0.00000001"), exact("0.00000001"));
        co_await fill(d, "A-2", exact("17212.12345678"), exact("0.00066001"));
        const position small = co_await d.positions.get(p.id);
        co_await fill(d, "A-3", exact("9999999999.99999999"), exact("9999999999"), side::sell);
        const position large = co_await d.positions.get(p.id);
        REQUIRE(small.notional == notional("11.3601736027093679"));
        REQUIRE(large.notional == notional("-99999999989999999888.6398264072906321"));
        REQUIRE(large.quantity == exact("-9999999998.99933998"));
    });
}

TEST_CASE("a sum of money without a place is out_of_range and stores nothing") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        p.notional = notional_t::max();
        co_await d.positions.open_position(p);
        const hawser::error e = co_await error_of(fill(d, "A-1", 1, 1));
        const counts c = co_await counts_of(d);
        const position after = co_await d.positions.get(p.id);
        CHECK(e.kind() == hawser::errc::out_of_range);
        REQUIRE(c.orders + c.trades == 0);
        REQUIRE(after.notional == notional_t::max());
    });
}

TEST_CASE("order and trade of a fill agree in symbol and side") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        co_await opened(d, "BTC");
        order o = order_of("A-1", "BTC", 1);
        trade other_side = trade_of("BTC", 1, 1, side::sell);
        trade other_symbol = trade_of("ETH", 1, 1);
        const hawser::error first = co_await error_of(d.record_fill(o, other_side));
        const hawser::error second = co_await error_of(d.record_fill(o, other_symbol));
        REQUIRE(first.kind() == hawser::errc::misuse);
        REQUIRE(second.kind() == hawser::errc::misuse);
    });
}

TEST_CASE("a desk over a transaction is undone with it") {
    on_desk([](const desk& d, const hawser::database& db) -> task<> {
        const position p = co_await opened(d, "BTC");
        auto body = [](hawser::transaction& tx) -> task<> {
            const desk inside(tx);
            co_await fill(inside, "A-1", 100, 1);
            hawser::throw_error(hawser::errc::misuse, "undo");
        };
        const hawser::error e = co_await error_of(db.transaction(body));
        const counts c = co_await counts_of(d);
        const position after = co_await d.positions.get(p.id);
        REQUIRE(e.kind() == hawser::errc::misuse);
        REQUIRE(c.orders + c.trades == 0);
        REQUIRE(after.quantity == 0);
    });
}

TEST_CASE("many strategies that add to one position lose no update", "[concurrency]") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        constexpr int strategies = 64, fills = 20;
        const position p = co_await opened(d, "BTC");
        std::atomic<int> failed{0};
        auto strategy = [&](int number) -> task<> {
            for (int i = 0; i < fills; ++i) {
                const std::string name = std::to_string(number) + "-" + std::to_string(i);
                order o = order_of(name.c_str(), "BTC", exact("0.5"));
                trade t = trade_of("BTC", price_t(1000 + number), exact("0.5"));
                t.position_id = p.id;
                co_await d.record_fill(o, t);
            }
        };
        {
            support::io_threads threads(4);
            for (int number = 0; number < strategies; ++number)
                boost::asio::co_spawn(threads.executor(), strategy(number),
                                      [&](const std::exception_ptr& e) { failed += e ? 1 : 0; });
        }
        const counts c = co_await counts_of(d);
        const position after = co_await d.positions.get(p.id);
        REQUIRE(failed == 0);
        REQUIRE(c.orders == strategies * fills);
        REQUIRE(c.trades == strategies * fills);
        REQUIRE(after.quantity == strategies * fills / 2);
        REQUIRE(after.notional == fills * (strategies * 1000 + strategies * (strategies - 1) / 2) / 2);
        REQUIRE(after.low == 1000);
        REQUIRE(after.high == 1000 + strategies - 1);
        REQUIRE(after.row_version == 1 + strategies * fills);
    });
}
