// Values bound to placeholders of one's own SQL whose types the database has made itself, and others that the server
// does not take as they are declared.
#include "fixture.hpp"
#include <chrono>
#include <limits>
#include <string>
#include <vector>

using hawser::errc;
using hawser::task;
using market::error_of;
using market::on_postgres;
using numbers = std::vector<std::int64_t>;
using texts = std::vector<std::string>;

namespace {

constexpr const char* tables = R"(
    create extension citext;
    create type mood as enum ('sad', 'ok');
    create type place as (x int4, y text);
    create domain grade as int4 check (value between 1 and 6);
    create table entries (id int8 primary key, feeling mood, word citext, place place, grade grade, day date,
                          moods mood[]);
    insert into entries values (1, 'sad', 'One', '(1,a)', 1, '2026-01-01', '{sad}'),
                               (2, 'ok', '22', '(2,b)', 2, '2026-01-02', '{sad,ok}');
)";

template <class Body>
void on_entries(Body body, const hawser::open_options& options = {}) {
    on_postgres(
        [&body](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto look = fresh.look();
            look.exec(tables);
            co_await body(db, look);
        },
        options);
}

// Each of them finds one entry, or changes one.
task<> try_each(const hawser::executor_ref& on) {
    const texts either{"sad", "ok"};
    for (int turn = 0; turn < 3; ++turn) { // the second time they are prepared
        CAPTURE(turn);
        const auto found =
            co_await on.query<std::int64_t, "select id from entries where feeling = $1">("sad");
        CHECK(found == numbers{1});
        const auto listed =
            co_await on.query<std::int64_t, "select id from entries where feeling = any($1) and id = 2">(
                either);
        CHECK(listed == numbers{2});
        const auto placed =
            co_await on.query<std::int64_t, "select id from entries where place = $1::place">("(2,b)");
        CHECK(placed == numbers{2});
        const auto special =
            co_await on.query<std::int64_t, "select id from entries where day > $1">("epoch");
        CHECK(special.size() == 2);
        const auto cut =
            co_await on.query<std::string, "select left(word::text, $1) from entries where id = 1">(2);
        CHECK(cut == texts{"On"});
        const auto compared = co_await on.query<std::int64_t, "select id from entries where word = $1">(22);
        CHECK(compared == numbers{2});
        const auto written = co_await on.execute<"update entries set feeling = $1, place = $2, grade = $3, "
                                                 "moods = $4 where id = 1">("sad", "(1,a)", 3, either);
        CHECK(written == 1);
        const auto open = co_await on.query<bool, "select $1 is null">("x"); // what it is, nothing else tells
        CHECK(open == std::vector<bool>{false});
        const hawser::sql made("select id from entries where feeling = $1 and id < " +
                               std::to_string(turn + 5));
        const auto of_text = co_await on.query<std::int64_t>(made, "ok");
        CHECK(of_text == numbers{2});
    }
}

} // namespace

TEST_CASE("values of one's own SQL may be of the database's own types, wherever it runs",
          "[postgres][types]") {
    NEED_POSTGRES();
    const int where = GENERATE(0, 1, 2, 3, 4, 5);
    CAPTURE(where);
    on_entries([where](hawser::database& db, support::raw_postgres& look) -> task<> {
        if (where == 0) co_await try_each(db);
        if (where == 1) {
            hawser::transaction tx = co_await db.begin();
            co_await try_each(tx);
            co_await tx.commit();
        }
        if (where == 2 || where == 3) {
            hawser::session s = co_await db.session();
            if (where == 3) co_await s.execute<"begin">();
            co_await try_each(s);
            if (where == 3) co_await s.execute<"commit">();
            co_await s.close();
        }
        if (where == 4) {
            hawser::session s = co_await db.session();
            hawser::transaction tx = co_await s.begin();
            co_await try_each(tx);
            co_await tx.commit();
            co_await s.close();
        }
        if (where == 5) {
            hawser::unit_of_work unit{db};
            unit.run([](hawser::transaction& tx) -> task<> { co_await try_each(tx); });
            co_await unit.commit();
        }
        CHECK(look.integer("select grade from entries where id = 1") == 3);
    });
}

