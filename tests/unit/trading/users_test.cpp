#include "fixture.hpp"

using namespace pack;

namespace {

std::vector<std::string> names_of(const std::vector<user>& users) {
    std::vector<std::string> names;
    for (const user& u : users) names.push_back(u.username);
    return names;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a user comes back as it was stored") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        co_await d.users.insert(u);
        const user stored = co_await d.users.get(u.id);
        REQUIRE(stored.username == "ada");
        REQUIRE(stored.email == "ada@example.com");
        REQUIRE(stored.password_hash == u.password_hash);
        REQUIRE(stored.is_active);
        REQUIRE(stored.created_at == u.created_at);
    });
}

TEST_CASE("a user is found by username and by email") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        co_await d.users.insert(u);
        const auto by_username = co_await d.users.by_username("ada");
        const auto by_email = co_await d.users.by_email("ada@example.com");
        const auto other_case = co_await d.users.by_username("Ada");
        const auto missing = co_await d.users.by_email("ada");
        REQUIRE(by_username);
        REQUIRE(by_username->id == u.id);
        REQUIRE(by_email);
        REQUIRE(by_email->id == u.id);
        REQUIRE_FALSE(other_case);
        REQUIRE_FALSE(missing);
    });
}

TEST_CASE("a username and an email belong to one user") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        co_await d.users.insert(u);
        user same_name = user_of("ada");
        same_name.email = "other@example.com";
        user same_email = user_of("eve");
        same_email.email = u.email;
        const hawser::error name_taken = co_await error_of(d.users.insert(same_name));
        const hawser::error email_taken = co_await error_of(d.users.insert(same_email));
        REQUIRE(name_taken.violates<&user::username>());
        REQUIRE(email_taken.violates<&user::email>());
    });
}

TEST_CASE("active users are listed by username") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const char* name : {"eve", "ada", "bob"}) {
            user u = user_of(name);
            u.is_active = u.username != "bob";
            co_await d.users.insert(u);
        }
        const auto all = co_await d.users.active();
        const auto first = co_await d.users.active(1);
        REQUIRE(names_of(all) == names{"ada", "eve"});
        REQUIRE(names_of(first) == names{"ada"});
    });
}

TEST_CASE("a user is deactivated once, and stays") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        co_await d.users.insert(u);
        const bool first = co_await d.users.deactivate(u.id);
        const bool again = co_await d.users.deactivate(u.id);
        const bool missing = co_await d.users.deactivate(u.id + 1);
        const user stored = co_await d.users.get(u.id);
        REQUIRE(first);
        REQUIRE_FALSE(again);
        REQUIRE_FALSE(missing);
        REQUIRE_FALSE(stored.is_active);
    });
}

TEST_CASE("a user's email is one") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u = user_of("ada");
        u.email = "ada.example.com";
        const hawser::error e = co_await error_of(d.users.insert(u));
        REQUIRE(e.kind() == hawser::errc::validation_failed);
    });
}

TEST_CASE("a user has a name, an email and a password's hash") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        user u;
        std::vector<std::string> fields;
        try {
            co_await d.users.insert(u);
        } catch (const hawser::validation_error& e) {
            for (const auto& v : e.violations()) fields.push_back(v.field);
        }
        REQUIRE(fields == std::vector<std::string>{"username", "email", "password_hash"});
    });
}
