#include "support/catch.hpp"
#include <hawser/mapping/ddl.hpp>
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/violates.hpp>
#include <string>
#include "desk_schema.hpp"
#include "texts.hpp"

using desk::job;
using hawser::col;
using mapping_test::check_text;
namespace d = hawser::detail;

TEST_CASE("renamed columns, defaults, references and indexes on SQLite", "[mapping][ddl]") {
    const std::string now = "(cast(strftime('%s', 'now') as integer) * 1000000 + "
                            "cast(substr(strftime('%f', 'now'), 4) as integer) * 1000)";
    CHECK(
        hawser::create_sqlite<job> ==
        R"(create table if not exists "jobs" ("code" TEXT not null, "broker" TEXT not null)"
        R"(, "number" INTEGER, "alias" TEXT not null, "region" TEXT not null, "remark" TEXT)"
        R"(, "venue" TEXT not null default 'X''NAS', "lots" INTEGER not null default 1)"
        R"(, "hot" INTEGER not null default 1 constraint "jobs_hot_check" check ("hot" in (0, 1)))"
        R"(, "price" INTEGER not null default 200 constraint "jobs_price_check")"
        R"( check ("price" between -999999999999999999 and 999999999999999999))"
        R"(, "state" TEXT not null default 'open' constraint "jobs_state_check")"
        R"( check ("state" in ('open', 'done')), "seen" INTEGER not null default (unixepoch()))"
        R"(, "rank" INTEGER, "created_at" INTEGER not null default )" +
            now + R"(, "changed_at" INTEGER not null default )" + now +
            R"(, constraint "jobs_pkey" primary key ("code"), constraint "jobs_remark_key" unique ("remark"))"
            R"(, constraint "jobs_broker_number_fkey" foreign key ("broker", "number"))"
            R"( references "accounts" ("broker", "number") on delete cascade on update cascade)"
            R"(, constraint "jobs_place_fk" foreign key ("region", "alias"))"
            R"( references "accounts" ("region", "alias") on update set default)"
            R"( deferrable initially deferred)"
            R"(, constraint "jobs_alias_fkey" foreign key ("alias") references "accounts" ("alias") deferrable)"
            R"() strict;)"
            "\n"
            R"(create index if not exists "jobs_venue_changed_at_idx" on "jobs" ("venue", "changed_at" desc);)"
            "\n"
            R"(create index if not exists "jobs_noted" on "jobs" ("remark") where remark is not null;)"
            "\n"
            R"(create unique index if not exists "jobs_hot_uq" on "jobs" ("venue") where "hot" = 1;)"
            "\n"
            R"(create index if not exists "jobs_lots_idx" on "jobs" ("lots"))"
            R"( where ("remark" is not null and "lots" > 5);)"
            "\n");
}

TEST_CASE("renamed columns, defaults, references and indexes on PostgreSQL", "[mapping][ddl]") {
    CHECK(
        hawser::create_postgres<job> ==
        R"(create table if not exists "jobs" ("code" text not null, "broker" text not null)"
        R"(, "number" bigint, "alias" text not null, "region" text not null, "remark" text)"
        R"(, "venue" text not null default 'X''NAS', "lots" integer not null default 1)"
        R"(, "hot" boolean not null default true, "price" numeric(18,2) not null default 2)"
        R"(, "state" text not null default 'open' constraint "jobs_state_check")"
        R"( check ("state" in ('open', 'done')))"
        R"(, "seen" bigint not null default (extract(epoch from now())::bigint), "rank" integer)"
        R"(, "created_at" timestamptz not null default now(), "changed_at" timestamptz not null default now())"
        R"(, constraint "jobs_pkey" primary key ("code"), constraint "jobs_remark_key" unique ("remark"))"
        R"(, constraint "jobs_broker_number_fkey" foreign key ("broker", "number"))"
        R"( references "accounts" ("broker", "number") on delete cascade on update cascade)"
        R"(, constraint "jobs_place_fk" foreign key ("region", "alias"))"
        R"( references "accounts" ("region", "alias") on update set default deferrable initially deferred)"
        R"(, constraint "jobs_alias_fkey" foreign key ("alias") references "accounts" ("alias") deferrable);)"
        "\n"
        R"(create index if not exists "jobs_venue_changed_at_idx" on "jobs" ("venue", "changed_at" desc);)"
        "\n"
        R"(create index if not exists "jobs_noted" on "jobs" ("remark") where remark is not null;)"
        "\n"
        R"(create unique index if not exists "jobs_hot_uq" on "jobs" ("venue") where "hot" = true;)"
        "\n"
        R"(create index if not exists "jobs_lots_idx" on "jobs" ("lots"))"
        R"( where ("remark" is not null and "lots" > 5);)"
        "\n");
}

TEST_CASE("a reference says what becomes of it where its row goes, or gets another key", "[mapping][ddl]") {
    const auto references = [](std::string_view column, std::string_view name, std::string_view action) {
        const std::string a(action);
        return R"(, constraint ")" + std::string(name) + R"(" foreign key (")" + std::string(column) +
               R"(") references "labels" ("text") on delete )" + a + " on update " + a;
    };
    const std::string rest = references("held_by", "seats_held_by_fkey", "restrict") +
                             references("sold_to", "seats_sold_to_fkey", "set null") +
                             references("kept_for", "seats_kept_for_fkey", "set default") +
                             references("swept_by", "swept", "cascade");
    CHECK(hawser::create_sqlite<desk::seat> ==
          R"(create table if not exists "seats" ("id" INTEGER not null, "held_by" TEXT, "sold_to" TEXT)"
          R"(, "kept_for" TEXT default 'nobody', "swept_by" TEXT)"
          R"(, constraint "seats_pkey" primary key ("id"))" +
              rest + ") strict;\n");
    CHECK(hawser::create_postgres<desk::seat> ==
          R"(create table if not exists "seats" ("id" bigint not null, "held_by" text, "sold_to" text)"
          R"(, "kept_for" text default 'nobody', "swept_by" text)"
          R"(, constraint "seats_pkey" primary key ("id"))" +
              rest + ");\n");
}

TEST_CASE("a renamed column is called so in every statement", "[mapping][sql]") {
    using late = decltype(hawser::set<&job::note>(std::string()));
    check_text<job, d::patch_text<job, late>>(
        {"jobs.patch", 3, false, R"(update "jobs" set "remark" = ?1, "changed_at" = ?2 where "code" = ?3)",
         R"(update "jobs" set "remark" = $1, "changed_at" = $2 where "code" = $3)"});
    using noted = decltype(col<&job::note> == std::string());
    check_text<job, d::count_text<job, noted>>({"jobs.count", 1, true,
                                                R"(select count(*) from "jobs" where "remark" = ?1)",
                                                R"(select count(*) from "jobs" where "remark" = $1)"});
    const std::string insert(d::statement_of<job, d::insert_text<job>>.text(hawser::dialect::sqlite));
    CHECK(insert.find(R"("number", "alias", "region", "remark", )") != std::string::npos);
    CHECK(insert.find(R"("note")") == std::string::npos);
}

TEST_CASE("an engine's complaint about a renamed column is about its member", "[mapping][constraints]") {
    hawser::error_info info;
    info.table = "jobs";
    info.columns = {"remark"};
    const hawser::error e(hawser::errc::unique_violation, "x", info);
    CHECK(e.violates<&job::note>());
    CHECK_FALSE(e.violates<&job::venue>());
}
