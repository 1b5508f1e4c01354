#include "support/catch.hpp"
#include <hawser/mapping/violates.hpp>
#include <string>
#include <vector>
#include "app_schema.hpp"

using hawser::constraint_info;
using hawser::constraint_kind;
using hawser::errc;
using hawser::detail::table_of;

namespace {

using names = std::vector<std::string_view>;

template <class T>
const constraint_info& named(std::string_view name) {
    for (const constraint_info& c : table_of<T>.constraints)
        if (c.name == name) return c;
    throw std::logic_error("no constraint " + std::string(name));
}
template <class T>
names columns_of(std::string_view name) {
    const auto& c = named<T>(name).columns;
    return {c.begin(), c.end()};
}

hawser::error violation_of(std::string table, std::vector<std::string> columns) {
    hawser::error_info info;
    info.table = std::move(table);
    info.columns = std::move(columns);
    return hawser::error(errc::unique_violation, "x", info);
}

} // namespace

TEST_CASE("a table lists its declared constraints and those of its types", "[mapping][constraints]") {
    CHECK(table_of<app::account>.name == "accounts");
    names all;
    for (const constraint_info& c : table_of<app::account>.constraints) all.push_back(c.name);
    CHECK(all == names{"accounts_pkey", "accounts_email_key", "accounts_owner_short", "accounts_balance_low",
                       "accounts_rating_stars", "accounts_named", "accounts_active_check",
                       "accounts_balance_check"});
}

TEST_CASE("a constraint knows its kind and its columns, in its own order", "[mapping][constraints]") {
    using app::holding;
    const std::string t = R"(odd "table"; $1 ? --'s)";
    CHECK(named<holding>(t + "_pkey").kind == constraint_kind::primary_key);
    CHECK(columns_of<holding>(t + "_pkey") == names{"account_id", "symbol"});
    CHECK(named<holding>(t + "_symbol_venue_name_key").kind == constraint_kind::unique);
    CHECK(columns_of<holding>(t + "_symbol_venue_name_key") == names{"symbol", "venue_name"});
    CHECK(named<holding>("holding_venue").kind == constraint_kind::foreign_key);
    CHECK(columns_of<holding>("holding_venue") == names{"venue_name"});
    CHECK(named<holding>(t + "_quantity_check").kind == constraint_kind::check);
    CHECK(columns_of<holding>(t + "_quantity_check") == names{"quantity"});
}

TEST_CASE("a typed check knows its columns, each once; of SQL text they are not known",
          "[mapping][constraints]") {
    CHECK(columns_of<app::account>("accounts_rating_stars") == names{"rating"});
    CHECK(columns_of<app::account>("accounts_named") == names{"owner", "email"});
    CHECK(columns_of<app::sample>("samples_sold") == names{"side", "flag"});
    CHECK(columns_of<app::sample>("samples_sum") == names{"i32"});
    CHECK(columns_of<app::account>("accounts_owner_short").empty());
}

TEST_CASE("a violation is of exactly its columns, in any order", "[mapping][constraints]") {
    using app::holding;
    const auto e = violation_of(R"(odd "table"; $1 ? --'s)", {"account_id", "symbol"});
    CHECK(e.violates<&holding::account_id, &holding::symbol>());
    CHECK(e.violates<&holding::symbol, &holding::account_id>());
    CHECK_FALSE(e.violates<&holding::symbol>());
    CHECK_FALSE(e.violates<&holding::account_id, &holding::account_id>());
    CHECK_FALSE(e.violates<&holding::account_id, &holding::quantity>());
    CHECK_FALSE(e.violates<&holding::account_id, &holding::symbol, &holding::quantity>());
}

TEST_CASE("a violation of another table is none, though the columns bear the same names",
          "[mapping][constraints]") {
    CHECK_FALSE(violation_of("accounts", {"symbol"}).violates<&app::holding::symbol>());
    CHECK(violation_of("", {"symbol"}).violates<&app::holding::symbol>());
    CHECK(violation_of("accounts", {"created_at"}).violates<&app::account::created_at>());
}

TEST_CASE("an error without columns violates nothing", "[mapping][constraints]") {
    CHECK_FALSE(violation_of("accounts", {}).violates<&app::account::email>());
}
