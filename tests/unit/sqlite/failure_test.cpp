#include "sqlite/failure.hpp"
#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <sqlite3.h>

using namespace support;
using hawser::constraint_info;
using hawser::constraint_kind;
using hawser::errc;
using hawser::table_info;

namespace {

constexpr std::string_view id_columns[] = {"id"};
constexpr std::string_view symbol_columns[] = {"symbol"};
constexpr std::string_view pair_columns[] = {"exchange", "exchange_id"};
constexpr std::string_view price_columns[] = {"price"};
constexpr std::string_view position_columns[] = {"position_id"};
constexpr std::string_view other_columns[] = {"other_id"};

constexpr constraint_info trade_constraints[] = {
    {constraint_kind::primary_key, "trades_pk", id_columns},
    {constraint_kind::unique, "trades_symbol_uq", symbol_columns},
    {constraint_kind::unique, "trades_exchange_uq", pair_columns},
    {constraint_kind::foreign_key, "trades_position_fk", position_columns},
    {constraint_kind::check, "trades_price_positive", price_columns},
};
constexpr table_info trades{"trades", trade_constraints};

constexpr constraint_info note_constraints[] = {
    {constraint_kind::foreign_key, "notes_position_fk", position_columns},
    {constraint_kind::foreign_key, "notes_other_fk", other_columns},
};
constexpr table_info notes{"notes", note_constraints};
constexpr table_info positions{"positions", {}};

constexpr const char* schema = R"(
    create table positions (id integer primary key) strict;
    create table trades (
        id integer primary key,
        symbol text not null,
        exchange text,
        exchange_id text,
        price integer,
        position_id integer references positions (id),
        constraint trades_symbol_uq unique (symbol),
        constraint trades_exchange_uq unique (exchange, exchange_id),
        constraint trades_price_positive check (price > 0)
    ) strict;
    create table notes (position_id integer references positions (id), other_id integer references positions (id)) strict;
    create unique index trades_lower on trades (lower(symbol)) where price = 7;
    insert into positions values (1);
    insert into trades values (1, 'BTC', 'X', '1', 5, 1);
)";

struct failing {
    test_database db;
    failing() { db.run(schema); }
    hawser::error error(const std::string& sql, const table_info* table = &trades) const {
        question q(hawser::engine::batch_mode::atomic);
        q.add(sql, table);
        return error_of(db.engine, q);
    }
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a unique constraint is told by name, table and columns", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades values (2, 'BTC', null, null, 1, null)");
    CHECK(e.kind() == errc::unique_violation);
    CHECK(e.info().native_code == SQLITE_CONSTRAINT_UNIQUE);
    CHECK(e.info().constraint == "trades_symbol_uq");
    CHECK(e.info().table == "trades");
    CHECK(e.info().columns == names{"symbol"});
    CHECK(e.info().statement_name == "test");
    CHECK_THAT(e.what(), support::contains_text("trades_symbol_uq (symbol)"));
}

TEST_CASE("a unique constraint of several columns is told with all of them", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades values (2, 'ETH', 'X', '1', 1, null)");
    CHECK(e.kind() == errc::unique_violation);
    CHECK(e.info().constraint == "trades_exchange_uq");
    CHECK(e.info().columns == names{"exchange", "exchange_id"});
    constexpr std::string_view any_order[] = {"exchange_id", "exchange"};
    CHECK(e.violates_columns(any_order));
}

TEST_CASE("a primary key that exists is a unique violation of that key", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades values (1, 'ETH', null, null, 1, null)");
    CHECK(e.kind() == errc::unique_violation);
    CHECK(e.info().native_code == SQLITE_CONSTRAINT_PRIMARYKEY);
    CHECK(e.info().constraint == "trades_pk");
    CHECK(e.info().columns == names{"id"});
}

TEST_CASE("a unique index over an expression is told by its name", "[sqlite]") {
    const failing f;
    f.db.run("insert into trades values (2, 'eth', null, null, 7, null)");
    const auto e = f.error("insert into trades values (3, 'ETH', null, null, 7, null)");
    CHECK(e.kind() == errc::unique_violation);
    CHECK(e.info().constraint == "trades_lower");
    CHECK(e.info().columns.empty());
    CHECK(e.info().table == "trades");
}

TEST_CASE("a constraint of a table that is not described is told by its columns", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades values (2, 'BTC', null, null, 1, null)", nullptr);
    CHECK(e.kind() == errc::unique_violation);
    CHECK(e.info().constraint.empty());
    CHECK(e.info().table == "trades");
    CHECK(e.info().columns == names{"symbol"});
}

