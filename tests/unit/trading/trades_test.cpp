#include "fixture.hpp"

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
    const hawser::timestamp times[] = {noon() - 192h, noon() - 24h, noon() - 1s, noon() - 1s};
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
            const auto week = co_await d.trades.recent();
            const auto longer = co_await d.trades.recent(100, 8);
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
            const std::vector<trade> many(101, trade_of("BTC", 1, 1));
            co_await d.trades.bulk_insert(many);
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
