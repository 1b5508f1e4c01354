#include "support/catch.hpp"
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "texts.hpp"

using namespace hawser::detail;
using app::account;
using app::holding;
using app::membership;
using app::sample;
using app::ticket;
using app::venue;
using hawser::col;
using hawser::set;
using mapping_test::check_text;

TEST_CASE("insert leaves a generated key out, and PostgreSQL returns it", "[mapping][text]") {
    check_text<account, insert_text<account>>(
        {.name = "accounts.insert",
         .parameters = 8,
         .read_only = false,
         .sqlite =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
         .postgres =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values ($1, $2, $3, $4, $5, $6, $7, $8) returning "id")"});
}

TEST_CASE("insert gives a natural key and returns nothing", "[mapping][text]") {
    check_text<holding, insert_text<holding>>(
        {.name = R"(odd "table"; $1 ? --'s.insert)",
         .parameters = 6,
         .read_only = false,
         .sqlite = R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
                   R"("owner_email", "quantity", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6))",
         .postgres = R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
                     R"("owner_email", "quantity", "row_version") values ($1, $2, $3, $4, $5, $6))"});
}

TEST_CASE("insert of 33 columns numbers its placeholders from 1 to 33", "[mapping][text]") {
    const hawser::statement& s = statement_of<sample, insert_text<sample>>;
    CHECK(s.parameters() == 33);
    CHECK(s.text(hawser::dialect::sqlite).ends_with(", ?31, ?32, ?33)"));
    CHECK(s.text(hawser::dialect::postgres).ends_with(R"(, $31, $32, $33) returning "id")"));
}

TEST_CASE("insert of nothing but a generated key gives default values", "[mapping][text]") {
    check_text<ticket, insert_text<ticket>>(
        {.name = "tickets.insert",
         .parameters = 0,
         .read_only = false,
         .sqlite = R"(insert into "tickets" default values)",
         .postgres = R"(insert into "tickets" default values returning "number")"});
}

TEST_CASE("a keyed insert has the generated key in front", "[mapping][text]") {
    check_text<account, insert_keyed_text<account>>(
        {.name = "accounts.insert_keyed",
         .parameters = 9,
         .read_only = false,
         .sqlite =
             R"(insert into "accounts" ("id", "email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))",
         .postgres =
             R"(insert into "accounts" ("id", "email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values ($1, $2, $3, $4, $5, $6, $7, $8, $9))"});
}

namespace late {

struct note {
    std::string text;
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(note, (), (text, id))
consteval auto hawser_table(hawser::of<note>) {
    return hawser::table<note>("notes", hawser::primary_key<&note::id>.generated());
}

} // namespace late

TEST_CASE("a keyed insert has the key in front also where the struct has it last", "[mapping][text]") {
    check_text<late::note, insert_keyed_text<late::note>>(
        {.name = "notes.insert_keyed",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(insert into "notes" ("id", "text") values (?1, ?2))",
         .postgres = R"(insert into "notes" ("id", "text") values ($1, $2))"});
}

TEST_CASE("upsert meets a conflict on a natural key and counts the version up", "[mapping][text]") {
    check_text<holding, upsert_text<holding>>(
        {.name = R"(odd "table"; $1 ? --'s.upsert)",
         .parameters = 6,
         .read_only = false,
         .sqlite = R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
                   R"("owner_email", "quantity", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6))"
                   R"( on conflict ("account_id", "symbol") do update set)"
                   R"( "venue_name" = excluded."venue_name", "owner_email" = excluded."owner_email",)"
                   R"( "quantity" = excluded."quantity",)"
                   R"( "row_version" = "odd ""table""; $1 ? --'s"."row_version" + 1)",
         .postgres = R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
                     R"("owner_email", "quantity", "row_version") values ($1, $2, $3, $4, $5, $6))"
                     R"( on conflict ("account_id", "symbol") do update set)"
                     R"( "venue_name" = excluded."venue_name", "owner_email" = excluded."owner_email",)"
                     R"( "quantity" = excluded."quantity",)"
                     R"( "row_version" = "odd ""table""; $1 ? --'s"."row_version" + 1)"});
}

TEST_CASE("upsert under a generated key meets it on the only unique, and keeps key and created_at",
          "[mapping][text]") {
    check_text<account, upsert_text<account>>(
        {.name = "accounts.upsert",
         .parameters = 8,
         .read_only = false,
         .sqlite =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))"
             R"( on conflict ("email") do update set "owner" = excluded."owner",)"
             R"( "active" = excluded."active", "balance" = excluded."balance",)"
             R"( "rating" = excluded."rating", "updated_at" = excluded."updated_at",)"
             R"( "row_version" = "accounts"."row_version" + 1)",
         .postgres =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values ($1, $2, $3, $4, $5, $6, $7, $8))"
             R"( on conflict ("email") do update set "owner" = excluded."owner",)"
             R"( "active" = excluded."active", "balance" = excluded."balance",)"
             R"( "rating" = excluded."rating", "updated_at" = excluded."updated_at",)"
             R"( "row_version" = "accounts"."row_version" + 1)"});
}

