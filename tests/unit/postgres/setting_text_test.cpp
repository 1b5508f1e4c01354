#include "postgres/setting_text.hpp"
#include "support/catch.hpp"

using hawser::postgres::lasting_word;

TEST_CASE("a script's text tells which statement of it outlives it on its connection", "[postgres]") {
    CHECK(lasting_word("set search_path = mine") == "set");
    CHECK(lasting_word("insert into t values (1); SET x = 1;") == "SET");
    CHECK(lasting_word("create temp table t (v int)") == "create temporary");
    CHECK(lasting_word("create temporary table t (v int)") == "create temporary");
    CHECK(lasting_word("create or replace temp view t as select 1") == "create temporary");
    CHECK(lasting_word("create local temp table t (v int)") == "create temporary");
    CHECK(lasting_word("create temp table t on commit delete rows as select 1") == "create temporary");
    CHECK(lasting_word("create temp table t (v int) on commit drop; create temp table u (v int)") ==
          "create temporary");
    CHECK(lasting_word("select 1 as v into temp t") == "into temporary");
    CHECK(lasting_word("select 1 as v into local temporary t") == "into temporary");
    CHECK(lasting_word("declare c cursor with hold for select 1") == "with hold");
    CHECK(lasting_word("load 'auto_explain'") == "load");
    CHECK(lasting_word("analyze; listen ticks") == "listen");
    CHECK(lasting_word("/* all */ reset all") == "reset");
    CHECK(lasting_word("prepare p as select 1") == "prepare");
    CHECK(lasting_word("deallocate all; select 1") == "deallocate");
    CHECK(lasting_word("discard all") == "discard");
    CHECK(lasting_word("reset") == "reset");
    CHECK(lasting_word("unlisten;") == "unlisten");
    CHECK(lasting_word("set local.x = '1'") == "set");
    CHECK(lasting_word("set transaction . x to '1'") == "set");
}

TEST_CASE("a script's text tells what it makes in the schema of temporary things", "[postgres]") {
    CHECK(lasting_word("create table pg_temp.t (v int)") == "create temporary");
    CHECK(lasting_word("create table if not exists PG_TEMP . t (v int)") == "create temporary");
    CHECK(lasting_word("create or replace view \"pg_temp\".t as select 1") == "create temporary");
    CHECK(lasting_word("create function pg_temp.f() returns int return 1") == "create temporary");
    CHECK(lasting_word("select 1 as v into pg_temp.t") == "into temporary");
    CHECK(lasting_word("with one as (select 1) select * into table \"pg_temp\".t from one") ==
          "into temporary");
}

TEST_CASE("a script's text tells what a statement leaves that it has explained", "[postgres]") {
    CHECK(lasting_word("explain analyze create temp table t as select 1") == "create temporary");
    CHECK(lasting_word("EXPLAIN ANALYSE verbose create table pg_temp.t as select 1") == "create temporary");
    CHECK(lasting_word("explain (analyze, format json) create temp table t as select 1") ==
          "create temporary");
    CHECK(lasting_word("explain analyze select 1 as v into temp t") == "into temporary");
    CHECK(lasting_word("explain (analyze) (select 1 as v into pg_temp.t)") == "into temporary");
}

TEST_CASE("a script's text that leaves nothing on its connection is told apart", "[postgres]") {
    for (const char* text : {"",
                             ";;",
                             "select 1",
                             "update t set v = 1; alter table t set schema other",
                             "begin; set local x = 1; commit",
                             "begin; set transaction read only; set constraints all deferred; end",
                             "prepare transaction 'one'",
                             "create table temp (v int)",
                             "create or replace view temp as select 1",
                             "insert into temp values (1)",
                             "with one as (select 1) insert into temp select * from one",
                             "insert into pg_temp.t values (1)",
                             "insert into t select * from pg_temp.t",
                             "merge into pg_temp.t using u on true when matched then delete",
                             "select * from pg_temp.t",
                             "drop table pg_temp.t",
                             "create table \"PG_TEMP\".t (v int)",
                             "create table pg_temp (v int)",
                             "create table t (pg_temp int)",
                             "create table pg_temp.t (v int) on commit drop",
                             "explain analyze insert into pg_temp.t values (1)",
                             "explain (analyze) select 1",
                             "explain analyze create temp table t on commit drop as select 1",
                             "analyze load",
                             "analyze verbose",
                             "create temp table t (v int) on commit drop",
                             "declare c cursor for select 1",
                             "declare c cursor without hold for select 1",
                             "select 'set x = 1; set y = 2'",
                             "-- set x = 1\nselect 1",
                             "do $$ begin set_it(); end $$; select 1",
                             "\"set\" x"}) {
        INFO(text);
        CHECK(lasting_word(text).empty());
    }
}
