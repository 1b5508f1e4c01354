#include "support/catch.hpp"
#include <hawser/mapping/bulk.hpp>
#include "app_schema.hpp"
#include "quantum_schema.hpp"
#include "texts.hpp"

using namespace hawser::detail;
using app::account;
using app::holding;
using app::membership;
using app::ticket;
using mapping_test::check_text;

TEST_CASE("a bulk insert is the single one's text on SQLite, and arrays in input order on PostgreSQL",
          "[mapping][text]") {
    check_text<account, bulk_insert_text<account>>(
        {.name = "accounts.bulk_insert",
         .parameters = 8,
         .read_only = false,
         .sqlite =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
         .postgres =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") select _r._1, _r._2, _r._3, _r._4, _r._5, _r._6, _r._7, _r._8 )"
             R"(from unnest($1::text[], $2::text[], $3::boolean[], $4::numeric(18,2)[], $5::integer[], )"
             R"($6::timestamptz[], $7::timestamptz[], $8::bigint[]) )"
             R"(with ordinality as _r(_1, _2, _3, _4, _5, _6, _7, _8, _n) order by _r._n returning "id")"});
}

TEST_CASE("dollar signs in quotes are no placeholders of a bulk statement", "[mapping][text]") {
    check_text<holding, bulk_insert_text<holding>>(
        {.name = R"(odd "table"; $1 ? --'s.bulk_insert)",
         .parameters = 6,
         .read_only = false,
         .sqlite = R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
                   R"("owner_email", "quantity", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6))",
         .postgres =
             R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
             R"("owner_email", "quantity", "row_version") select _r._1, _r._2, _r._3, _r._4, _r._5, _r._6 )"
             R"(from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::numeric(18,8)[], )"
             R"($6::bigint[]) with ordinality as _r(_1, _2, _3, _4, _5, _6, _n) order by _r._n)"});
}

TEST_CASE("a bulk insert of nothing but a generated key is run once for each row", "[mapping][text]") {
    check_text<ticket, bulk_insert_text<ticket>>(
        {.name = "tickets.bulk_insert",
         .parameters = 0,
         .read_only = false,
         .sqlite = R"(insert into "tickets" default values)",
         .postgres = R"(insert into "tickets" default values returning "number")"});
}

TEST_CASE("rows without their keys are the single insert's text on SQLite, and COPY on PostgreSQL",
          "[mapping][text]") {
    check_text<account, copy_in_text<account>>(
        {.name = "accounts.copy_in",
         .parameters = 8,
         .read_only = false,
         .sqlite =
             R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
             R"("updated_at", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
         .postgres = R"(copy "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
                     R"("updated_at", "row_version") from stdin (format binary))"});
    check_text<ticket, copy_in_text<ticket>>({.name = "tickets.copy_in",
                                              .parameters = 0,
                                              .read_only = false,
                                              .sqlite = R"(insert into "tickets" default values)",
                                              .postgres = R"(insert into "tickets" default values)"});
}

TEST_CASE("a bulk update compares versions and tells the rows that it found", "[mapping][text]") {
    check_text<account, bulk_update_text<account>>(
        {.name = "accounts.bulk_update",
         .parameters = 8,
         .read_only = false,
         .sqlite = R"(update "accounts" set "email" = ?1, "owner" = ?2, "active" = ?3, "balance" = ?4, )"
                   R"("rating" = ?5, "updated_at" = ?6, "row_version" = "row_version" + 1 )"
                   R"(where "id" = ?7 and "row_version" = ?8)",
         .postgres =
             R"(update "accounts" set "email" = _r._1, "owner" = _r._2, "active" = _r._3, )"
             R"("balance" = _r._4, "rating" = _r._5, "updated_at" = _r._6, )"
             R"("row_version" = "row_version" + 1 from unnest($1::text[], $2::text[], $3::boolean[], )"
             R"($4::numeric(18,2)[], $5::integer[], $6::timestamptz[], $7::bigint[], $8::bigint[]) )"
             R"(with ordinality as _r(_1, _2, _3, _4, _5, _6, _7, _8, _n) )"
             R"(where "id" = _r._7 and "row_version" = _r._8 returning _r._n)"});
    check_text<membership, bulk_update_text<membership>>(
        {.name = "memberships.bulk_update",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(update "memberships" set "account_id" = "account_id" )"
                   R"(where "account_id" = ?1 and "venue_code" = ?2)",
         .postgres = R"(update "memberships" set "account_id" = "account_id" )"
                     R"(from unnest($1::bigint[], $2::text[]) with ordinality as _r(_1, _2, _n) )"
                     R"(where "account_id" = _r._1 and "venue_code" = _r._2 returning _r._n)"});
}

