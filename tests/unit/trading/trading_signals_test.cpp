#include "fixture.hpp"
#include <limits>

using namespace pack;

namespace {

trading_signal signal_of(const char* symbol, signal_direction direction) {
    trading_signal s;
    s.symbol = symbol;
    s.direction = direction;
    s.strength = 0.75;
    s.source = "momentum";
    return s;
}

} // namespace

TEST_CASE("a signal comes back as it was stored") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        trading_signal s = signal_of("BTC", signal_direction::hold);
        s.price = exact("27123.5");
        s.reason = "no trend";
        co_await d.signals.insert(s);
        const trading_signal stored = co_await d.signals.get(s.id);
        REQUIRE(stored.direction == signal_direction::hold);
        REQUIRE(stored.strength == 0.75);
        REQUIRE(stored.source == "momentum");
        REQUIRE(stored.price == s.price);
        REQUIRE(stored.reason == s.reason);
    });
}

TEST_CASE("signals of a symbol are listed, the latest first") {
    on_desk(
        [](const desk& d, const hawser::database&) -> task<> {
            for (const char* symbol : {"BTC", "ETH", "BTC"}) {
                trading_signal s = signal_of(symbol, signal_direction::buy);
                co_await d.signals.insert(s);
            }
            const auto all = co_await d.signals.by_symbol("BTC");
            const auto one = co_await d.signals.by_symbol("BTC", 1);
            REQUIRE(all.size() == 2);
            REQUIRE(all[0].id == 3);
            REQUIRE(all[1].id == 1);
            REQUIRE(one.size() == 1);
        },
        at_noon());
}

TEST_CASE("the latest signal of a symbol is the last that was given") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        trading_signal early = signal_of("BTC", signal_direction::buy);
        co_await d.signals.insert(early);
        trading_signal late = signal_of("BTC", signal_direction::sell);
        co_await d.signals.insert(late);
        trading_signal other = signal_of("ETH", signal_direction::hold);
        co_await d.signals.insert(other);
        const auto latest = co_await d.signals.latest("BTC");
        const auto none = co_await d.signals.latest("XRP");
        REQUIRE(latest);
        REQUIRE(latest->direction == signal_direction::sell);
        REQUIRE_FALSE(none);
    });
}

TEST_CASE("a signal's strength is from 0 to 1, and its texts are bounded") {
    const double wrong = GENERATE(-0.001, 1.001, std::numeric_limits<double>::quiet_NaN());
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        trading_signal s = signal_of("", signal_direction::buy);
        s.strength = wrong;
        s.source = std::string(51, 's');
        std::vector<std::string> fields;
        try {
            co_await d.signals.insert(s);
        } catch (const hawser::validation_error& e) {
            for (const auto& v : e.violations()) fields.push_back(v.field);
        }
        REQUIRE(fields == std::vector<std::string>{"symbol", "strength", "source"});
    });
}
