#include "fixture.hpp"

using namespace pack;
using std::chrono::minutes;

namespace {

market_bar bar_of(const char* venue, const char* symbol, hawser::timestamp at, price_t close = 1) {
    market_bar b;
    b.venue = venue;
    b.symbol = symbol;
    b.at = at;
    b.open = b.high = b.low = b.close = close;
    b.volume = volume_t::parse("0.5");
    return b;
}

task<> store(const desk& d, const char* venue, const char* symbol, int minute, price_t close = 1) {
    market_bar b = bar_of(venue, symbol, noon + minutes(minute), close);
    co_await d.market_data.upsert(b);
}

} // namespace

TEST_CASE("a bar comes back exactly") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        market_bar b = bar_of("binance", "BTCBUSD", noon);
        b.open = exact("17212.12");
        b.high = exact("17216.55000001");
        b.low = exact("0.00000001");
        b.close = exact("17208.88");
        b.volume = volume_t::parse("12345678901234567890.00000001");
        co_await d.market_data.insert(b);
        const market_bar stored = co_await d.market_data.get(b.id);
        REQUIRE(stored.venue == "binance");
        REQUIRE(stored.at == noon);
        REQUIRE(stored.open == b.open);
        REQUIRE(stored.high == b.high);
        REQUIRE(stored.low == b.low);
        REQUIRE(stored.close == b.close);
        REQUIRE(stored.volume == b.volume);
    });
}

TEST_CASE("the same bar again changes its row") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        co_await store(d, "binance", "BTC", 0, 10);
        co_await store(d, "binance", "BTC", 0, 11);
        co_await store(d, "kraken", "BTC", 0, 12);
        co_await store(d, "binance", "BTC", 1, 13);
        const auto all = co_await d.market_data.order_by(hawser::asc<&market_bar::id>).all();
        REQUIRE(all.size() == 3);
        REQUIRE(all[0].close == 11);
        REQUIRE(all[0].updated_at >= all[0].created_at);
    });
}

TEST_CASE("a range holds the bars that begin within it, in their order of time") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const int minute : {3, 1, 0, 2}) co_await store(d, "binance", "BTC", minute, minute);
        co_await store(d, "kraken", "BTC", 1, 100);
        co_await store(d, "binance", "ETH", 1, 200);
        const auto one_venue =
            co_await d.market_data.range("binance", "BTC", noon + minutes(1), noon + minutes(3));
        const auto all_venues = co_await d.market_data.range("BTC", noon + minutes(1), noon + minutes(3));
        REQUIRE(one_venue.size() == 2);
        REQUIRE(one_venue[0].close == 1);
        REQUIRE(one_venue[1].close == 2);
        REQUIRE(all_venues.size() == 3);
        REQUIRE(all_venues[0].close == 1);
        REQUIRE(all_venues[1].close == 100);
        REQUIRE(all_venues[2].close == 2);
    });
}

TEST_CASE("the latest bar is the last of its venue and symbol") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const int minute : {0, 2, 1}) co_await store(d, "binance", "BTC", minute, minute);
        const auto latest = co_await d.market_data.latest("binance", "BTC");
        const auto none = co_await d.market_data.latest("kraken", "BTC");
        REQUIRE(latest);
        REQUIRE(latest->close == 2);
        REQUIRE_FALSE(none);
    });
}

TEST_CASE("a bar whose low is above its high, or whose volume is below 0, is refused") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        market_bar upside_down = bar_of("binance", "BTC", noon);
        upside_down.low = exact("1.00000001");
        market_bar below = bar_of("binance", "BTC", noon);
        below.volume = -1;
        const hawser::error first = co_await error_of(d.market_data.upsert(upside_down));
        const hawser::error second = co_await error_of(d.market_data.upsert(below));
        REQUIRE(first.info().constraint == "market_data_low_to_high");
        REQUIRE(second.info().constraint == "market_data_volume_not_negative");
    });
}