TEST_CASE("a bulk update of some columns sets these and what every write sets", "[mapping][text]") {
    check_text<account, bulk_patch_text<account, &account::balance, &account::rating>>(
        {.name = "accounts.bulk_patch",
         .parameters = 4,
         .read_only = false,
         .sqlite = R"(update "accounts" set "balance" = ?1, "rating" = ?2, "updated_at" = ?3, )"
                   R"("row_version" = "row_version" + 1 where "id" = ?4)",
         .postgres = R"(update "accounts" set "balance" = _r._1, "rating" = _r._2, "updated_at" = _r._3, )"
                     R"("row_version" = "row_version" + 1 from unnest($1::numeric(18,2)[], $2::integer[], )"
                     R"($3::timestamptz[], $4::bigint[]) with ordinality as _r(_1, _2, _3, _4, _n) )"
                     R"(where "id" = _r._4 returning _r._n)"});
}

TEST_CASE("a bulk upsert tells whether a row was inserted", "[mapping][text]") {
    check_text<holding, bulk_upsert_text<holding>>(
        {.name = R"(odd "table"; $1 ? --'s.bulk_upsert)",
         .parameters = 6,
         .read_only = false,
         .sqlite = R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
                   R"("owner_email", "quantity", "row_version") values (?1, ?2, ?3, ?4, ?5, ?6) )"
                   R"(on conflict ("account_id", "symbol") do update set )"
                   R"("venue_name" = excluded."venue_name", "owner_email" = excluded."owner_email", )"
                   R"("quantity" = excluded."quantity", )"
                   R"("row_version" = "odd ""table""; $1 ? --'s"."row_version" + 1)",
         .postgres =
             R"(insert into "odd ""table""; $1 ? --'s" ("account_id", "symbol", "venue_name", )"
             R"("owner_email", "quantity", "row_version") select _r._1, _r._2, _r._3, _r._4, _r._5, _r._6 )"
             R"(from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::numeric(18,8)[], )"
             R"($6::bigint[]) with ordinality as _r(_1, _2, _3, _4, _5, _6, _n) order by _r._n )"
             R"(on conflict ("account_id", "symbol") do update set )"
             R"("venue_name" = excluded."venue_name", "owner_email" = excluded."owner_email", )"
             R"("quantity" = excluded."quantity", )"
             R"("row_version" = "odd ""table""; $1 ? --'s"."row_version" + 1 returning (xmax = 0))"});
}

TEST_CASE("a bulk erase takes keys of one member or several", "[mapping][text]") {
    check_text<account, bulk_erase_text<account>>(
        {.name = "accounts.bulk_erase",
         .parameters = 1,
         .read_only = false,
         .sqlite = R"(delete from "accounts" where "id" = ?1)",
         .postgres = R"(delete from "accounts" using unnest($1::bigint[]) with ordinality as _r(_1, _n) )"
                     R"(where "id" = _r._1 returning _r._n)"});
    check_text<membership, bulk_erase_text<membership>>(
        {.name = "memberships.bulk_erase",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(delete from "memberships" where "account_id" = ?1 and "venue_code" = ?2)",
         .postgres = R"(delete from "memberships" using unnest($1::bigint[], $2::text[]) )"
                     R"(with ordinality as _r(_1, _2, _n) )"
                     R"(where "account_id" = _r._1 and "venue_code" = _r._2 returning _r._n)"});
}

TEST_CASE("bulk texts follow the mixins", "[mapping][text]") {
    using quantum::team;
    check_text<team, bulk_erase_text<team>>(
        {.name = "quantum.teams.bulk_erase",
         .parameters = 5,
         .read_only = false,
         .sqlite = R"(update "quantum_teams" set "deleted_at" = ?1, "updated_at" = ?2, "updated_by" = ?3, )"
                   R"("change_reason" = ?4, "row_version" = "row_version" + 1 )"
                   R"(where "id" = ?5 and "deleted_at" is null)",
         .postgres = R"(update "quantum"."teams" set "deleted_at" = _r._1, "updated_at" = _r._2, )"
                     R"("updated_by" = _r._3, "change_reason" = _r._4, "row_version" = "row_version" + 1 )"
                     R"(from unnest($1::timestamptz[], $2::timestamptz[], $3::text[], $4::text[], )"
                     R"($5::bigint[]) with ordinality as _r(_1, _2, _3, _4, _5, _n) )"
                     R"(where "id" = _r._5 and "deleted_at" is null returning _r._n)"});
    check_text<team, bulk_patch_text<team, &team::name>>(
        {.name = "quantum.teams.bulk_patch",
         .parameters = 5,
         .read_only = false,
         .sqlite = R"(update "quantum_teams" set "name" = ?1, "updated_at" = ?2, "updated_by" = ?3, )"
                   R"("change_reason" = ?4, "row_version" = "row_version" + 1 )"
                   R"(where "id" = ?5 and "deleted_at" is null)",
         .postgres = R"(update "quantum"."teams" set "name" = _r._1, "updated_at" = _r._2, )"
                     R"("updated_by" = _r._3, "change_reason" = _r._4, "row_version" = "row_version" + 1 )"
                     R"(from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[]) )"
                     R"(with ordinality as _r(_1, _2, _3, _4, _5, _n) )"
                     R"(where "id" = _r._5 and "deleted_at" is null returning _r._n)"});
}
