#include "sqlite/connection.hpp"
#include "support/catch.hpp"
#include "support/raw_sqlite.hpp"
#include "support/temporary_folder.hpp"
#include <hawser/core/error.hpp>
#include <sqlite3.h>

using namespace hawser::sqlite;
using hawser::errc;

namespace {

settings of_file(const support::temporary_folder& folder) {
    settings s;
    s.path = folder.file("test.db");
    return s;
}

int switched(const connection& c, int option) {
    int is = -1;
    sqlite3_db_config(c.handle(), option, -1, &is);
    return is;
}

template <class Work>
hawser::error error_of(Work work) {
    try {
        work();
    } catch (const hawser::error& e) { return e; }
    throw std::logic_error("nothing was thrown");
}

int run(connection& c, std::string_view sql) {
    prepared p(c.handle(), sql);
    int code = p.step();
    while (code == SQLITE_ROW) code = p.step();
    return code;
}

} // namespace

TEST_CASE("every pragma that a promise rests on is in force on the writer", "[sqlite]") {
    const support::temporary_folder folder;
    settings s = of_file(folder);
    s.durability = GENERATE(hawser::durability::full, hawser::durability::normal);
    connection c(s, role::writer);
    CHECK(c.pragma("pragma synchronous") == (s.durability == hawser::durability::full ? 2 : 1));
    CHECK(c.pragma("pragma cache_spill") == 0);
    CHECK(c.pragma("pragma foreign_keys") == 1);
    CHECK(c.pragma("pragma wal_autocheckpoint") == 0);
    CHECK(c.pragma("pragma temp_store") == 2);
    CHECK(c.pragma("pragma cache_size") == -s.cache_kib);
    CHECK(c.pragma("pragma journal_size_limit") == 64 << 20);
    CHECK(c.pragma("pragma cell_size_check") == 1);
    CHECK(c.pragma("pragma query_only") == 0);
    support::raw_sqlite other(s.path);
    CHECK(other.text("pragma journal_mode") == "wal");
}

TEST_CASE("every pragma that a promise rests on is in force on a reader", "[sqlite]") {
    const support::temporary_folder folder;
    settings s = of_file(folder);
    s.reader_mmap_bytes = GENERATE(0u, 256u << 20);
    connection writer(s, role::writer);
    connection c(s, role::reader);
    CHECK(c.pragma("pragma query_only") == 1);
    CHECK(c.pragma("pragma foreign_keys") == 1);
    CHECK(c.pragma("pragma wal_autocheckpoint") == 0);
    CHECK(c.pragma("pragma cache_size") == -s.cache_kib);
    CHECK(c.pragma("pragma cell_size_check") == (s.reader_mmap_bytes == 0 ? 1 : 0));
    CHECK(c.pragma("pragma mmap_size") == static_cast<std::int64_t>(s.reader_mmap_bytes));
    CHECK(switched(c, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE) == 1);
    CHECK(sqlite3_db_readonly(c.handle(), "main") == 1);
}

TEST_CASE("every connection is hardened", "[sqlite]") {
    const support::temporary_folder folder;
    settings s = of_file(folder);
    connection file(s, role::writer);
    s.path = ":memory:";
    connection memory(s, role::sole);
    s.path = folder.file("test.db");
    connection reader(s, role::reader);
    for (connection* c : {&file, &memory, &reader}) {
        CHECK(switched(*c, SQLITE_DBCONFIG_DEFENSIVE) == 1);
        CHECK(switched(*c, SQLITE_DBCONFIG_TRUSTED_SCHEMA) == 0);
        CHECK(switched(*c, SQLITE_DBCONFIG_DQS_DML) == 0);
        CHECK(switched(*c, SQLITE_DBCONFIG_DQS_DDL) == 0);
        CHECK(switched(*c, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION) == 0);
        CHECK(sqlite3_limit(c->handle(), SQLITE_LIMIT_ATTACHED, -1) == 0);
        CHECK(run(*c, "select dec_text(dec_mul(15, 20, 1), 1)") == SQLITE_DONE);
    }
}

TEST_CASE("a misspelt column is an error, not a string", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    CHECK(error_of([&] { run(c, "select \"nope\""); }).kind() == errc::undefined_object);
}

TEST_CASE("transaction control, attached files and pragmas that act are refused", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    const std::string sql =
        GENERATE(as<std::string>{}, "begin", "begin immediate", "commit", "end", "rollback", "savepoint a",
                 "release a", "rollback to a", "attach 'x.db' as x", "detach main",
                 "pragma foreign_keys = off", "pragma cache_spill = on", "pragma synchronous(0)",
                 "pragma journal_mode = delete", "PRAGMA Wal_Checkpoint", "pragma wal_checkpoint(truncate)",
                 "pragma writable_schema = 1", "pragma user_version = 7");
    const auto e = error_of([&] { run(c, sql); });
    CHECK(e.kind() == errc::permission_denied);
    CHECK(e.id() == "DB_SEC_001");
    CHECK(c.pragma("pragma foreign_keys") == 1);
}