TEST_CASE("values that are refused as they are declared do no harm to what a transaction has done",
          "[postgres][types]") {
    NEED_POSTGRES();
    on_entries([](hawser::database& db, support::raw_postgres& look) -> task<> {
        hawser::transaction tx = co_await db.begin();
        co_await tx.execute<"insert into entries (id, word) values (3, 'before')">();
        const auto kept = [&]() -> task<> {
            const auto written = co_await tx.execute<"update entries set grade = 5 where feeling = $1">("ok");
            CHECK(written == 1);
        };
        co_await tx.savepoint([&](hawser::transaction&) -> task<> { co_await kept(); });
        auto count =
            co_await tx.query_one<std::int64_t, "select count(*) from entries where id = 3 or grade = 5">();
        CHECK(count == 2);
        const auto undone = co_await error_of(tx.savepoint([&](hawser::transaction& inner) -> task<> {
            co_await inner.execute<"insert into entries (id, feeling) values ($1, $2)">(4, "sad");
            co_await inner.execute<"insert into entries (id, feeling) values (5, $1)">("no such mood");
        }));
        CHECK(undone.info().sqlstate == "22P02");
        count = co_await tx.query_one<std::int64_t, "select count(*) from entries">();
        CHECK(count == 3);
        co_await tx.commit();
        CHECK(look.integer("select count(*) from entries where id = 3 or grade = 5") == 2);
    });
}

TEST_CASE("a type that is not there is named, and what is not sent leaves a transaction as it is",
          "[postgres][types]") {
    NEED_POSTGRES();
    on_entries([](hawser::database& db, support::raw_postgres&) -> task<> {
        hawser::transaction tx = co_await db.begin();
        co_await tx.execute<"insert into entries (id) values (3)">();
        const hawser::timestamp before_all{
            std::chrono::microseconds(std::numeric_limits<std::int64_t>::min())};
        const auto unsent = co_await error_of(tx.execute<"update entries set day = $1">(before_all));
        CHECK(unsent.kind() == errc::out_of_range);
        const auto there =
            co_await tx.query_one<std::int64_t, "select count(*) from entries where id = $1">(3);
        CHECK(there == 1);
        const auto missing = co_await error_of(tx.query<std::string, "select $1::feeling::text">("sad"));
        CHECK(missing.kind() == errc::undefined_object);
        CHECK(missing.message().find("type \"feeling\" does not exist") != std::string::npos);
        const auto behind = co_await error_of(tx.execute<"update entries set grade = 1">());
        CHECK(behind.info().sqlstate == "25P02");
        co_await tx.rollback();
    });
}

TEST_CASE("a transaction uses the types that it has made itself, with one connection in all",
          "[postgres][types]") {
    NEED_POSTGRES();
    const bool keeps = GENERATE(false, true);
    CAPTURE(keeps);
    on_entries(
        [keeps](hawser::database& db, support::raw_postgres& look) -> task<> {
            for (int turn = 0; turn < 3; ++turn) {
                CAPTURE(turn);
                hawser::transaction tx = co_await db.begin();
                if (turn > 0 && keeps) co_await tx.execute<"drop table made">();
                if (turn > 0 && keeps) co_await tx.execute<"drop type suit">();
                co_await tx.execute<"create type suit as enum ('hearts', 'clubs')">();
                co_await tx.execute<"create table made (id int8 generated always as identity primary key, "
                                    "suit suit)">();
                for (int row = 0; row < 3; ++row) {
                    const auto written = co_await tx.execute<"insert into made (suit) values ($1)">("clubs");
                    CHECK(written == 1);
                    const auto ids =
                        co_await tx.query<std::string, "select suit from made where suit = $1">("clubs");
                    CHECK(ids == texts(static_cast<std::size_t>(row) + 1, "clubs"));
                }
                if (keeps)
                    co_await tx.commit();
                else
                    co_await tx.rollback();
            }
            CHECK(look.integer("select count(*) from pg_type where typname = 'suit'") == (keeps ? 1 : 0));
        },
        {.pool = {.max_connections = 1}});
}

TEST_CASE("statements of one's own meet a type that was dropped and made anew", "[postgres][types]") {
    NEED_POSTGRES();
    const bool within = GENERATE(false, true);
    CAPTURE(within);
    on_entries(
        [within](hawser::database& db, support::raw_postgres& look) -> task<> {
            const auto find = [&](const hawser::executor_ref& on) -> task<> {
                for (int turn = 0; turn < 2; ++turn) {
                    const auto ids =
                        co_await on.query<std::int64_t, "select id from entries where feeling = $1">("ok");
                    CHECK(ids == numbers{2});
                }
            };
            co_await find(db);
            hawser::transaction first = co_await db.begin();
            co_await find(first);
            co_await first.commit();
            look.exec("alter table entries drop column feeling, drop column moods; drop type mood; "
                      "create type mood as enum ('new', 'ok'); alter table entries add column feeling mood; "
                      "update entries set feeling = 'ok' where id = 2");
            if (!within) {
                co_await find(db);
            } else {
                // Prepared before: the server has to refuse it, and what a transaction has done is not done twice.
                hawser::transaction tx = co_await db.begin();
                const auto stale = co_await error_of(find(tx));
                CHECK(stale.info().sqlstate != "25P02");
                co_await tx.rollback();
            }
            hawser::transaction tx = co_await db.begin();
            co_await find(tx);
            co_await tx.commit();
        },
        {.pool = {.max_connections = 1}});
}
