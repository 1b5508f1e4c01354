#include "fixture.hpp"

using namespace pack;

TEST_CASE("a user and the profile are registered together") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        user_profile p;
        p.display_name = "Ada L.";
        p.risk_tolerance = risk_tolerance::low;
        p.max_position = money("25000.5");
        // [register_user]
        co_await d.register_user(u, p); // p.user_id is u.id now
        const auto found = co_await d.user_profiles.by_user(u.id);
        // [/register_user]
        REQUIRE(u.id > 0);
        REQUIRE(p.user_id == u.id);
        REQUIRE(found);
        REQUIRE(found->id == p.id);
        REQUIRE(found->display_name == "Ada L.");
        REQUIRE(found->risk_tolerance == risk_tolerance::low);
        REQUIRE(found->max_position == money("25000.5"));
        REQUIRE(found->base_currency == "USD");
        REQUIRE(found->time_zone == "UTC");
        const auto nobody = co_await d.user_profiles.by_user(u.id + 1);
        REQUIRE_FALSE(nobody);
    });
}

TEST_CASE("a user whose name is taken is not registered, nor is the profile") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user taken = user_of("ada");
        co_await d.users.insert(taken);
        user u = user_of("ada");
        u.email = "other@example.com";
        user_profile p;
        const hawser::error e = co_await error_of(d.register_user(u, p));
        const auto profiles = co_await d.user_profiles.count();
        REQUIRE(e.violates<&user::username>());
        REQUIRE(profiles == 0);
        REQUIRE(u.id == 0);
        REQUIRE(p.user_id == 0);
    });
}

TEST_CASE("a profile that breaks a rule keeps its user out") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        user_profile p;
        p.max_position = 0;
        const hawser::error e = co_await error_of(d.register_user(u, p));
        const auto users = co_await d.users.count();
        REQUIRE(e.info().constraint == "user_profiles_max_position_positive");
        REQUIRE(users == 0);
    });
}

TEST_CASE("a user has one profile, which goes with the user") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        user_profile p;
        co_await d.register_user(u, p);
        user_profile second;
        second.user_id = u.id;
        const hawser::error e = co_await error_of(d.user_profiles.insert(second));
        REQUIRE(e.violates<&user_profile::user_id>());
        co_await d.users.erase(u.id);
        const auto left = co_await d.user_profiles.count();
        REQUIRE(left == 0);
    });
}
