// What observers are told of commits is what was committed.
#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/test_database.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <sqlite3.h>

namespace asio = boost::asio;
using namespace support;
using hawser::errc;
using hawser::transaction_outcome;
using hawser::engine::batch_mode;
using hawser::engine::verb;

namespace {

hawser::sqlite::settings no_checkpoints() {
    auto s = whole_groups();
    s.checkpoint_frames = std::numeric_limits<int>::max();
    return s;
}

struct watched : test_database {
    watched() : test_database(no_checkpoints()) {
        run("create table t (id integer primary key);"
            "create table w (id integer primary key) without rowid;"
            "create table p (id integer primary key);"
            "create table k (id integer primary key, p integer references p (id) deferrable initially "
            "deferred);");
        seen.forget();
    }
    // Members that meet in one group; how many of them failed.
    std::size_t together(const std::vector<question>& all) const {
        asio::io_context io;
        std::size_t failed = 0;
        const auto pause = engine->make_lease("pause", false);
        ask(engine, begin(pause));
        for (const question& q : all)
            asio::co_spawn(io, send(engine, q.job), [&](std::exception_ptr e) { failed += e ? 1 : 0; });
        io.poll();
        pause->release();
        io.run();
        return failed;
    }
    [[nodiscard]] std::string rows() const { return raw().text("select count(*) from t"); }
};

std::size_t told(const recorder::events& e) {
    std::size_t jobs = 0;
    for (const auto& g : e.groups) jobs += g.jobs - g.failed;
    return jobs;
}

} // namespace

TEST_CASE("a group whose COMMIT fails is not told to be committed", "[sqlite]") {
    failing_disk disk;
    watched db;
    const bool full = GENERATE(false, true);
    if (full)
        disk.fail_writes(SQLITE_FULL);
    else
        disk.fail_syncs(SQLITE_IOERR_FSYNC);
    const auto failed = db.together({write("insert into t values (1)"), write("insert into t values (2)")});
    CHECK(failed == 2);
    CHECK(db.seen.seen().groups.empty());
    disk.repair();
    ask(db.engine, write("insert into t values (3)"));
    CHECK(told(db.seen.seen()) == 1);
}

TEST_CASE("a transaction whose COMMIT fails is told to be unknown or rolled back, never committed",
          "[sqlite]") {
    failing_disk disk;
    watched db;
    const auto lease = db.engine->make_lease("tx", false);
    ask(db.engine, begin(lease));
    const bool in_doubt = GENERATE(false, true);
    ask(db.engine, on_lease(lease, write("insert into k values (1, 99)")));
    if (in_doubt) {
        ask(db.engine, on_lease(lease, write("insert into p values (99)")));
        disk.fail_syncs(SQLITE_IOERR_FSYNC);
    }
    CHECK_THROWS_AS(ask(db.engine, on_lease(lease, verb::commit)), hawser::error);
    disk.repair();
    ask(db.engine, write("insert into t values (1)")); // behind it
    const auto seen = db.seen.seen();
    REQUIRE(seen.transactions.size() == 1);
    CHECK(seen.transactions[0].second ==
          (in_doubt ? transaction_outcome::unknown : transaction_outcome::rolled_back));
}

TEST_CASE("of a group that a member ends nothing is told to be committed, of the next its own members only",
          "[sqlite]") {
    watched db;
    ask(db.engine, write("insert into t values (1)"));
    db.seen.forget();
    const auto failed =
        db.together({write("insert into t values (2)"), write("insert or rollback into t values (1)"),
                     write("insert into t values (3)"), write("insert into t values (1)")});
    CHECK(failed == 2);
    CHECK(db.rows() == "3");
    const auto seen = db.seen.seen();
    CHECK(told(seen) == 1); // 3; 2 was run again in a transaction of its own
    for (const auto& g : seen.groups) CHECK(g.jobs == 2);
}

TEST_CASE("members that failed are told apart from those that are committed", "[sqlite]") {
    watched db;
    question undone(batch_mode::atomic);
    undone.add("insert into t values (5)").add("replace into w values (5)").add("insert into t values (5)");
    const auto failed =
        db.together({write("insert into t values (1)"), undone, write("insert into w values (1)"),
                     write("insert into w values (1)"), write("replace into w values (1)")});
    CHECK(failed == 2);
    const auto seen = db.seen.seen();
    REQUIRE(seen.groups.size() == 1);
    CHECK(seen.groups[0].jobs == 5);
    CHECK(seen.groups[0].failed == 2);
    CHECK(db.rows() == "1");
    CHECK(db.raw().text("select count(*) from w") == "1");
}

TEST_CASE("a transaction that is dropped, times out or is closed is told to be rolled back", "[sqlite]") {
    auto s = no_checkpoints();
    const int how = GENERATE(0, 1, 2);
    if (how == 1) s.hold_idle = std::chrono::milliseconds(20);
    test_database db(s);
    db.run("create table t (id integer primary key)");
    db.seen.forget();
    auto lease = db.engine->make_lease("tx", false);
    ask(db.engine, begin(lease));
    ask(db.engine, on_lease(lease, write("insert into t values (1)")));
    if (how == 0) lease.reset();
    if (how == 2) close(db.engine);
    db.seen.wait([](const recorder::events& e) { return !e.transactions.empty(); });
    CHECK(db.seen.seen().transactions[0].second == transaction_outcome::rolled_back);
    CHECK(db.raw().integer("select count(*) from t") == 0);
}
