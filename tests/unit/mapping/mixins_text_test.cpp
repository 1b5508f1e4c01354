#include "support/catch.hpp"
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/select/join.hpp>
#include "quantum_schema.hpp"
#include "texts.hpp"

using hawser::col;
using mapping_test::check_text;
using quantum::badge;
using quantum::team;
namespace d = hawser::detail;

TEST_CASE("inserts give every mixin its values, restores what an upsert meets", "[mapping][sql]") {
    check_text<team, d::insert_text<team>>(
        {"quantum.teams.insert", 9, false,
         R"(insert into "quantum_teams" ("name", "parent_id", "created_at", "updated_at", "row_version")"
         R"(, "created_by", "updated_by", "change_reason", "deleted_at"))"
         R"( values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))",
         R"(insert into "quantum"."teams" ("name", "parent_id", "created_at", "updated_at", "row_version")"
         R"(, "created_by", "updated_by", "change_reason", "deleted_at"))"
         R"( values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning "id")"});
    check_text<team, d::upsert_text<team>>(
        {"quantum.teams.upsert", 9, false,
         R"(insert into "quantum_teams" ("name", "parent_id", "created_at", "updated_at", "row_version")"
         R"(, "created_by", "updated_by", "change_reason", "deleted_at"))"
         R"( values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict ("name") do update set)"
         R"( "parent_id" = excluded."parent_id", "updated_at" = excluded."updated_at")"
         R"(, "row_version" = "quantum_teams"."row_version" + 1, "updated_by" = excluded."updated_by")"
         R"(, "change_reason" = excluded."change_reason", "deleted_at" = excluded."deleted_at")",
         R"(insert into "quantum"."teams" ("name", "parent_id", "created_at", "updated_at", "row_version")"
         R"(, "created_by", "updated_by", "change_reason", "deleted_at"))"
         R"( values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict ("name") do update set)"
         R"( "parent_id" = excluded."parent_id", "updated_at" = excluded."updated_at")"
         R"(, "row_version" = "teams"."row_version" + 1, "updated_by" = excluded."updated_by")"
         R"(, "change_reason" = excluded."change_reason", "deleted_at" = excluded."deleted_at")"});
}

TEST_CASE("every update says who and why, and passes by what is deleted", "[mapping][sql]") {
    check_text<team, d::update_text<team>>(
        {"quantum.teams.update", 7, false,
         R"(update "quantum_teams" set "name" = ?1, "parent_id" = ?2, "updated_at" = ?3, "updated_by" = ?4)"
         R"(, "change_reason" = ?5, "row_version" = "row_version" + 1)"
         R"( where "id" = ?6 and "row_version" = ?7 and "deleted_at" is null)",
         R"(with u as (update "quantum"."teams" set "name" = $1, "parent_id" = $2, "updated_at" = $3)"
         R"(, "updated_by" = $4, "change_reason" = $5, "row_version" = "row_version" + 1)"
         R"( where "id" = $6 and "row_version" = $7 and "deleted_at" is null returning "row_version"))"
         R"( select max("row_version"), 1/count(*) from u)"});
    using name = decltype(hawser::set<&team::name>(std::string()));
    check_text<team, d::patch_text<team, name>>(
        {"quantum.teams.patch", 5, false,
         R"(update "quantum_teams" set "name" = ?1, "updated_at" = ?2, "updated_by" = ?3)"
         R"(, "change_reason" = ?4, "row_version" = "row_version" + 1 where "id" = ?5 and "deleted_at" is null)",
         R"(update "quantum"."teams" set "name" = $1, "updated_at" = $2, "updated_by" = $3)"
         R"(, "change_reason" = $4, "row_version" = "row_version" + 1 where "id" = $5 and "deleted_at" is null)"});
    using called = decltype(col<&team::name> == std::string());
    check_text<team, d::update_where_text<team, called, name>>(
        {"quantum.teams.update_where", 5, false,
         R"(update "quantum_teams" set "name" = ?1, "updated_at" = ?2, "updated_by" = ?3)"
         R"(, "change_reason" = ?4, "row_version" = "row_version" + 1 where "name" = ?5 and "deleted_at" is null)",
         R"(update "quantum"."teams" set "name" = $1, "updated_at" = $2, "updated_by" = $3)"
         R"(, "change_reason" = $4, "row_version" = "row_version" + 1 where "name" = $5 and "deleted_at" is null)"});
}