TEST_CASE("pragmas that only read are allowed", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    CHECK(run(c, "create table t (a integer)") == SQLITE_DONE);
    const std::string sql =
        GENERATE(as<std::string>{}, "pragma table_info(t)", "select * from pragma_table_info('t')",
                 "pragma foreign_keys", "pragma integrity_check", "pragma QUICK_CHECK(1)",
                 "pragma foreign_key_list(t)", "pragma user_version");
    CHECK_NOTHROW(run(c, sql));
}

TEST_CASE("a refusal stays one after the connection's own control statements", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    CHECK(c.exec_own("begin immediate") == SQLITE_OK);
    CHECK(c.in_transaction());
    CHECK(c.exec_own("nonsense") != SQLITE_OK);
    CHECK_THROWS_AS(c.pragma("pragma foreign_keys = nonsense garbage"), hawser::error);
    CHECK_THROWS_AS(run(c, "commit"), hawser::security_error);
    CHECK(c.in_transaction());
    CHECK(c.exec_own("commit") == SQLITE_OK);
    CHECK_FALSE(c.in_transaction());
}

TEST_CASE("two statements in one text are refused, and the place of the second is told", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    const std::string sql = GENERATE(as<std::string>{}, "select 1; select 2", "select 1; drop table t",
                                     "select 1;;; -- a\n select 2", "select 1; begin", "select 1; garbage");
    const auto e = error_of([&] { prepared(c.handle(), sql); });
    CHECK(e.kind() == errc::permission_denied);
    CHECK(e.info().position == 9);
    CHECK(e.info().sql == sql);
}

TEST_CASE("a semicolon or comment behind a statement is no second one", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    const std::string sql = GENERATE(as<std::string>{}, "select 1;", "select 1 ; \n", "select 1; -- said",
                                     "/* a */ select 1 /* b */ ; /* c */");
    CHECK(run(c, sql) == SQLITE_DONE);
}

TEST_CASE("a text without a statement, or with a zero byte, is refused", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    using namespace std::string_literals;
    const std::string sql =
        GENERATE(as<std::string>{}, "", "  ", "-- only said", "select 1\0; select 2"s, "\0"s);
    CHECK(error_of([&] { prepared(c.handle(), sql); }).kind() == errc::syntax_error);
}

TEST_CASE("a lasting statement is prepared once and found by its address", "[sqlite]") {
    static const hawser::statement first({.name = "first", .sqlite = "select 1", .postgres = {}});
    static const hawser::statement second({.name = "second", .sqlite = "select 1", .postgres = {}});
    settings s;
    connection c(s, role::sole);
    prepared* one = &c.prepare(first);
    CHECK(&c.prepare(first) == one);
    CHECK(&c.prepare(second) != one);
}

TEST_CASE("a statement of run time is found by its text, and the hundred used last are kept", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    sqlite3_stmt* kept = c.prepare("select 'kept'").handle();
    for (int i = 0; i < 99; ++i) c.prepare("select " + std::to_string(i));
    CHECK(c.prepare("select 'kept'").handle() == kept);
    int prepared_now = 0;
    for (sqlite3_stmt* at = sqlite3_next_stmt(c.handle(), nullptr); at;
         at = sqlite3_next_stmt(c.handle(), at))
        ++prepared_now;
    CHECK(prepared_now == 100);
    for (int i = 0; i < 150; ++i) c.prepare("select " + std::to_string(1000 + i));
    prepared_now = 0;
    for (sqlite3_stmt* at = sqlite3_next_stmt(c.handle(), nullptr); at;
         at = sqlite3_next_stmt(c.handle(), at))
        ++prepared_now;
    CHECK(prepared_now == 100);
}

TEST_CASE("a statement that does not compile is not kept and names itself", "[sqlite]") {
    static const hawser::statement broken({.name = "broken", .sqlite = "select nope", .postgres = {}});
    settings s;
    connection c(s, role::sole);
    for (int i = 0; i < 2; ++i) {
        const auto e = error_of([&] { c.prepare(broken); });
        CHECK(e.kind() == errc::undefined_object);
        CHECK(e.info().statement_name == "broken");
        CHECK(e.info().sql == "select nope");
    }
    CHECK(run(c, "create table t (nope)") == SQLITE_DONE);
}