TEST_CASE("upsert of a row that is all key changes nothing where it is there", "[mapping][text]") {
    check_text<membership, upsert_text<membership>>(
        {.name = "memberships.upsert",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(insert into "memberships" ("account_id", "venue_code") values (?1, ?2))"
                   R"( on conflict ("account_id", "venue_code") do nothing)",
         .postgres = R"(insert into "memberships" ("account_id", "venue_code") values ($1, $2))"
                     R"( on conflict ("account_id", "venue_code") do nothing)"});
}

TEST_CASE("update writes all but the key", "[mapping][text]") {
    check_text<venue, update_text<venue>>(
        {.name = "venues.update",
         .parameters = 3,
         .read_only = false,
         .sqlite = R"(update "venues" set "name" = ?1, "parent" = ?2 where "code" = ?3)",
         .postgres = R"(update "venues" set "name" = $1, "parent" = $2 where "code" = $3)"});
}

TEST_CASE("update of a versioned row asks for the version, and fails on PostgreSQL where it is another",
          "[mapping][text]") {
    check_text<account, update_text<account>>(
        {.name = "accounts.update",
         .parameters = 8,
         .read_only = false,
         .sqlite = R"(update "accounts" set "email" = ?1, "owner" = ?2, "active" = ?3, "balance" = ?4,)"
                   R"( "rating" = ?5, "updated_at" = ?6, "row_version" = "row_version" + 1)"
                   R"( where "id" = ?7 and "row_version" = ?8)",
         .postgres = R"(with u as (update "accounts" set "email" = $1, "owner" = $2, "active" = $3,)"
                     R"( "balance" = $4, "rating" = $5, "updated_at" = $6,)"
                     R"( "row_version" = "row_version" + 1 where "id" = $7 and "row_version" = $8)"
                     R"( returning "row_version") select max("row_version"), 1/count(*) from u)"});
}

TEST_CASE("update finds a row by all members of a composite key", "[mapping][text]") {
    check_text<holding, update_text<holding>>(
        {.name = R"(odd "table"; $1 ? --'s.update)",
         .parameters = 6,
         .read_only = false,
         .sqlite = R"(update "odd ""table""; $1 ? --'s" set "venue_name" = ?1, "owner_email" = ?2,)"
                   R"( "quantity" = ?3, "row_version" = "row_version" + 1)"
                   R"( where "account_id" = ?4 and "symbol" = ?5 and "row_version" = ?6)",
         .postgres = R"(with u as (update "odd ""table""; $1 ? --'s" set "venue_name" = $1,)"
                     R"( "owner_email" = $2, "quantity" = $3, "row_version" = "row_version" + 1)"
                     R"( where "account_id" = $4 and "symbol" = $5 and "row_version" = $6)"
                     R"( returning "row_version") select max("row_version"), 1/count(*) from u)"});
}

TEST_CASE("update of a row that is all key still tells whether it is there", "[mapping][text]") {
    check_text<membership, update_text<membership>>(
        {.name = "memberships.update",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(update "memberships" set "account_id" = "account_id")"
                   R"( where "account_id" = ?1 and "venue_code" = ?2)",
         .postgres = R"(update "memberships" set "account_id" = "account_id")"
                     R"( where "account_id" = $1 and "venue_code" = $2)"});
}

