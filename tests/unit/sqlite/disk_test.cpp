#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/memory_folder.hpp"
#include "support/test_database.hpp"
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <random>
#include <sqlite3.h>

namespace asio = boost::asio;
using namespace support;
using hawser::errc;
using hawser::engine::verb;
using call = failing_disk::call;
using file = failing_disk::file;

namespace {

hawser::sqlite::settings no_checkpoints() {
    auto s = whole_groups();
    s.checkpoint_frames = 1 << 30;
    s.checkpoint_at_most = 1 << 20;
    return s;
}

struct on_failing_disk {
    failing_disk disk;
    test_database db;
    explicit on_failing_disk(hawser::sqlite::settings s = no_checkpoints()) : db(std::move(s)) {
        db.run("create table t (id integer primary key, body text) strict");
        ask(db.engine, write("insert into t values (1, null)"));
        db.seen.forget();
    }
    // Sent together, so that they make one group.
    std::vector<std::optional<errc>> group(const std::vector<question>& questions) const {
        asio::io_context io;
        std::vector<std::optional<errc>> kinds(questions.size());
        const auto lease = db.engine->make_lease("pause", false);
        ask(db.engine, begin(lease));
        for (std::size_t i = 0; i < questions.size(); ++i)
            asio::co_spawn(io, send(db.engine, questions[i].job), [&kinds, i](std::exception_ptr e) {
                if (e) kinds[i] = kind_of(e);
            });
        io.poll();
        lease->release();
        io.run();
        return kinds;
    }
    [[nodiscard]] bool replaced() const {
        const auto warnings = db.seen.seen().warnings;
        return std::any_of(warnings.begin(), warnings.end(),
                           [](const std::string& w) { return w.find("replaced") != std::string::npos; });
    }
    [[nodiscard]] std::string ids() const {
        return db.one("select group_concat(id) from (select id from t order by id)");
    }
};

using kinds = std::vector<std::optional<errc>>;

} // namespace

TEST_CASE("a COMMIT that the disk does not confirm is unknown to every member that had succeeded",
          "[sqlite]") {
    on_failing_disk f;
    f.disk.fail_syncs(SQLITE_IOERR_FSYNC);
    const std::vector<question> all{write("insert into t values (2, null)"),
                                    write("insert into t values (1, null)"),
                                    write("insert into t values (3, null)")};
    CHECK(f.group(all) == kinds{errc::commit_unknown, errc::unique_violation, errc::commit_unknown});
    const auto e = error_in(all[0].job->failure);
    CHECK(e.may_have_executed());
    CHECK(e.id() == "DB_TXN_007");
    CHECK(e.info().native_code == SQLITE_IOERR_FSYNC);
    ask(f.db.engine, write("insert into t values (4, null)"));
    CHECK(f.replaced());
    CHECK(f.db.one("select count(*) from t where id in (1, 4)") == "2");
    CHECK(f.db.one("select count(*) from t where id in (2, 3)") != "1"); // whole or not at all
}

TEST_CASE("a full disk fails the group, and the next write is fine once there is room", "[sqlite]") {
    on_failing_disk f;
    f.disk.fail_writes(SQLITE_FULL, 1000);
    CHECK(f.group({write("insert into t values (2, null)"), write("insert into t values (3, null)")}) ==
          kinds{errc::disk_full, errc::disk_full});
    f.disk.repair();
    ask(f.db.engine, write("insert into t values (4, null)"));
    CHECK(f.ids() == "1,4");
}

TEST_CASE("a member that is run again and whose COMMIT fails is in doubt alone", "[sqlite]") {
    on_failing_disk f;
    f.disk.fail_syncs(
        SQLITE_IOERR_FSYNC); // of the first replay: the group itself is rolled back before its COMMIT
    CHECK(f.group({write("insert into t values (2, null)"), write("insert into t values (3, null)"),
                   write("insert or rollback into t values (1, null)"),
                   write("insert into t values (4, null)")}) ==
          kinds{errc::commit_unknown, std::nullopt, errc::unique_violation, std::nullopt});
    CHECK(f.db.one("select count(*) from t where id in (1, 3, 4)") == "3");
}

TEST_CASE("while the file cannot be opened again writes fail and are not taken for done", "[sqlite]") {
    on_failing_disk f;
    f.disk.fail_syncs(SQLITE_IOERR_FSYNC);
    f.disk.refuse_opening(true);
    CHECK(f.group({write("insert into t values (2, null)"), write("insert into t values (3, null)"),
                   write("insert or rollback into t values (1, null)")}) ==
          kinds{errc::commit_unknown, errc::connect_failed, errc::unique_violation});
    CHECK(kind_of(failure_of(f.db.engine, write("insert into t values (5, null)"))) == errc::connect_failed);
    CHECK(kind_of(failure_of(f.db.engine, script("insert into t values (5, null)"))) == errc::connect_failed);
    CHECK(kind_of(failure_of(f.db.engine, begin(f.db.engine->make_lease("tx", false)))) ==
          errc::connect_failed);
    f.disk.repair();
    ask(f.db.engine, write("insert into t values (6, null)"));
    CHECK(f.db.one("select count(*) from t where id in (3, 5)") == "0");
    CHECK(f.db.one("select count(*) from t where id in (1, 6)") == "2");
}

