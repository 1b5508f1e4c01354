#include "fixture.hpp"

using namespace pack;

namespace {

strategy strategy_of(const char* name) {
    strategy s;
    s.name = name;
    s.active = true;
    return s;
}

std::vector<team> a_thousand() {
    std::vector<team> teams;
    for (int i = 0; i < 1000; ++i)
        teams.push_back(team_of("Team " + std::to_string(i), i % 2 == 0 ? "Even" : "Odd"));
    return teams;
}

} // namespace

TEST_CASE("a team comes back as it was stored") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        team t = team_of("Burnley", "England");
        t.rating = 1432.5;
        co_await d.teams.insert(t);
        const auto found = co_await d.teams.by_name("England", "Burnley");
        const auto elsewhere = co_await d.teams.by_name("Spain", "Burnley");
        REQUIRE(found);
        REQUIRE(found->id == t.id);
        REQUIRE(found->rating == 1432.5);
        REQUIRE_FALSE(elsewhere);
    });
}

TEST_CASE("a thousand teams are stored at once, each with its key") {
    testing::recorder seen;
    const auto body = [&](const desk& d, const hawser::database&) -> task<> {
        const std::vector<team> teams = a_thousand();
        const auto watch = seen.scope();
        // [thousand_teams]
        const std::vector<std::int64_t> ids = co_await d.teams.bulk_insert(teams); // ids[i] is of teams[i]
        // [/thousand_teams]
        watch.expect_queries(1);
        REQUIRE(ids.size() == 1000);
        const team last = co_await d.teams.get(ids[999]);
        const auto even = co_await d.teams.by_league("Even");
        const auto all_even = co_await d.teams.by_league("Even", 1000);
        REQUIRE(last.name == "Team 999");
        REQUIRE(even.size() == 100);
        REQUIRE(all_even.size() == 500);
        REQUIRE(even[0].name == "Team 0");
        REQUIRE(even[1].name == "Team 10");
    };
    on_desk(body, {.observer = &seen});
}

TEST_CASE("of a thousand teams with one that is known none is stored") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        team known = team_of("Team 998", "Even");
        co_await d.teams.insert(known);
        const std::vector<team> teams = a_thousand();
        const hawser::error e = co_await error_of(d.teams.bulk_insert(teams));
        const auto count = co_await d.teams.count();
        REQUIRE(e.violates<&team::league, &team::name>());
        REQUIRE(count == 1);
    });
}

TEST_CASE("teams and strategies are stored together") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        std::vector<team> teams = a_thousand();
        std::vector<strategy> strategies{strategy_of("value"), strategy_of("momentum")};
        // [store_teams]
        co_await d.store_teams(teams, strategies); // teams and strategies have their keys now
        // [/store_teams]
        const team stored = co_await d.teams.get(teams[17].id);
        const auto momentum = co_await d.strategies.by_name("momentum");
        REQUIRE(stored.name == "Team 17");
        REQUIRE(momentum);
        REQUIRE(momentum->id == strategies[1].id);
        std::vector<team> more{team_of("New", "Even")};
        std::vector<strategy> taken{strategy_of("value")};
        const hawser::error e = co_await error_of(d.store_teams(more, taken));
        const auto count = co_await d.teams.count();
        REQUIRE(e.violates<&strategy::name>());
        REQUIRE(count == 1000);
        REQUIRE(more[0].id == 0);
    });
}