TEST_CASE("erase and row_exists find a row by its key", "[mapping][text]") {
    check_text<account, erase_text<account>>({.name = "accounts.erase",
                                              .parameters = 1,
                                              .read_only = false,
                                              .sqlite = R"(delete from "accounts" where "id" = ?1)",
                                              .postgres = R"(delete from "accounts" where "id" = $1)"});
    check_text<membership, erase_text<membership>>(
        {.name = "memberships.erase",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(delete from "memberships" where "account_id" = ?1 and "venue_code" = ?2)",
         .postgres = R"(delete from "memberships" where "account_id" = $1 and "venue_code" = $2)"});
    check_text<account, row_exists_text<account>>(
        {.name = "accounts.row_exists",
         .parameters = 1,
         .read_only = true,
         .sqlite = R"(select 1 from "accounts" where "id" = ?1)",
         .postgres = R"(select 1 from "accounts" where "id" = $1)"});
}

namespace {

template <class T, hawser::detail::assigns... A>
void check_patch(const mapping_test::expected_statement& wanted, const A&...) {
    check_text<T, patch_text<T, A...>>(wanted);
}
template <class T, class Where, hawser::detail::assigns... A>
void check_update_where(const mapping_test::expected_statement& wanted, const Where&, const A&...) {
    check_text<T, update_where_text<T, Where, A...>>(wanted);
}

} // namespace

TEST_CASE("a patch sets the named columns, updated_at and the version", "[mapping][text]") {
    check_patch<account>(
        {.name = "accounts.patch",
         .parameters = 5,
         .read_only = false,
         .sqlite = R"(update "accounts" set "owner" = ?1, "balance" = )"
                   R"(int_fit("balance" + ?2, -999999999999999999, 999999999999999999), "rating" = null,)"
                   R"( "active" = ?3, "updated_at" = ?4, "row_version" = "row_version" + 1 where "id" = ?5)",
         .postgres =
             R"(update "accounts" set "owner" = $1, "balance" = ("balance" + $2)::numeric(18,2), "rating" = null,)"
             R"( "active" = $3, "updated_at" = $4, "row_version" = "row_version" + 1 where "id" = $5)"},
        set<&account::owner>("new"), set<&account::balance>(col<&account::balance> + 1),
        set<&account::rating>(std::nullopt), set<&account::active>(true));
}

TEST_CASE("a patch of a plain row sets nothing but the named columns", "[mapping][text]") {
    check_patch<venue>({.name = "venues.patch",
                        .parameters = 3,
                        .read_only = false,
                        .sqlite = R"(update "venues" set "parent" = ?1, "name" = ?2 where "code" = ?3)",
                        .postgres = R"(update "venues" set "parent" = $1, "name" = $2 where "code" = $3)"},
                       set<&venue::parent>(std::optional<std::string>("XNYS")),
                       set<&venue::name>("New York"));
}

TEST_CASE("update_where numbers assignments before the condition", "[mapping][text]") {
    check_update_where<account>(
        {.name = "accounts.update_where",
         .parameters = 4,
         .read_only = false,
         .sqlite = R"(update "accounts" set "balance" = )"
                   R"(int_fit("balance" - ?1, -999999999999999999, 999999999999999999), "updated_at" = ?2,)"
                   R"( "row_version" = "row_version" + 1 where ("owner" = ?3 and "balance" >= ?4))",
         .postgres =
             R"(update "accounts" set "balance" = ("balance" - $1)::numeric(18,2), "updated_at" = $2,)"
             R"( "row_version" = "row_version" + 1 where ("owner" = $3 and "balance" >= $4))"},
        col<&account::owner> == "ada" && col<&account::balance> >= 3,
        set<&account::balance>(col<&account::balance> - 3));
}

TEST_CASE("update_where of every row has no condition", "[mapping][text]") {
    check_update_where<venue>({.name = "venues.update_where",
                               .parameters = 0,
                               .read_only = false,
                               .sqlite = R"(update "venues" set "parent" = null)",
                               .postgres = R"(update "venues" set "parent" = null)"},
                              every_row{}, set<&venue::parent>(std::nullopt));
}

TEST_CASE("erase_where takes a condition, or every row", "[mapping][text]") {
    const auto old = col<&account::created_at> < hawser::timestamp{};
    check_text<account, erase_where_text<account, std::remove_cv_t<decltype(old)>>>(
        {.name = "accounts.erase_where",
         .parameters = 1,
         .read_only = false,
         .sqlite = R"(delete from "accounts" where "created_at" < ?1)",
         .postgres = R"(delete from "accounts" where "created_at" < $1)"});
    check_text<account, erase_where_text<account, every_row>>({.name = "accounts.erase_where",
                                                               .parameters = 0,
                                                               .read_only = false,
                                                               .sqlite = R"(delete from "accounts")",
                                                               .postgres = R"(delete from "accounts")"});
}
