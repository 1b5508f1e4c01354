#include "fixture.hpp"
#include <limits>

using namespace pack;

namespace {

task<> store(const desk& d, const std::string& name, double score,
             strategy_status status = strategy_status::live) {
    strategy s;
    s.name = name;
    s.score = score;
    s.status = status;
    s.active = status == strategy_status::live;
    co_await d.strategies.insert(s);
}

std::string names_of(const std::vector<strategy>& strategies) {
    std::string names;
    for (const strategy& s : strategies) names += s.name + ' ';
    return names;
}

} // namespace

TEST_CASE("the top performers are the ten active strategies with the highest scores") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (int i = 0; i < 12; ++i) co_await store(d, std::string(1, static_cast<char>('a' + i)), i / 2);
        co_await store(d, "retired", 100, strategy_status::retired);
        const auto ten = co_await d.strategies.top_performers();
        const auto two = co_await d.strategies.top_performers(2);
        REQUIRE(names_of(ten) == "l k j i h g f e d c ");
        REQUIRE(names_of(two) == "l k ");
    });
}

TEST_CASE("strategies are listed by status, the highest score first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        co_await store(d, "low", -1.5, strategy_status::paused);
        co_await store(d, "high", 2, strategy_status::paused);
        co_await store(d, "other", 3, strategy_status::testing);
        const auto paused = co_await d.strategies.by_status(strategy_status::paused);
        const auto one = co_await d.strategies.by_status(strategy_status::paused, 1);
        const auto none = co_await d.strategies.by_status(strategy_status::draft);
        REQUIRE(names_of(paused) == "high low ");
        REQUIRE(names_of(one) == "high ");
        REQUIRE(none.empty());
    });
}

TEST_CASE("a strategy's name is its own, and is found") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        co_await store(d, "value", 1);
        const auto found = co_await d.strategies.by_name("value");
        const auto missing = co_await d.strategies.by_name("Value");
        const hawser::error taken = co_await error_of(store(d, "value", 2));
        REQUIRE(found);
        REQUIRE(found->status == strategy_status::live);
        REQUIRE_FALSE(missing);
        REQUIRE(taken.violates<&strategy::name>());
    });
}

TEST_CASE("a strategy's score is a number") {
    const double wrong =
        GENERATE(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        const hawser::error e = co_await error_of(store(d, "value", wrong));
        REQUIRE(e.kind() == hawser::errc::validation_failed);
    });
}

TEST_CASE("of two that change one strategy the later one is told") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        co_await store(d, "value", 1);
        strategy mine = co_await d.strategies.get(1);
        strategy yours = mine;
        mine.score = 2;
        co_await d.strategies.update(mine);
        const hawser::error e = co_await error_of(d.strategies.update(yours));
        REQUIRE(e.kind() == hawser::errc::stale_object);
    });
}
