#include "fixture.hpp"

using namespace pack;

namespace {

task<> store(const desk& d, hawser::timestamp at, money_t value) {
    portfolio p;
    p.at = at;
    p.total_value = value;
    p.cash_balance = 1;
    co_await d.portfolios.insert(p);
}

} // namespace

TEST_CASE("the latest portfolio is the last by its own time") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const auto none = co_await d.portfolios.latest();
        REQUIRE_FALSE(none);
        co_await store(d, noon, 2);
        co_await store(d, noon - std::chrono::hours(1), 1);
        const auto latest = co_await d.portfolios.latest();
        REQUIRE(latest);
        REQUIRE(latest->total_value == 2);
    });
}

TEST_CASE("the history holds the last thirty days in their order") {
    on_desk(
        [](const desk& d, const hawser::database&) -> task<> {
            co_await store(d, noon, 3);
            co_await store(d, noon - std::chrono::days(30), 2);
            co_await store(d, noon - std::chrono::days(30) - std::chrono::microseconds(1), 1);
            const auto month = co_await d.portfolios.history();
            const auto longer = co_await d.portfolios.history(31);
            REQUIRE(month.size() == 2);
            REQUIRE(month[0].total_value == 2);
            REQUIRE(month[1].total_value == 3);
            REQUIRE(longer.size() == 3);
        },
        at_noon());
}
