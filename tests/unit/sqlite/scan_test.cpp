#include "sqlite/scan.hpp"
#include "sqlite/connection.hpp"
#include "support/catch.hpp"
#include "support/jobs.hpp"
#include "support/temporary_folder.hpp"
#include <sqlite3.h>

using namespace hawser::sqlite;
using hawser::errc;

namespace {

using table = std::vector<std::vector<std::string>>;

struct two_ways {
    support::temporary_folder folder;
    connection db;

    two_ways() : db(settings_of(folder), role::writer) {
        db.run_script("create table t (id integer primary key, name text, r real, b blob);"
                      "create table u (id integer primary key, t_id integer, name text);"
                      "insert into t values (3, 'c', 1.5, x'00ff'), (1, 'a', null, x''), (2, '', -0.5, null);"
                      "insert into u values (1, 2, 'x'), (2, 3, 'y'), (3, 3, 'z');");
    }
    static settings settings_of(const support::temporary_folder& f) {
        settings s;
        s.path = f.file("scan.db");
        return s;
    }

    table plainly(const std::string& sql) {
        prepared p(db.handle(), sql);
        support::text_rows rows;
        int code = SQLITE_OK;
        p.drain(&rows, code);
        CHECK(code == SQLITE_DONE);
        return rows.rows;
    }
    table by_scan(const std::string& sql) {
        prepared p(db.handle(), sql);
        prepared* form = p.scanning();
        REQUIRE(form != nullptr);
        support::text_rows rows;
        int code = SQLITE_OK;
        const std::int64_t count = db.scan().run(*form, rows, code);
        form->reset();
        CHECK(code == SQLITE_DONE);
        CHECK(count == static_cast<std::int64_t>(rows.rows.size()));
        return rows.rows;
    }
};

} // namespace

TEST_CASE("a scan gives the rows that stepping gives, in their order", "[sqlite]") {
    two_ways db;
    db.db.run_script("with recursive n(i) as (select 10 union all select i + 1 from n where i < 500) "
                     "insert into t select i, 'n' || (i * 7919 % 491), i / 8.0, randomblob(i % 9) from n");
    const std::string sql = GENERATE(
        "select id, name, r, b from t", "select id, name, r, b from t order by id desc",
        "select id, name from t order by name desc, id", "select id from t order by r is null, r, id",
        "select t.id, u.id, t.name, u.name from t join u on u.t_id = t.id order by u.name desc",
        "select t.id, u.name from t left join u on u.t_id = t.id order by t.id, u.id desc",
        "select name, count(*), sum(r) from t group by name order by 2 desc, 1",
        "select distinct length(name) from t order by 1 desc", "select id from t where id < 0",
        "select id, name from t order by name limit 7 offset 3",
        "select id as x, name as x, id from t order by id", "select 1, null, 'a', 2.5, x'0102'");
    CAPTURE(sql);
    const table expected = db.plainly(sql);
    CHECK(db.by_scan(sql) == expected);
}

TEST_CASE("a scan ends when its sink has enough, and the connection goes on", "[sqlite]") {
    two_ways db;
    prepared p(db.db.handle(), "select id from t order by id");
    prepared* form = p.scanning();
    REQUIRE(form != nullptr);
    for (int i = 0; i < 2; ++i) {
        support::text_rows rows;
        rows.most = 2;
        int code = SQLITE_OK;
        CHECK(db.db.scan().run(*form, rows, code) == 2);
        form->reset();
        CHECK(code == SQLITE_DONE);
        CHECK(rows.rows == table{{"1"}, {"2"}});
    }
}

TEST_CASE("an error of the sink leaves a scan as it was thrown, and the next one works", "[sqlite]") {
    two_ways db;
    prepared p(db.db.handle(), "select id from t");
    prepared* form = p.scanning();
    REQUIRE(form != nullptr);
    support::text_rows failing;
    failing.fails = errc::out_of_range;
    int code = SQLITE_OK;
    CHECK_THROWS_AS(db.db.scan().run(*form, failing, code), hawser::error);
    form->reset();
    support::text_rows rows;
    CHECK(db.db.scan().run(*form, rows, code) == 3);
    form->reset();
}

TEST_CASE("a scan in a transaction that its sink breaks off leaves the transaction open", "[sqlite]") {
    two_ways db;
    REQUIRE(db.db.exec_own("begin immediate") == SQLITE_OK);
    db.db.run_script("insert into t values (9, 'i', 0, null)");
    prepared p(db.db.handle(), "select id from t");
    prepared* form = p.scanning();
    REQUIRE(form != nullptr);
    support::text_rows rows;
    rows.most = 1;
    int code = SQLITE_OK;
    CHECK(db.db.scan().run(*form, rows, code) == 1);
    form->reset();
    CHECK(db.db.in_transaction());
    CHECK(db.db.exec_own("commit") == SQLITE_OK);
    CHECK(db.plainly("select count(*) from t where id = 9") == table{{"1"}});
}

TEST_CASE("a SELECT of more columns than a function has arguments is not scanned", "[sqlite]") {
    two_ways db;
    std::string sql = "select 1";
    for (int i = 1; i < scan::most_columns; ++i) sql += ", " + std::to_string(i);
    CHECK(db.by_scan(sql) == db.plainly(sql));
    prepared wider(db.db.handle(), sql + ", 0");
    CHECK(wider.scanning() == nullptr);
}

TEST_CASE("take_rows is nothing that a user's statement can call", "[sqlite]") {
    two_ways db;
    prepared p(db.db.handle(), "select take_rows(id) from t");
    support::text_rows rows;
    int code = SQLITE_OK;
    p.drain(&rows, code);
    CHECK(code == SQLITE_ERROR);
    CHECK(rows.rows.empty());
    CHECK_THROWS_AS(db.db.run_script("create view v as select take_rows(id) from t; select * from v"),
                    hawser::error);
}

TEST_CASE("a scan sees the columns of a table that was changed after it was compiled", "[sqlite]") {
    two_ways db;
    prepared p(db.db.handle(), "select id, name from t order by id");
    prepared* form = p.scanning();
    REQUIRE(form != nullptr);
    db.db.run_script("alter table t add column extra integer default 7; alter table t drop column r;");
    support::text_rows rows;
    int code = SQLITE_OK;
    CHECK(db.db.scan().run(*form, rows, code) == 3);
    form->reset();
    CHECK(rows.rows == table{{"1", "a"}, {"2", ""}, {"3", "c"}});
}