TEST_CASE("the writer counts the frames of its log, and a checkpoint empties it", "[sqlite]") {
    const support::temporary_folder folder;
    connection c(of_file(folder), role::writer);
    CHECK(c.log_frames() == 0);
    CHECK(run(c, "create table t (a)") == SQLITE_DONE);
    CHECK(c.log_frames() > 0);
    const auto r = c.checkpoint(false);
    CHECK(r.code == SQLITE_OK);
    CHECK(r.copied_frames == r.log_frames);
    CHECK(r.log_frames > 0);
    CHECK(c.log_frames() == 0);
}

TEST_CASE("a file that is no database is told to be damaged", "[sqlite]") {
    const support::temporary_folder folder;
    const settings s = of_file(folder);
    std::FILE* f = std::fopen(s.path.c_str(), "w");
    REQUIRE(f != nullptr);
    for (int i = 0; i < 1000; ++i) std::fputs("this is no database. ", f);
    std::fclose(f);
    const auto e = error_of([&] { connection c(s, role::writer); });
    CHECK(e.kind() == errc::corrupt);
    CHECK((e.info().native_code & 0xff) == SQLITE_NOTADB);
}

TEST_CASE("a file that cannot be opened is told with its path", "[sqlite]") {
    const support::temporary_folder folder;
    settings s;
    SECTION("in a folder that does not exist") {
        s.path = folder.file("none/test.db");
    }
    SECTION("that is a folder") {
        s.path = folder.path().string();
    }
    const auto e = error_of([&] { connection c(s, role::writer); });
    CHECK(e.kind() == errc::connect_failed);
    CHECK(e.id() == "DB_CONN_001");
    CHECK_THAT(e.what(), support::contains_text(s.path));
}

TEST_CASE("a reader does not make the file that it does not find", "[sqlite]") {
    const support::temporary_folder folder;
    CHECK(error_of([&] { connection c(of_file(folder), role::reader); }).kind() == errc::connect_failed);
    CHECK_FALSE(std::filesystem::exists(folder.file("test.db")));
}

TEST_CASE("a deferred foreign key is seen before it is settled", "[sqlite]") {
    settings s;
    connection c(s, role::sole);
    run(c, "create table p (id integer primary key)");
    run(c, "create table k (p integer references p (id) deferrable initially deferred)");
    CHECK(c.exec_own("begin immediate") == SQLITE_OK);
    CHECK_FALSE(c.has_deferred_violations());
    run(c, "insert into k values (1)");
    CHECK(c.has_deferred_violations());
    run(c, "insert into p values (1)");
    CHECK_FALSE(c.has_deferred_violations());
    CHECK(c.exec_own("commit") == SQLITE_OK);
}

TEST_CASE("a column that another connection adds is there in the rows of a statement prepared before",
          "[sqlite]") {
    const support::temporary_folder folder;
    const settings s = of_file(folder);
    connection c(s, role::writer);
    run(c, "create table t (a integer)");
    run(c, "insert into t values (1)");
    class sink final : public hawser::row_sink {
    public:
        void begin(std::span<const std::string_view> names) override {
            columns.assign(names.begin(), names.end());
        }
        bool row(std::span<const hawser::field_view> fields) override {
            width = fields.size();
            return true;
        }
        std::vector<std::string> columns;
        std::size_t width = 0;
    } rows;
    int code = 0;
    c.prepare("select * from t").drain(&rows, code);
    c.prepare("select * from t").reset();
    CHECK(rows.columns == std::vector<std::string>{"a"});
    support::raw_sqlite other(s.path);
    other.exec("alter table t add column b integer");
    c.prepare("select * from t").drain(&rows, code);
    c.prepare("select * from t").reset();
    CHECK(rows.columns == std::vector<std::string>{"a", "b"});
    CHECK(rows.width == 2);
}

TEST_CASE("with the writer's settings no page spills, with spilling allowed pages do", "[sqlite]") {
    const support::temporary_folder folder;
    settings s = of_file(folder);
    s.cache_kib = 64;
    connection c(s, role::writer);
    const bool allowed = GENERATE(false, true);
    if (allowed) c.require_own("pragma cache_spill=1");
    run(c, "create table t (id integer primary key, body text)");
    CHECK(c.exec_own("begin immediate") == SQLITE_OK);
    run(c, "insert into t select value, hex(zeroblob(2000)) from "
           "(with recursive c(value) as (select 1 union all select value + 1 from c where value < 1000) "
           "select value from c)");
    int spilled = 0, high = 0;
    sqlite3_db_status(c.handle(), SQLITE_DBSTATUS_CACHE_SPILL, &spilled, &high, 0);
    CHECK((spilled > 0) == allowed);
    CHECK(c.exec_own("commit") == SQLITE_OK);
}
