#include "fixture.hpp"

using namespace pack;

namespace {

struct pair {
    team home, away;
};

task<pair> stored_pair(const desk& d) {
    pair p;
    p.home = team_of("Burnley", "England");
    p.away = team_of("Man City", "England");
    co_await d.teams.insert(p.home);
    co_await d.teams.insert(p.away);
    co_return p;
}

friction friction_of(const pair& p, double score) {
    friction f;
    f.home_id = p.home.id;
    f.away_id = p.away.id;
    f.score = score;
    return f;
}

} // namespace

TEST_CASE("the friction of two teams is kept once each way") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const pair p = co_await stored_pair(d);
        friction first = friction_of(p, 0.25);
        friction again = friction_of(p, 0.75);
        again.matches = 12;
        friction back = friction_of({p.away, p.home}, 0.5);
        co_await d.frictions.track(first);
        co_await d.frictions.track(again);
        co_await d.frictions.track(back);
        const auto all = co_await d.frictions.order_by(hawser::asc<&friction::id>).all();
        REQUIRE(all.size() == 2);
        REQUIRE(all[0].score == 0.75);
        REQUIRE(all[0].matches == 12);
        REQUIRE(all[1].score == 0.5);
    });
}

TEST_CASE("a friction that is tracked has the key and the times of its row") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const pair p = co_await stored_pair(d);
        friction first = friction_of(p, 0.25);
        friction again = friction_of(p, 0.75);
        co_await d.frictions.track(first);
        co_await d.frictions.track(again);
        const friction stored = co_await d.frictions.get(first.id);
        REQUIRE(again.id == first.id);
        REQUIRE(again.created_at == first.created_at);
        REQUIRE(again.updated_at == stored.updated_at);
        REQUIRE(stored.score == 0.75);
    });
}

TEST_CASE("a friction is read with both of its teams") {
    testing::recorder seen;
    on_desk(
        [&](const desk& d, const hawser::database&) -> task<> {
            const pair p = co_await stored_pair(d);
            friction f = friction_of(p, 0.25);
            co_await d.frictions.track(f);
            const std::int64_t burnley = p.home.id, city = p.away.id;
            const auto watch = seen.scope();
            // [get_friction]
            const std::optional<std::tuple<friction, team, team>> found =
                co_await d.frictions.get_friction(burnley, city); // home first
            // [/get_friction]
            watch.expect_queries(1);
            const auto back = co_await d.frictions.get_friction(city, burnley);
            REQUIRE(found);
            REQUIRE_FALSE(back);
            const auto& [known, home, away] = *found;
            CHECK(known.score == 0.25);
            CHECK(home.name == "Burnley");
            CHECK(away.name == "Man City");
        },
        {.observer = &seen});
}

TEST_CASE("frictions are asked for by what their teams are") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const pair p = co_await stored_pair(d);
        team elsewhere = team_of("Sevilla", "Spain");
        co_await d.teams.insert(elsewhere);
        friction near = friction_of(p, 0.25);
        friction far = friction_of({elsewhere, p.home}, 0.75);
        co_await d.frictions.track(near);
        co_await d.frictions.track(far);
        // [join]
        const auto english = co_await d.frictions.join<&friction::home_id>()
                                 .where(col<&team::league> == "England")
                                 .order_by(hawser::desc<&friction::score>)
                                 .all();
        // [/join]
        REQUIRE(english.size() == 1);
        REQUIRE(english[0].id == near.id);
    });
}

TEST_CASE("a friction is of two teams that are there, and goes with them") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const pair p = co_await stored_pair(d);
        friction f = friction_of(p, 0.25);
        co_await d.frictions.track(f);
        friction alone = friction_of({p.home, p.home}, 0.25);
        friction stranger = f;
        stranger.away_id = 42;
        const hawser::error same = co_await error_of(d.frictions.track(alone));
        const hawser::error missing = co_await error_of(d.frictions.track(stranger));
        co_await d.teams.erase(p.away.id);
        const auto left = co_await d.frictions.count();
        REQUIRE(same.info().constraint == "friction_two_teams");
        REQUIRE(missing.kind() == hawser::errc::foreign_key_violation);
        REQUIRE(left == 0);
    });
}

TEST_CASE("a friction's score and confidence are from 0 to 1") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const pair p = co_await stored_pair(d);
        friction f = friction_of(p, 1.01);
        f.confidence = -0.01;
        std::vector<std::string> fields;
        try {
            co_await d.frictions.track(f);
        } catch (const hawser::validation_error& e) {
            for (const auto& v : e.violations()) fields.push_back(v.field);
        }
        REQUIRE(fields == std::vector<std::string>{"score", "confidence"});
    });
}