TEST_CASE("a missing value is told with its column", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades (symbol) values (null)");
    CHECK(e.kind() == errc::not_null_violation);
    CHECK(e.info().table == "trades");
    CHECK(e.info().columns == names{"symbol"});
}

TEST_CASE("a check is told by name, and with the columns that it was declared for", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades (symbol, price) values ('ETH', 0)");
    CHECK(e.kind() == errc::check_violation);
    CHECK(e.info().constraint == "trades_price_positive");
    CHECK(e.info().columns == names{"price"});
    CHECK(e.info().table == "trades");
}

TEST_CASE("the foreign key of a table that has one is told by name", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades (symbol, position_id) values ('ETH', 99)");
    CHECK(e.kind() == errc::foreign_key_violation);
    CHECK(e.info().constraint == "trades_position_fk");
    CHECK(e.info().columns == names{"position_id"});
}

TEST_CASE("of several foreign keys none is guessed", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into notes values (1, 99)", &notes);
    CHECK(e.kind() == errc::foreign_key_violation);
    CHECK(e.info().constraint.empty());
    CHECK(e.info().table == "notes");
}

TEST_CASE("a row that is still referenced is a foreign key violation without a constraint of its own table",
          "[sqlite]") {
    const failing f;
    const auto e = f.error("delete from positions where id = 1", &positions);
    CHECK(e.kind() == errc::foreign_key_violation);
    CHECK(e.info().table == "positions");
    f.db.run(
        "create table fills (trade_id integer references trades (id)) strict; insert into fills values (1)");
    const auto of_trades = f.error("delete from trades where id = 1");
    CHECK(of_trades.kind() == errc::foreign_key_violation);
    CHECK(of_trades.info().constraint.empty()); // trades has one reference, but it is not the one that fails
}

TEST_CASE("a value of the wrong type is told with its column", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert into trades (symbol, price) values ('ETH', 'much')");
    CHECK(e.kind() == errc::type_mismatch);
    CHECK(e.info().native_code == SQLITE_CONSTRAINT_DATATYPE);
    CHECK(e.info().table == "trades");
    CHECK(e.info().columns == names{"price"});
}

TEST_CASE("a key that is no integer is a type mismatch", "[sqlite]") {
    const failing f;
    f.db.run("create table loose (id integer primary key)");
    CHECK(f.error("insert into loose values ('x')", nullptr).kind() == errc::type_mismatch);
}

TEST_CASE("a trigger that refuses is a check violation with its words", "[sqlite]") {
    const failing f;
    f.db.run("create trigger no_more before insert on positions begin select raise(abort, 'no more "
             "positions'); end");
    const auto e = f.error("insert into positions values (5)", &positions);
    CHECK(e.kind() == errc::check_violation);
    CHECK(e.info().native_code == SQLITE_CONSTRAINT_TRIGGER);
    CHECK_THAT(e.what(), support::contains_text("no more positions"));
}

TEST_CASE("bad SQL is told with text and place", "[sqlite]") {
    const failing f;
    const auto e = f.error("insert inta trades values (1)");
    CHECK(e.kind() == errc::syntax_error);
    CHECK(e.id() == "DB_QRY_001");
    CHECK(e.info().position == 7);
    CHECK(e.info().sql == "insert inta trades values (1)");
    CHECK(e.info().statement_name == "test");
}

TEST_CASE("what does not exist is an undefined object", "[sqlite]") {
    const failing f;
    const std::string sql =
        GENERATE(as<std::string>{}, "insert into nope values (1)", "update trades set nope = 1",
                 "insert into trades (nope) values (1)", "delete from trades where nope(1)");
    CHECK(f.error(sql).kind() == errc::undefined_object);
}

TEST_CASE("a column that does not exist is told with its place", "[sqlite]") {
    const failing f;
    CHECK(f.error("update trades set symbol = nope").info().position == 27);
}

TEST_CASE("the wrong number of values is told before anything is bound", "[sqlite]") {
    const failing f;
    const auto few = error_of(f.db.engine, write("insert into positions values (?1)"));
    CHECK(few.kind() == errc::syntax_error);
    CHECK_THAT(few.what(), support::contains_text("1 placeholders, 0 values"));
    CHECK(error_of(f.db.engine, write("insert into positions values (?1)", 7, 8)).kind() ==
          errc::syntax_error);
    CHECK(f.db.one("select count(*) from positions") == "1");
}