TEST_CASE("to erase a soft-deletable row is to mark it; to purge it is to delete it", "[mapping][sql]") {
    check_text<team, d::erase_text<team>>(
        {"quantum.teams.erase", 5, false,
         R"(update "quantum_teams" set "deleted_at" = ?1, "updated_at" = ?2, "updated_by" = ?3)"
         R"(, "change_reason" = ?4, "row_version" = "row_version" + 1 where "id" = ?5 and "deleted_at" is null)",
         R"(update "quantum"."teams" set "deleted_at" = $1, "updated_at" = $2, "updated_by" = $3)"
         R"(, "change_reason" = $4, "row_version" = "row_version" + 1 where "id" = $5 and "deleted_at" is null)"});
    check_text<badge, d::erase_text<badge>>(
        {"badges.erase", 2, false,
         R"(update "badges" set "deleted_at" = ?1 where "code" = ?2 and "deleted_at" is null)",
         R"(update "badges" set "deleted_at" = $1 where "code" = $2 and "deleted_at" is null)"});
    check_text<badge, d::restore_text<badge>>(
        {"badges.restore", 1, false,
         R"(update "badges" set "deleted_at" = null where "code" = ?1 and "deleted_at" is not null)",
         R"(update "badges" set "deleted_at" = null where "code" = $1 and "deleted_at" is not null)"});
    check_text<team, d::restore_text<team>>(
        {"quantum.teams.restore", 4, false,
         R"(update "quantum_teams" set "deleted_at" = null, "updated_at" = ?1, "updated_by" = ?2)"
         R"(, "change_reason" = ?3, "row_version" = "row_version" + 1)"
         R"( where "id" = ?4 and "deleted_at" is not null)",
         R"(update "quantum"."teams" set "deleted_at" = null, "updated_at" = $1, "updated_by" = $2)"
         R"(, "change_reason" = $3, "row_version" = "row_version" + 1)"
         R"( where "id" = $4 and "deleted_at" is not null)"});
    check_text<badge, d::purge_text<badge>>({"badges.purge", 1, false,
                                             R"(delete from "badges" where "code" = ?1)",
                                             R"(delete from "badges" where "code" = $1)"});
    using called = decltype(col<&badge::text> == std::string());
    check_text<badge, d::erase_where_text<badge, called>>(
        {"badges.erase_where", 2, false,
         R"(update "badges" set "deleted_at" = ?1 where "text" = ?2 and "deleted_at" is null)",
         R"(update "badges" set "deleted_at" = $1 where "text" = $2 and "deleted_at" is null)"});
    check_text<badge, d::erase_where_text<badge, d::every_row>>(
        {"badges.erase_where", 1, false,
         R"(update "badges" set "deleted_at" = ?1 where "deleted_at" is null)",
         R"(update "badges" set "deleted_at" = $1 where "deleted_at" is null)"});
    check_text<badge, d::purge_where_text<badge, called>>({"badges.purge_where", 1, false,
                                                           R"(delete from "badges" where "text" = ?1)",
                                                           R"(delete from "badges" where "text" = $1)"});
    check_text<badge, d::purge_where_text<badge, d::every_row>>(
        {"badges.purge_where", 0, false, R"(delete from "badges")", R"(delete from "badges")"});
    check_text<badge, d::purge_where_text<badge, d::deleted_too>>({"badges.purge_where", 0, false,
                                                                   R"(delete from "badges" where true)",
                                                                   R"(delete from "badges" where true)"});
}