TEST_CASE("a transaction whose COMMIT the disk does not confirm is unknown, and its connection is replaced",
          "[sqlite]") {
    on_failing_disk f;
    const auto lease = f.db.engine->make_lease("tx", false);
    ask(f.db.engine, begin(lease));
    ask(f.db.engine, on_lease(lease, write("insert into t values (2, null)")));
    f.disk.fail_syncs(SQLITE_IOERR_FSYNC);
    const auto e = error_of(f.db.engine, on_lease(lease, verb::commit));
    CHECK(e.kind() == errc::commit_unknown);
    CHECK(e.may_have_executed());
    CHECK(f.db.seen.seen().transactions.at(0).second == hawser::transaction_outcome::unknown);
    ask(f.db.engine, write("insert into t values (3, null)"));
    CHECK(f.replaced());
}

TEST_CASE("a script whose COMMIT the disk does not confirm is unknown", "[sqlite]") {
    on_failing_disk f;
    f.disk.fail_syncs(SQLITE_IOERR_FSYNC);
    CHECK(kind_of(failure_of(f.db.engine,
                             script("insert into t values (2, null); insert into t values (3, null)"))) ==
          errc::commit_unknown);
    ask(f.db.engine, write("insert into t values (4, null)"));
    CHECK(f.replaced());
    CHECK(f.db.one("select count(*) from t where id in (2, 3)") != "1");
}

TEST_CASE("a script that meets an I/O error in the middle stores nothing", "[sqlite]") {
    on_failing_disk f;
    f.disk.fail_writes(SQLITE_IOERR_WRITE);
    const auto e = error_of(f.db.engine, script("insert into t select value, hex(zeroblob(4000)) from "
                                                "(with recursive c(value) as (select 10 union all select "
                                                "value + 1 from c where value < 9000) select value from c)"));
    CHECK((e.kind() == errc::connection_lost || e.kind() == errc::commit_unknown));
    ask(f.db.engine, write("insert into t values (4, null)"));
    CHECK(f.ids() == "1,4");
    CHECK(f.db.one("pragma integrity_check") == "ok");
}

TEST_CASE("a reader that meets an I/O error is replaced, and the next read is fine", "[sqlite]") {
    auto s = no_checkpoints();
    s.readers = 1;
    on_failing_disk f(s);
    CHECK(f.ids() == "1"); // the reader knows the table now
    f.disk.fail_reads(SQLITE_IOERR_READ);
    ask(f.db.engine, write("insert into t values (2, null)"));
    CHECK(kind_of(failure_of(f.db.engine, read("select count(*) from t"))) == errc::connection_lost);
    CHECK(f.ids() == "1,2");
    CHECK(f.replaced());
}

TEST_CASE("a disk that is full while a bulk load spills stores nothing of it, and a later load is whole",
          "[sqlite]") {
    auto s = no_checkpoints();
    s.cache_kib = 64;
    on_failing_disk f(s);
    const std::string load =
        "insert into t select value, hex(zeroblob(1000)) from (with recursive c(value) as "
        "(select 10 union all select value + 1 from c where value < 500) select value from c)";
    f.disk.fail_writes(SQLITE_FULL, 1000, 20);
    const auto e = error_of(f.db.engine, script(load));
    CHECK(e.kind() == errc::disk_full);
    CHECK(e.id() == "DB_STO_001");
    CHECK_FALSE(e.may_have_executed());
    CHECK(f.ids() == "1");
    f.disk.repair();
    ask(f.db.engine, script(load));
    CHECK(f.db.one("select count(*) from t") == "492");
    CHECK(f.db.one("pragma integrity_check") == "ok");
}

