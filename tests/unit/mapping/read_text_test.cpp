#include "support/catch.hpp"
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "texts.hpp"

using namespace hawser::detail;
using app::account;
using app::holding;
using app::venue;
using hawser::col;
using mapping_test::check_text;

namespace {

using by_owner = decltype(col<&account::owner> == "ada");
using newest_first = std::remove_cv_t<decltype(hawser::desc<&account::created_at>)>;
using then_by_id = std::remove_cv_t<decltype(hawser::asc<&account::id>)>;

const std::string account_columns = R"("id", "email", "owner", "active", "balance", "rating", "created_at",)"
                                    R"( "updated_at", "row_version")";

} // namespace

TEST_CASE("get selects every column by key", "[mapping][text]") {
    check_text<venue, by_key_text<venue>>(
        {.name = "venues.get",
         .parameters = 1,
         .read_only = true,
         .sqlite = R"(select "code", "name", "parent" from "venues" where "code" = ?1)",
         .postgres = R"(select "code", "name", "parent" from "venues" where "code" = $1)"});
    check_text<holding, by_key_text<holding>>(
        {.name = R"(odd "table"; $1 ? --'s.get)",
         .parameters = 2,
         .read_only = true,
         .sqlite = R"(select "account_id", "symbol", "venue_name", "owner_email", "quantity", "row_version")"
                   R"( from "odd ""table""; $1 ? --'s" where "account_id" = ?1 and "symbol" = ?2)",
         .postgres =
             R"(select "account_id", "symbol", "venue_name", "owner_email", "quantity", "row_version")"
             R"( from "odd ""table""; $1 ? --'s" where "account_id" = $1 and "symbol" = $2)"});
}

TEST_CASE("select of every row has neither condition nor order", "[mapping][text]") {
    check_text<venue, select_text<venue, every_row, unbounded>>(
        {.name = "venues.select",
         .parameters = 0,
         .read_only = true,
         .sqlite = R"(select "code", "name", "parent" from "venues")",
         .postgres = R"(select "code", "name", "parent" from "venues")"});
}

TEST_CASE("select numbers condition, limit and offset in this order", "[mapping][text]") {
    const std::string lite = "select " + account_columns +
                             R"( from "accounts" where "owner" = ?1 order by "created_at" desc, "id")"
                             R"( limit ?2 offset ?3)";
    const std::string post = "select " + account_columns +
                             R"( from "accounts" where "owner" = $1 order by "created_at" desc, "id")"
                             R"( limit $2 offset $3)";
    check_text<account, select_text<account, by_owner, limited_and_shifted, newest_first, then_by_id>>(
        {.name = "accounts.select", .parameters = 3, .read_only = true, .sqlite = lite, .postgres = post});
}

TEST_CASE("select is bounded by a parameter or by the verb's own number", "[mapping][text]") {
    const std::string every = "select " + account_columns + R"( from "accounts")";
    check_text<account, select_text<account, every_row, limited>>({.name = "accounts.select",
                                                                   .parameters = 1,
                                                                   .read_only = true,
                                                                   .sqlite = every + " limit ?1",
                                                                   .postgres = every + " limit $1"});
    check_text<account, select_text<account, every_row, at_most<2>, then_by_id>>(
        {.name = "accounts.select",
         .parameters = 0,
         .read_only = true,
         .sqlite = every + R"( order by "id" limit 2)",
         .postgres = every + R"( order by "id" limit 2)"});
}

TEST_CASE("count and exists", "[mapping][text]") {
    check_text<account, count_text<account, by_owner>>(
        {.name = "accounts.count",
         .parameters = 1,
         .read_only = true,
         .sqlite = R"(select count(*) from "accounts" where "owner" = ?1)",
         .postgres = R"(select count(*) from "accounts" where "owner" = $1)"});
    check_text<account, count_text<account, every_row>>({.name = "accounts.count",
                                                         .parameters = 0,
                                                         .read_only = true,
                                                         .sqlite = R"(select count(*) from "accounts")",
                                                         .postgres = R"(select count(*) from "accounts")"});
    check_text<account, exists_text<account, by_owner>>(
        {.name = "accounts.exists",
         .parameters = 1,
         .read_only = true,
         .sqlite = R"(select exists (select 1 from "accounts" where "owner" = ?1))",
         .postgres = R"(select exists (select 1 from "accounts" where "owner" = $1))"});
}

TEST_CASE("a guard fails on PostgreSQL by itself, locks its row there, and is no read", "[mapping][text]") {
    const auto enough = col<&holding::quantity> >= 1 || col<&holding::venue_name>.is_null();
    check_text<holding, expect_text<holding, std::remove_cv_t<decltype(enough)>>>(
        {.name = R"(odd "table"; $1 ? --'s.expect)",
         .parameters = 3,
         .read_only = false,
         .sqlite = R"(select 1 from "odd ""table""; $1 ? --'s" where "account_id" = ?1 and "symbol" = ?2)"
                   R"( and ("quantity" >= ?3 or "venue_name" is null))",
         .postgres = R"(select 1/count(*) from (select 1 from "odd ""table""; $1 ? --'s")"
                     R"( where "account_id" = $1 and "symbol" = $2)"
                     R"( and ("quantity" >= $3 or "venue_name" is null) for update) g)"});
}