TEST_CASE("reads and guards see what is not deleted, and with_deleted() sees all", "[mapping][sql]") {
    check_text<badge, d::by_key_text<badge>>(
        {"badges.get", 1, true,
         R"(select "code", "text", "deleted_at" from "badges" where "code" = ?1 and "deleted_at" is null)",
         R"(select "code", "text", "deleted_at" from "badges" where "code" = $1 and "deleted_at" is null)"});
    using called = decltype(col<&badge::text> == std::string());
    using both = decltype(col<&badge::text> == std::string() || col<&badge::code> == std::string());
    check_text<badge, d::count_text<badge, d::every_row>>(
        {"badges.count", 0, true, R"(select count(*) from "badges" where "deleted_at" is null)",
         R"(select count(*) from "badges" where "deleted_at" is null)"});
    check_text<badge, d::count_text<badge, both>>(
        {"badges.count", 2, true,
         R"(select count(*) from "badges" where ("text" = ?1 or "code" = ?2) and "deleted_at" is null)",
         R"(select count(*) from "badges" where ("text" = $1 or "code" = $2) and "deleted_at" is null)"});
    check_text<badge, d::count_text<badge, d::deleted_too>>({"badges.count", 0, true,
                                                             R"(select count(*) from "badges" where true)",
                                                             R"(select count(*) from "badges" where true)"});
    using all = d::logic<'&', d::deleted_too, called>;
    check_text<badge, d::count_text<badge, all>>(
        {"badges.count", 1, true, R"(select count(*) from "badges" where (true and "text" = ?1))",
         R"(select count(*) from "badges" where (true and "text" = $1))"});
    check_text<badge, d::row_exists_text<badge>>(
        {"badges.row_exists", 1, true, R"(select 1 from "badges" where "code" = ?1 and "deleted_at" is null)",
         R"(select 1 from "badges" where "code" = $1 and "deleted_at" is null)"});
    check_text<badge, d::expect_text<badge, called>>(
        {"badges.expect", 2, false,
         R"(select 1 from "badges" where "code" = ?1 and "deleted_at" is null and "text" = ?2)",
         R"(select 1/count(*) from (select 1 from "badges" where "code" = $1 and "deleted_at" is null)"
         R"( and "text" = $2 for update) g)"});
}

TEST_CASE("joins see partners that are not deleted, and with_deleted() those of all tables",
          "[mapping][sql]") {
    using inner = d::with_link<team, &team::parent_id, false>::type;
    using outer = d::with_link<team, &team::parent_id, true>::type;
    check_text<team, d::count_text<inner, d::every_row>>(
        {"quantum.teams.count", 0, true,
         R"(select count(*) from "quantum_teams" t0 join "quantum_teams" t1 on t1."id" = t0."parent_id")"
         R"( and t1."deleted_at" is null where t0."deleted_at" is null)",
         R"(select count(*) from "quantum"."teams" t0 join "quantum"."teams" t1 on t1."id" = t0."parent_id")"
         R"( and t1."deleted_at" is null where t0."deleted_at" is null)"});
    check_text<team, d::count_text<outer, d::every_row>>(
        {"quantum.teams.count", 0, true,
         R"(select count(*) from "quantum_teams" t0 left join "quantum_teams" t1 on t1."id" = t0."parent_id")"
         R"( and t1."deleted_at" is null where t0."deleted_at" is null)",
         R"(select count(*) from "quantum"."teams" t0 left join "quantum"."teams" t1)"
         R"( on t1."id" = t0."parent_id" and t1."deleted_at" is null where t0."deleted_at" is null)"});
    using called = decltype(col<&team::name> == std::string());
    using all = d::logic<'&', d::deleted_too, called>;
    check_text<team, d::count_text<inner, all>>(
        {"quantum.teams.count", 1, true,
         R"(select count(*) from "quantum_teams" t0 join "quantum_teams" t1 on t1."id" = t0."parent_id")"
         R"( where (true and t0."name" = ?1))",
         R"(select count(*) from "quantum"."teams" t0 join "quantum"."teams" t1 on t1."id" = t0."parent_id")"
         R"( where (true and t0."name" = $1))"});
    STATIC_REQUIRE(d::may_hold_deleted<inner>);
}