TEST_CASE("a full disk at COMMIT ends a transaction that is told so, and leaves a sound log", "[sqlite]") {
    on_failing_disk f;
    const auto lease = f.db.engine->make_lease("tx", false);
    ask(f.db.engine, begin(lease));
    ask(f.db.engine, on_lease(lease, write("insert into t values (2, hex(zeroblob(9000)))")));
    f.disk.fail_writes(SQLITE_FULL, 1000, 3); // some frames are written, the last are not
    const auto e = error_of(f.db.engine, on_lease(lease, verb::commit));
    CHECK(e.kind() == errc::disk_full);
    f.disk.repair();
    ask(f.db.engine, write("insert into t values (3, null)"));
    CHECK(f.ids() == "1,3");
    std::mt19937_64 chance(1);
    const memory_folder folder;
    write_files(f.disk.image().after_cut(disk_image::survives::nothing, chance), folder.path().string());
    raw_sqlite left(folder.file("test.db"), "unix");
    CHECK(left.text("pragma integrity_check") == "ok");
    CHECK(left.text("select group_concat(id) from (select id from t order by id)") == "1,3");
}

TEST_CASE("a checkpoint that the disk refuses costs no write", "[sqlite]") {
    hawser::sqlite::settings s;
    s.checkpoint_frames = s.checkpoint_at_most = 4;
    on_failing_disk f(s);
    const auto [what, code] =
        GENERATE(std::pair(call::write, SQLITE_FULL), std::pair(call::write, SQLITE_IOERR_WRITE),
                 std::pair(call::sync, SQLITE_IOERR_FSYNC));
    f.disk.fail(what, file::database, code, 3);
    for (int id = 2; id <= 30; ++id)
        ask(f.db.engine, write("insert into t values (?1, hex(zeroblob(3000)))", id));
    CHECK(f.disk.has_failed());
    CHECK(f.db.one("select count(*) from t") == "30");
    CHECK(f.db.seen.seen().checkpoints.size() > 1); // it was tried again
    close(f.db.engine);
    CHECK(raw_sqlite(f.db.path(), "unix").text("pragma integrity_check") == "ok");
    CHECK(raw_sqlite(f.db.path(), "unix").integer("select count(*) from t") == 30);
}

TEST_CASE("a slow sync keeps the caller waiting, and nobody who reads", "[sqlite]") {
    on_failing_disk f;
    asio::io_context io;
    bool acknowledged = false;
    f.disk.hold(call::sync, file::log);
    const auto q = write("insert into t values (2, null)");
    asio::co_spawn(io, send(f.db.engine, q.job), [&](std::exception_ptr e) { acknowledged = !e; });
    io.poll();
    f.disk.wait_until_held();
    io.poll();
    CHECK_FALSE(acknowledged);
    CHECK(f.ids() == "1"); // not told before it is certain
    f.disk.let_go();
    io.run();
    CHECK(acknowledged);
    CHECK(f.ids() == "1,2");
}

TEST_CASE(
    "what was read before a statement that the disk holds up is answered, though nothing comes by in it",
    "[sqlite]") {
    auto settings = no_checkpoints();
    settings.readers = 1;
    settings.reader_mmap_bytes = 0;
    on_failing_disk f(settings);
    f.db.run("create table big (id integer primary key, v text); "
             "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) "
             "insert into big select i, hex(randomblob(50)) from n");
    CHECK(f.ids() == "1"); // its page is in the reader's cache
    asio::io_context io;
    bool quick = false;
    bool counted = false;
    const auto before = read("select id from t");
    const auto slow = read("select count(*) from big"); // one instruction of SQLite's
    f.disk.hold(call::read, file::log);
    asio::co_spawn(io, send(f.db.engine, before.job), [&](std::exception_ptr e) { quick = !e; });
    asio::co_spawn(io, send(f.db.engine, slow.job), [&](std::exception_ptr e) { counted = !e; });
    io.poll();
    f.disk.wait_until_held();
    io.restart();
    while (!quick && io.run_one_for(std::chrono::seconds(10)) > 0) {}
    CHECK(quick);
    CHECK_FALSE(counted);
    f.disk.let_go();
    io.restart();
    io.run();
    CHECK(counted);
}

TEST_CASE("a read by key lets its caller go at its deadline, though the disk has not answered", "[sqlite]") {
    static const hawser::statement by_key({.name = "t.get",
                                           .sqlite = "select id from t where id = ?1",
                                           .postgres = {},
                                           .parameters = 1,
                                           .read_only = true,
                                           .one_row = true});
    auto settings = no_checkpoints();
    settings.readers = 1;
    settings.reader_mmap_bytes = 0;
    on_failing_disk f(settings);
    auto get = read("select id from t where id = ?1", 1);
    get.last().what = &by_key;
    get.until(hawser::after(std::chrono::milliseconds(20)));
    f.disk.hold(call::read, file::log);
    asio::io_context io;
    std::optional<errc> kind;
    asio::co_spawn(io, send(f.db.engine, get.job), [&](std::exception_ptr e) {
        if (e) kind = kind_of(e);
    });
    while (!kind && io.run_one_for(std::chrono::seconds(10)) > 0) {}
    f.disk.let_go();
    CHECK(kind == errc::statement_timeout);
    CHECK(f.ids() == "1");
}
