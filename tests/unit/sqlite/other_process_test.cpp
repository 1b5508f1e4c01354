#include "support/catch.hpp"
#include "support/other_process.hpp"
#include "support/memory_folder.hpp"
#include "support/test_database.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <sqlite3.h>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::engine::verb;

namespace {

struct shared_by_two {
    const memory_folder folder;
    test_database db;
    other_process other;

    shared_by_two() : db(settings_of(folder)), other(db.path()) {
        db.run("create table t (id integer primary key, of text)");
    }
    static hawser::sqlite::settings settings_of(const memory_folder& folder) {
        hawser::sqlite::settings s;
        s.path = folder.file("test.db");
        s.busy_timeout = 1min;
        s.checkpoint_frames = s.checkpoint_at_most =
            1 << 20; // two that write and one that checkpoints: see known_issues()
        return s;
    }
};

} // namespace

TEST_CASE("a process that is killed while it holds the lock holds up nobody", "[sqlite]") {
    shared_by_two two;
    two.other.exec("begin immediate; insert into t values (1000, 'other')");
    asio::io_context io;
    bool done = false;
    const auto q = write("insert into t values (1, 'ours')");
    asio::co_spawn(io, send(two.db.engine, q.job), [&](std::exception_ptr e) { done = !e; });
    io.poll();
    CHECK_FALSE(done);
    two.other.kill();
    io.run();
    CHECK(done);
    CHECK(two.db.one("select group_concat(id) from t") == "1");
}

TEST_CASE("two processes that write all the time both get on, and neither meets a stale snapshot",
          "[sqlite]") {
    shared_by_two two;
    constexpr unsigned theirs = 300;
    two.other.start("begin immediate; insert into t values (null, 'other'); commit", theirs);
    std::int64_t ours = 0;
    for (int i = 0; i < 80; ++i) {
        const auto insert = write("insert into t values (null, 'ours')");
        switch (i % 4) {
        case 0: ask(two.db.engine, insert); break;
        case 1: two.db.run("insert into t values (null, 'ours')"); break;
        case 2: {
            const auto lease = two.db.engine->make_lease("reads before it writes", false);
            ask(two.db.engine, begin(lease));
            const auto before = answer(two.db.engine, on_lease(lease, read("select count(*) from t")));
            ask(two.db.engine, on_lease(lease, insert));
            const auto after = answer(two.db.engine, on_lease(lease, read("select count(*) from t")));
            ask(two.db.engine, on_lease(lease, verb::commit));
            CHECK(std::stoll(after) == std::stoll(before) + 1);
            break;
        }
        default: static_cast<void>(two.db.one("select count(*) from t")); continue;
        }
        ++ours;
    }
    two.other.finish();
    CHECK(two.db.one("select count(*) from t where of = 'ours'") == std::to_string(ours));
    CHECK(two.db.one("select count(*) from t where of = 'other'") == std::to_string(theirs));
    CHECK(two.db.one("pragma integrity_check") == "ok");
}

TEST_CASE("a snapshot that another process has left behind may be read on, and is never written from",
          "[sqlite]") {
    shared_by_two two;
    const auto lease = two.db.engine->make_lease("report", true);
    ask(two.db.engine, begin(lease, true));
    CHECK(answer(two.db.engine, on_lease(lease, read("select count(*) from t"))) == "0");
    two.other.exec("insert into t values (1, 'other')");
    CHECK(kind_of(failure_of(two.db.engine, on_lease(lease, write("insert into t values (2, 'ours')")))) ==
          errc::read_only);
    CHECK(answer(two.db.engine, on_lease(lease, read("select count(*) from t"))) == "0");
    CHECK(two.db.one("select count(*) from t") == "1");
}

TEST_CASE("what a session begins in its own words may find its snapshot stale: busy, to be tried again",
          "[sqlite]") {
    shared_by_two two;
    hawser::engine::lease_terms terms;
    terms.holder = "maintenance";
    terms.session = true;
    const auto session = two.db.engine->make_lease(std::move(terms));
    const auto on = [&](const char* sql) { return on_lease(session, write(sql)); };
    ask(two.db.engine, on_lease(session, verb::connect));
    ask(two.db.engine, on("begin"));
    CHECK(answer(two.db.engine, on_lease(session, read("select count(*) from t"))) == "0");
    two.other.exec("insert into t values (1, 'other')");
    const auto e = error_of(two.db.engine, on("insert into t values (2, 'ours')"));
    CHECK(e.kind() == errc::busy);
    CHECK(e.info().native_code == SQLITE_BUSY_SNAPSHOT);
    CHECK(e.retryable());
    ask(two.db.engine, on("rollback"));
    ask(two.db.engine, on("insert into t values (2, 'ours')"));
    ask(two.db.engine, on_lease(session, verb::hand_back));
    CHECK(two.db.one("select group_concat(id) from t") == "1,2");
}
