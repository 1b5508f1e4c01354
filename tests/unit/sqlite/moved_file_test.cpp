#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/source_tree.hpp"
#include "support/test_database.hpp"
#include <filesystem>
#include <sqlite3.h>

namespace fs = std::filesystem;
using namespace support;
using hawser::errc;
using hawser::engine::verb;

namespace {

struct movable : test_database {
    explicit movable(hawser::sqlite::settings s = {}) : test_database(std::move(s)) {
        run("create table t (id integer primary key)");
        ask(engine, write("insert into t values (1)"));
    }
    [[nodiscard]] std::string elsewhere() const { return path() + ".moved"; }

    // Another database with the same table, there instead.
    void put_stranger() const {
        raw_sqlite stranger(path() + ".new");
        stranger.exec("create table t (id integer primary key); insert into t values (77)");
        fs::rename(path() + ".new", path());
    }
    [[nodiscard]] std::shared_ptr<hawser::engine::lease> session() const {
        hawser::engine::lease_terms terms;
        terms.holder = "maintenance";
        terms.session = true;
        return engine->make_lease(std::move(terms));
    }
};

std::vector<question> every_way_to_write(const movable& db) {
    std::vector<question> all;
    all.push_back(write("insert into t values (null)"));
    all.push_back(script("insert into t values (null)"));
    all.push_back(begin(db.engine->make_lease("tx", false)));
    all.push_back(on_lease(db.session(), verb::connect));
    return all;
}

} // namespace

TEST_CASE("nothing is written once the file was removed, renamed or replaced", "[sqlite]") {
    const movable db;
    const int how = GENERATE(0, 1, 2, 3);
    const std::string name = how == 0   ? "removed"
                             : how == 1 ? "renamed"
                             : how == 2 ? "replaced"
                                        : "copied over";
    INFO(name);
    if (how == 0) fs::remove(db.path());
    if (how == 1) fs::rename(db.path(), db.elsewhere());
    std::string stranger;
    if (how == 2) {
        db.put_stranger();
        stranger = text_of(db.path());
    }
    if (how == 3) {
        fs::copy_file(db.path(), db.elsewhere());
        fs::rename(db.elsewhere(), db.path());
    }
    for (const auto& q : every_way_to_write(db)) {
        const auto e = error_of(db.engine, q);
        CHECK(e.kind() == errc::connection_lost);
        CHECK(e.id() == "DB_CONN_002");
        CHECK_THAT(e.what(),
                   contains_text(db.path() + " was removed, renamed or replaced while it was open"));
        CHECK_FALSE(e.may_have_executed());
        CHECK_FALSE(e.retryable());
    }
    question ping = read("select 1");
    ping.job->what = verb::ping;
    CHECK(kind_of(failure_of(db.engine, ping)) == errc::connection_lost);
    CHECK(fs::exists(db.path()) == (how >= 2));
    if (how == 2) CHECK(text_of(db.path()) == stranger);
}

TEST_CASE("a file that is put back where it was is written again", "[sqlite]") {
    const movable db;
    fs::rename(db.path(), db.elsewhere());
    CHECK(kind_of(failure_of(db.engine, write("insert into t values (2)"))) == errc::connection_lost);
    fs::rename(db.elsewhere(), db.path());
    ask(db.engine, write("insert into t values (3)"));
    CHECK(db.one("select group_concat(id) from t") == "1,3");
}

TEST_CASE("a path that leads to another file than before is noticed", "[sqlite]") {
    const temporary_folder folder;
    hawser::sqlite::settings s;
    s.path = folder.file("current.db");
    raw_sqlite(folder.file("one.db")).exec("create table t (id integer primary key)");
    raw_sqlite(folder.file("two.db")).exec("create table t (id integer primary key)");
    fs::create_symlink("one.db", s.path);
    const test_database db(s);
    ask(db.engine, write("insert into t values (1)"));
    fs::remove(s.path);
    fs::create_symlink("two.db", s.path);
    CHECK(kind_of(failure_of(db.engine, write("insert into t values (2)"))) == errc::connection_lost);
}

TEST_CASE("a transaction whose file has gone does not commit", "[sqlite]") {
    const movable db;
    const auto lease = db.engine->make_lease("tx", false);
    ask(db.engine, begin(lease));
    ask(db.engine, on_lease(lease, write("insert into t values (2)")));
    fs::rename(db.path(), db.elsewhere());
    CHECK(kind_of(failure_of(db.engine, on_lease(lease, verb::commit))) == errc::connection_lost);
    fs::rename(db.elsewhere(), db.path());
    CHECK(db.one("select group_concat(id) from t") == "1");
    ask(db.engine, write("insert into t values (3)"));
}

TEST_CASE("a session whose file has gone stores nothing more", "[sqlite]") {
    const movable db;
    const auto lease = db.session();
    ask(db.engine, on_lease(lease, verb::connect));
    ask(db.engine, on_lease(lease, write("insert into t values (2)")));
    fs::rename(db.path(), db.elsewhere());
    CHECK(kind_of(failure_of(db.engine, on_lease(lease, write("insert into t values (3)")))) ==
          errc::connection_lost);
    ask(db.engine,
        on_lease(lease, verb::hand_back)); // its connection is replaced, but not by one to a new file
    CHECK(kind_of(failure_of(db.engine, write("insert into t values (4)"))) == errc::connection_lost);
    CHECK_FALSE(fs::exists(db.path()));
    fs::rename(db.elsewhere(), db.path());
    ask(db.engine, write("insert into t values (5)"));
    CHECK(db.one("select group_concat(id) from t") == "1,2,5");
}

TEST_CASE("a connection that is replaced does not open what stands in the file's place", "[sqlite]") {
    failing_disk disk;
    hawser::sqlite::settings s;
    s.readers = 1;
    s.checkpoint_frames = s.checkpoint_at_most = 1 << 20;
    const movable db(s);
    CHECK(db.one("select count(*) from t") == "1");
    ask(db.engine, write("insert into t values (2)"));
    disk.fail_syncs(SQLITE_IOERR_FSYNC);
    CHECK(kind_of(failure_of(db.engine, write("insert into t values (3)"))) == errc::commit_unknown);
    db.put_stranger();
    CHECK(kind_of(failure_of(db.engine, write("insert into t values (4)"))) == errc::connection_lost);
    disk.fail_reads(SQLITE_IOERR_READ);
    CHECK(kind_of(failure_of(db.engine, read("select count(*) from t"))) == errc::connection_lost);
    CHECK(db.one("select min(id) from t") == "1"); // the reader has kept its own file
}

TEST_CASE("closing leaves alone the database that stands in the file's place", "[sqlite]") {
    const movable db;
    raw_sqlite stranger(db.path() + ".new");
    stranger.exec(
        "pragma journal_mode=wal; create table t (id integer primary key); insert into t values (77)");
    fs::rename(db.path() + ".new", db.path());
    fs::rename(db.path() + ".new-wal", db.path() + "-wal");
    fs::rename(db.path() + ".new-shm", db.path() + "-shm");
    close(db.engine);
    CHECK(fs::file_size(db.path() + "-wal") > 0);
    CHECK(raw_sqlite(db.path()).text("select group_concat(id) from t") == "77");
}