TEST_CASE("an overflow is out of range", "[sqlite]") {
    const failing f;
    CHECK(
        f.error(
             "insert into positions select sum(x) from (select 9223372036854775807 as x union all select 1)")
            .kind() == errc::out_of_range);
    CHECK(f.error("insert into positions select dec_mul(dec_mul(9223372036854775807, 9223372036854775807, "
                  "0), 1000, 0)")
              .kind() == errc::out_of_range);
    CHECK(f.error("insert into positions select dec_mul(1.5, 1, 0)").kind() == errc::type_mismatch);
}

TEST_CASE("a value that is too big is out of range, and the next write is fine", "[sqlite]") {
    const failing f;
    CHECK(f.error("insert into trades (symbol) values (cast(zeroblob(1500000000) as text))").kind() ==
          errc::out_of_range);
    CHECK_NOTHROW(ask(f.db.engine, write("insert into positions values (7)")));
}

TEST_CASE("NaN is refused, not stored as NULL", "[sqlite]") {
    const failing f;
    f.db.run("create table r (x real) strict");
    CHECK(error_of(f.db.engine, write("insert into r values (?1)", std::numeric_limits<double>::quiet_NaN()))
              .kind() == errc::out_of_range);
    CHECK_NOTHROW(
        ask(f.db.engine, write("insert into r values (?1)", std::numeric_limits<double>::infinity())));
    CHECK(f.db.one("select count(*) from r") == "1");
}

TEST_CASE("malformed JSON is a type mismatch", "[sqlite]") {
    const failing f;
    CHECK(f.error("insert into positions select value from json_each('{')").kind() == errc::type_mismatch);
}

TEST_CASE("a database that is opened read-only may only be read", "[sqlite]") {
    const temporary_folder folder;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    {
        raw_sqlite made(s.path);
        made.exec("pragma journal_mode=wal; create table t (a integer); insert into t values (7)");
        s.read_only = true;
        const auto e = hawser::sqlite::open(s);
        CHECK(answer(e, read("select a from t")) == "7");
        CHECK(kind_of(failure_of(e, write("insert into t values (1)"))) == errc::read_only);
        CHECK(kind_of(failure_of(e, script("create table u (a)"))) == errc::read_only);
        CHECK(made.integer("select count(*) from t") == 1);
    }
}

TEST_CASE("a read that writes is refused", "[sqlite]") {
    const failing f;
    const auto q = read("insert into positions values (5) returning id");
    CHECK(kind_of(failure_of(f.db.engine, q)) == errc::read_only);
    CHECK(f.db.one("select count(*) from positions") == "1");
}

TEST_CASE("transaction control in a shared lane is refused for security", "[sqlite]") {
    const failing f;
    const std::string sql = GENERATE(as<std::string>{}, "begin", "commit", "rollback", "savepoint x",
                                     "attach ':memory:' as x", "pragma foreign_keys = 0");
    const auto e = f.error(sql);
    CHECK(e.kind() == errc::permission_denied);
    CHECK(e.id() == "DB_SEC_001");
    CHECK(kind_of(failure_of(f.db.engine, script(sql))) == errc::permission_denied);
}

TEST_CASE("a second statement in one text is refused and the first is not run", "[sqlite]") {
    const failing f;
    CHECK(f.error("insert into positions values (8); delete from positions").kind() ==
          errc::permission_denied);
    CHECK(f.db.one("select count(*) from positions") == "1");
}

TEST_CASE("a script that fails leaves nothing, and tells which of its statements it was", "[sqlite]") {
    const failing f;
    const auto e = error_of(
        f.db.engine,
        script("insert into positions values (8); -- fine\n insert into positions values (8); select 1"));
    CHECK(e.kind() == errc::unique_violation);
    CHECK_THAT(e.info().statement_name, support::contains_text("statement 2"));
    CHECK(f.db.one("select count(*) from positions") == "1");
    CHECK(kind_of(failure_of(f.db.engine, script(std::string("select 1;\0 select 2", 19)))) ==
          errc::syntax_error);
}

TEST_CASE("a script stops at its deadline and leaves nothing", "[sqlite]") {
    const failing f;
    auto q =
        script("insert into positions values (8); insert into positions "
               "with recursive c(n) as (select 1 union all select n + 1 from c) select n from c where n < 0");
    q.until(hawser::after(std::chrono::milliseconds(50)));
    CHECK(kind_of(failure_of(f.db.engine, q)) == errc::statement_timeout);
    CHECK(f.db.one("select count(*) from positions") == "1");
    CHECK_NOTHROW(ask(f.db.engine, write("insert into positions values (8)")));
}

