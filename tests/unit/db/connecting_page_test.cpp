// The code of docs/guides/connecting.md.
#include "db/postgres_settings.hpp"
#include "support/catch.hpp"
#include <hawser/hawser.hpp>

namespace {

[[maybe_unused]] hawser::task<> of_code() {
    // [open]
    hawser::database db = co_await hawser::open("postgres://trader@localhost/trading?application_name=desk",
                                                {.pool = {.max_connections = 8}});
    // [/open]
    co_await db.close();
}

hawser::postgres::settings made(const char* url) {
    const hawser::config c(url, {.pool = {.max_connections = 8}});
    const hawser::environment_variables none([](std::string_view) { return std::nullopt; });
    return hawser::detail::postgres_settings_of(c.url(), c.options(), nullptr,
                                                {none, "me", "/home/me", "/tmp"});
}

} // namespace

TEST_CASE("the page of connecting says what is understood", "[db][postgres][docs]") {
    const auto s = made("postgres://trader@localhost/trading?application_name=desk");
    CHECK(s.endpoints.at(0).host == "localhost");
    CHECK(s.user == "trader");
    CHECK(s.database == "trading");
    CHECK(s.application_name == "desk");
    CHECK(s.max_connections == 8);
    CHECK(made("postgres://trader@[::1]/trading").endpoints.at(0).host == "::1");
    CHECK(made("postgresql+asyncpg:///trading").endpoints.at(0).host == "/tmp");
    const auto several = made("postgres://trader@db1,db2:5433/trading?sslmode=disable");
    CHECK(several.endpoints.at(0).port == 5432);
    CHECK(several.endpoints.at(1).port == 5433);
    CHECK(made("postgres:///trading?max_pipeline=64").max_pipeline == 64);
}
