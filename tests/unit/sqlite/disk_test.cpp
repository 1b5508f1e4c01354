#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/test_database.hpp"
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <sqlite3.h>

namespace asio = boost::asio;
using namespace support;
using hawser::errc;
using hawser::engine::verb;

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