TEST_CASE("the result codes that cannot be provoked here have their kinds too", "[sqlite]") {
    using hawser::sqlite::kind_of;
    CHECK(kind_of(SQLITE_FULL) == errc::disk_full);
    CHECK(kind_of(SQLITE_IOERR_FSYNC) == errc::connection_lost);
    CHECK(kind_of(SQLITE_CORRUPT_INDEX) == errc::corrupt);
    CHECK(kind_of(SQLITE_BUSY_SNAPSHOT) == errc::busy);
    CHECK(kind_of(SQLITE_LOCKED_SHAREDCACHE) == errc::busy);
    CHECK(kind_of(SQLITE_INTERRUPT) == errc::cancelled);
    CHECK(kind_of(SQLITE_READONLY_DBMOVED) == errc::read_only);
    CHECK(kind_of(SQLITE_MISUSE) == errc::misuse);
    CHECK(kind_of(SQLITE_NOMEM) == errc::connection_lost);
    CHECK(hawser::sqlite::poisons(SQLITE_IOERR_WRITE));
    CHECK(hawser::sqlite::poisons(SQLITE_CORRUPT));
    CHECK_FALSE(hawser::sqlite::poisons(SQLITE_FULL));
    CHECK_FALSE(hawser::sqlite::poisons(SQLITE_CONSTRAINT_UNIQUE));
}

TEST_CASE("no value of a row is in a message", "[sqlite]") {
    const failing f;
    question q(hawser::engine::batch_mode::atomic);
    q.add("insert into trades (id, symbol) values (?1, ?2)", &trades).value(1).value("SECRET");
    const auto e = error_of(f.db.engine, q);
    CHECK(std::string(e.what()).find("SECRET") == std::string::npos);
    CHECK(e.info().sql.find("SECRET") == std::string::npos);
}

TEST_CASE("no value of an argument is in a message", "[sqlite]") {
    const failing f;
    const auto told = [&](const std::string& sql, std::string_view value) {
        question q(hawser::engine::batch_mode::atomic);
        q.add(sql).value(value);
        const auto e = error_of(f.db.engine, q);
        CHECK(std::string(e.what()).find(value) == std::string::npos);
        return e.message();
    };
    CHECK_THAT(told("select json_extract('{}', ?1)", "SECRET"),
               support::contains_text("JSON path error near '..'"));
    CHECK_THAT(told("select json_set('{}', ?1, 1)", "SEC'R\"ET"), support::contains_text("JSON path error"));
    told("attach ?1 as other", "/nowhere/SECRET.db");
    told("select json(?1)", "{SECRET");
    f.db.run("create virtual table four using fts4(t); create virtual table five using fts5(t)");
    CHECK_THAT(told("select t from four where four match ?1", "\"SECRET"),
               support::contains_text("malformed MATCH expression: [..]"));
    told("select t from five where five match ?1", "\"SECRET");
    told("select t from five where five match ?1", "SECRET : x");
    told("insert into five (five) values (?1)", "SECRET");
    told("insert into four (four) values (?1)", "SECRET");
    told("select t from five where five match ?1", "out of range : SECRET is no scaled decimal");
}

TEST_CASE("no value of another row is in a message", "[sqlite]") {
    const failing f;
    f.db.run("create table paths (p text); insert into paths values ('SECRET')");
    const auto e = f.error("insert into positions select json_extract('{}', p) from paths");
    CHECK(e.message().find("SECRET") == std::string::npos);
    CHECK_THAT(e.message(), support::contains_text("JSON path error near '..'"));
}

TEST_CASE("what the statement says itself stays in a message", "[sqlite]") {
    const failing f;
    const auto told = [&](const std::string& sql) {
        question q(hawser::engine::batch_mode::atomic);
        q.add(sql).value(1);
        return error_of(f.db.engine, q).message();
    };
    CHECK_THAT(told("selec ?1"), support::contains_text("near \"selec\": syntax error"));
    CHECK_THAT(told("select gone from trades where id = ?1"), support::contains_text("no such column: gone"));
    CHECK_THAT(told("select \"trades\".\"gone\" from trades where id = ?1"),
               support::contains_text("no such column: trades.gone"));
    CHECK_THAT(told("select id from nowhere where id = ?1"),
               support::contains_text("no such table: nowhere"));
    CHECK_THAT(told("select json_extract('{}', 'a' || ?1)"), support::contains_text("JSON path error"));
    CHECK_THAT(told("select int_fit(?1, 5, 9)"), support::contains_text("out of range"));
}
