#include "fixture.hpp"
#include <hawser/db/load_related.hpp>

using namespace pack;

namespace {

std::vector<std::int64_t> ids_of(const std::vector<trade>& trades) {
    std::vector<std::int64_t> ids;
    for (const trade& t : trades) ids.push_back(t.id);
    return ids;
}

using ids = std::vector<std::int64_t>;

// Trades 1 to 4: eight days old, a day old, a second old, and as old but stored later.
task<> store_four(const desk& d) {
    using namespace std::chrono_literals;
    const hawser::timestamp times[] = {noon - 192h, noon - 24h, noon - 1s, noon - 1s};
    const char* symbols[] = {"BTC", "ETH", "BTC", "ETH"};
    for (std::size_t i = 0; i < 4; ++i) {
        trade t = trade_of(symbols[i], 1, 1);
        t.executed_at = times[i];
        t.user_id = i % 2;
        t.status = i < 2 ? trade_status::settled : trade_status::executed;
        co_await d.trades.insert(t);
    }
}

} // namespace

TEST_CASE("recent trades are those of the last seven days, the latest first") {
    on_desk(
        [](const desk& d, const hawser::database&) -> task<> {
            co_await store_four(d);
            // [recent]
            const auto week = co_await d.trades.recent();         // a hundred of seven days
            const auto longer = co_await d.trades.recent(100, 8); // of eight days
            // [/recent]
            const auto last = co_await d.trades.recent(1);
            REQUIRE(ids_of(week) == ids{4, 3, 2});
            REQUIRE(ids_of(longer) == ids{4, 3, 2, 1});
            REQUIRE(ids_of(last) == ids{4});
        },
        at_noon());
}

TEST_CASE("recent trades are a hundred at most unless more are asked for") {
    on_desk(
        [](const desk& d, const hawser::database&) -> task<> {
            const testing::factory<trade> made;
            co_await made.with<&trade::executed_at>(noon).insert(d.trades, 101);
            const auto some = co_await d.trades.recent();
            const auto all = co_await d.trades.recent(1000);
            REQUIRE(some.size() == 100);
            REQUIRE(all.size() == 101);
        },
        at_noon());
}

TEST_CASE("trades are listed by symbol, by status and by user, the latest first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        co_await store_four(d);
        const auto by_symbol = co_await d.trades.by_symbol("BTC");
        const auto by_status = co_await d.trades.by_status(trade_status::settled);
        const auto by_user = co_await d.trades.by_user(1);
        const auto one = co_await d.trades.by_user(1, 1);
        const auto none = co_await d.trades.by_symbol("XRP");
        REQUIRE(ids_of(by_symbol) == ids{3, 1});
        REQUIRE(ids_of(by_status) == ids{2, 1});
        REQUIRE(ids_of(by_user) == ids{4, 2});
        REQUIRE(ids_of(one) == ids{4});
        REQUIRE(none.empty());
    });
}

TEST_CASE("a trade comes back as it was stored") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        trade t = trade_of("BTC", exact("27123.45678901"), exact("0.00000001"), side::sell);
        t.user_id = 7;
        t.order_id = "A-1";
        t.exchange = "XNAS";
        t.exchange_id = "77";
        co_await d.trades.insert(t);
        const trade stored = co_await d.trades.get(t.id);
        REQUIRE(stored.price == t.price);
        REQUIRE(stored.quantity == t.quantity);
        REQUIRE(stored.side == side::sell);
        REQUIRE(stored.executed_at == t.executed_at);
        REQUIRE(stored.user_id == t.user_id);
        REQUIRE(stored.order_id == t.order_id);
        REQUIRE(stored.exchange == t.exchange);
        REQUIRE(stored.exchange_id == t.exchange_id);
        REQUIRE(stored.created_at == t.created_at);
        REQUIRE_FALSE(stored.position_id.has_value());
    });
}

TEST_CASE("trades are read page by page, each beginning where the one before it ended") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const testing::factory<trade> made;
        co_await made.with<&trade::symbol>("BTC").with<&trade::executed_at>(noon).insert(d.trades, 25);
        // [page]
        const auto latest = d.trades.where(col<&trade::symbol> == "BTC")
                                .order_by(hawser::desc<&trade::executed_at>, hawser::desc<&trade::id>)
                                .limit(10);
        std::vector<std::size_t> sizes;
        for (auto page = co_await latest.all(); !page.empty();
             page = co_await latest.after(page.back()).all())
            sizes.push_back(page.size());
        // [/page]
        REQUIRE(sizes == std::vector<std::size_t>{10, 10, 5});
        const auto first = co_await latest.all();
        const auto second = co_await latest.after(first.back()).all();
        REQUIRE(first.back().id == 16);
        REQUIRE(second.front().id == 15);
    });
}

TEST_CASE("the trades of all open positions are read at once") {
    testing::recorder seen;
    on_desk(
        [&](const desk& d, const hawser::database& db) -> task<> {
            for (const char* symbol : {"BTC", "ETH"}) {
                position p = position_of(symbol);
                co_await d.positions.open_position(p);
            }
            for (const char* order_id : {"A-1", "A-2"}) {
                order o = order_of(order_id, "BTC", 1);
                trade t = trade_of("BTC", 100, 1);
                co_await d.record_fill(o, t);
            }
            const auto watch = seen.scope();
            // [load_related]
            const auto open = co_await d.positions.open_positions();
            const auto trades = co_await hawser::load_related<trade, &trade::position_id>(db, open);
            // [/load_related]
            watch.expect_names("positions.select", "trades.select");
            REQUIRE(open.size() == 2);
            REQUIRE(trades.at(open[0].id).size() == 2);
            REQUIRE(trades.at(open[1].id).empty());
        },
        {.observer = &seen});
}

TEST_CASE("trades of a position are listed, the latest first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        co_await d.positions.open_position(p);
        for (const int hour : {1, 2, 0}) {
            trade t = trade_of("BTC", 1, 1);
            t.executed_at = noon + std::chrono::hours(hour);
            if (hour > 0) t.position_id = p.id;
            co_await d.trades.insert(t);
        }
        const auto of_position = co_await d.trades.by_position(p.id);
        REQUIRE(ids_of(of_position) == ids{2, 1});
    });
}
