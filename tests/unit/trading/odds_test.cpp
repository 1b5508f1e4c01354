#include "fixture.hpp"

using namespace pack;

namespace {

odds_quote quote_of(const char* match, const char* market, const char* price, int hours = 0) {
    odds_quote q;
    q.match = match;
    q.market = market;
    q.bookmaker = "market_average";
    q.price = odds_t::parse(price);
    q.at = noon + std::chrono::hours(hours);
    return q;
}

} // namespace

TEST_CASE("odds are tracked through time, and a quote of the same time is replaced") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        odds_quote late = quote_of("A - B", "home_win", "2.6", 1);
        odds_quote early = quote_of("A - B", "home_win", "2.5");
        odds_quote corrected = quote_of("A - B", "home_win", "2.55");
        odds_quote draw = quote_of("A - B", "draw", "3.4");
        odds_quote other = quote_of("C - D", "draw", "3.3");
        co_await d.odds.track(late);
        co_await d.odds.track(early);
        co_await d.odds.track(corrected);
        co_await d.odds.track(draw);
        co_await d.odds.track(other);
        const auto quotes = co_await d.odds.by_match("A - B");
        const auto none = co_await d.odds.by_match("A");
        REQUIRE(quotes.size() == 3);
        REQUIRE(quotes[0].market == "draw");
        REQUIRE(quotes[1].price.to_string() == "2.5500");
        REQUIRE(quotes[2].price.to_string() == "2.6000");
        REQUIRE(none.empty());
        REQUIRE(corrected.id == early.id);
        REQUIRE(corrected.created_at == early.created_at);
    });
}

TEST_CASE("odds pay back the stake at least") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        odds_quote least = quote_of("A - B", "home_win", "1");
        odds_quote less = quote_of("A - B", "home_win", "0.9999");
        co_await d.odds.track(least);
        const hawser::error e = co_await error_of(d.odds.track(less));
        REQUIRE(e.info().constraint == "odds_price_at_least_one");
    });
}

TEST_CASE("a quote names its match, its market and its bookmaker") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        odds_quote q;
        q.price = 2;
        std::vector<std::string> fields;
        try {
            co_await d.odds.track(q);
        } catch (const hawser::validation_error& e) {
            for (const auto& v : e.violations()) fields.push_back(v.field);
        }
        REQUIRE(fields == std::vector<std::string>{"match", "market", "bookmaker"});
    });
}
