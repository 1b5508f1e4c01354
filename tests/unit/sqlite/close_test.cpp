#include "support/catch.hpp"
#include "support/test_database.hpp"
#include "support/threads.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;

namespace {

struct closing_database : test_database {
    closing_database() : test_database(whole_groups()) { run("create table t (id integer primary key)"); }
};

constexpr const char* endless_sql =
    "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";

hawser::task<> close_it(engine_ptr e) {
    const auto done = hawser::engine::job::make();
    const auto start = [&e, &done] {
        const auto engine = e;
        auto mine = done;
        engine->close(std::move(mine));
    };
    co_await hawser::async::wait(*done, start);
}

} // namespace

TEST_CASE("close answers what is queued before it ends", "[sqlite]") {
    const closing_database db;
    asio::io_context io;
    int written = 0;
    int read_ones = 0;
    bool closed = false;
    int answered_before = 0;
    for (int i = 0; i < 100; ++i) {
        const auto w = write("insert into t values (?1)", i);
        const auto r = read("select count(*) from t");
        asio::co_spawn(io, send(db.engine, w.job), [&](std::exception_ptr e) { written += e ? 0 : 1; });
        asio::co_spawn(io, send(db.engine, r.job), [&](std::exception_ptr e) { read_ones += e ? 0 : 1; });
    }
    io.poll_one();
    asio::co_spawn(io, close_it(db.engine), [&](std::exception_ptr) {
        closed = true;
        answered_before = written + read_ones;
    });
    io.run();
    CHECK(closed);
    CHECK(written == 100);
    CHECK(read_ones == 100);
    CHECK(answered_before == 200);
    CHECK(db.raw().integer("select count(*) from t") == 100);
}

TEST_CASE("close may be called again, at the same time and later", "[sqlite]") {
    const closing_database db;
    asio::io_context io;
    int closed = 0;
    for (int i = 0; i < 3; ++i)
        asio::co_spawn(io, close_it(db.engine), [&](std::exception_ptr e) { closed += e ? 0 : 1; });
    io.run();
    CHECK(closed == 3);
    close(db.engine);
    close(db.engine);
}

TEST_CASE("what comes after close is told that the database is closed", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    const test_database db({}, in_memory);
    const auto lease = db.engine->make_lease("tx", false);
    const auto late = db.engine->make_lease("late", false);
    ask(db.engine, begin(lease));
    ask(db.engine, on_lease(lease, hawser::engine::verb::commit));
    close(db.engine);
    CHECK(kind_of(failure_of(db.engine, write("create table t (a)"))) == errc::closed);
    CHECK(kind_of(failure_of(db.engine, read("select 1"))) == errc::closed);
    CHECK(kind_of(failure_of(db.engine, script("select 1"))) == errc::closed);
    const auto e = error_of(db.engine, begin(late));
    CHECK(e.kind() == errc::closed);
    CHECK(e.id() == "DB_CONN_003");
}

TEST_CASE("close ends an open transaction, which is told at its next statement", "[sqlite]") {
    const closing_database db;
    const auto lease = db.engine->make_lease("tx", false);
    const auto report = db.engine->make_lease("report", true);
    ask(db.engine, begin(lease));
    ask(db.engine, begin(report, true));
    ask(db.engine, on_lease(lease, write("insert into t values (1)")));
    close(db.engine);
    for (const auto& l : {lease, report}) {
        const auto e = error_of(db.engine, on_lease(l, hawser::engine::verb::commit));
        CHECK(e.kind() == errc::closed);
        CHECK(e.id() == "DB_TXN_001");
    }
    CHECK(db.raw().integer("select count(*) from t") == 0);
}

TEST_CASE("deadlines are kept while a database is being closed", "[sqlite]") {
    closing_database db;
    asio::io_context io;
    auto q = read(endless_sql);
    q.until(hawser::after(50ms));
    std::optional<errc> kind;
    bool closed = false;
    asio::co_spawn(io, send(db.engine, q.job), [&](std::exception_ptr e) { kind = kind_of(e); });
    io.poll();
    db.seen.wait_for_start("recursive");
    asio::co_spawn(io, close_it(db.engine), [&](std::exception_ptr) { closed = true; });
    io.run();
    CHECK(closed);
    CHECK(kind == errc::statement_timeout);
}

TEST_CASE("closing stops reads without a deadline once it has waited for them long enough", "[sqlite]") {
    hawser::sqlite::settings s;
    s.close_after = 20ms;
    s.readers = 1;
    test_database db(s, GENERATE(false, true));
    asio::io_context io;
    const auto runs = read(endless_sql);
    const auto waits = read(endless_sql);
    std::vector<std::optional<errc>> kinds(2);
    bool closed = false;
    asio::co_spawn(io, send(db.engine, runs.job), [&](std::exception_ptr e) { kinds[0] = kind_of(e); });
    io.poll();
    db.seen.wait_for_start("recursive");
    asio::co_spawn(io, send(db.engine, waits.job), [&](std::exception_ptr e) { kinds[1] = kind_of(e); });
    io.poll();
    asio::co_spawn(io, close_it(db.engine), [&](std::exception_ptr) { closed = true; });
    io.run();
    CHECK(closed);
    CHECK(kinds == std::vector<std::optional<errc>>{errc::closed, errc::closed});
    CHECK(db.engine->room().count().inside == 0);
}

TEST_CASE("an engine that is dropped without close loses nothing that was acknowledged", "[sqlite]") {
    const temporary_folder folder;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    for (int round = 0; round < 3; ++round) {
        const auto e = hawser::sqlite::open(s);
        if (round == 0) ask(e, script("create table t (id integer primary key)"));
        ask(e, write("insert into t values (null)"));
        CHECK(answer(e, read("select count(*) from t")) == std::to_string(round + 1));
    }
}

TEST_CASE("a closed database leaves one file", "[sqlite]") {
    const closing_database db;
    ask(db.engine, write("insert into t values (1)"));
    CHECK(std::filesystem::exists(db.path() + "-wal"));
    close(db.engine);
    CHECK_FALSE(std::filesystem::exists(db.path() + "-wal"));
    CHECK_FALSE(std::filesystem::exists(db.path() + "-shm"));
}

TEST_CASE("a database may be closed while four threads use it", "[sqlite][concurrency]") {
    for (int round = 0; round < 10; ++round) {
        const closing_database db;
        std::atomic<int> acknowledged{0};
        std::atomic<int> refused{0};
        {
            support::io_threads io(4);
            for (int i = 0; i < 200; ++i)
                asio::co_spawn(
                    io.executor(),
                    [](const closing_database& on) -> hawser::task<> {
                        const auto r = read("select count(*) from t");
                        const auto w = write("insert into t values (null)");
                        co_await send(on.engine, r.job);
                        co_await send(on.engine, w.job);
                    }(db),
                    [&](std::exception_ptr e) {
                        if (!e)
                            ++acknowledged;
                        else if (kind_of(e) == errc::closed)
                            ++refused;
                    });
            asio::co_spawn(io.executor(), close_it(db.engine), asio::detached);
        }
        CHECK(acknowledged + refused == 200);
        CHECK(db.engine->room().count().inside == 0);
        CHECK(db.raw().integer("select count(*) from t") >= acknowledged);
    }
}

TEST_CASE("the queue is bounded: who finds it full waits, and then is served", "[sqlite]") {
    auto s = whole_groups();
    s.queue_jobs = 4;
    const test_database db(s);
    db.run("create table t (id integer primary key)");
    const auto lease = db.engine->make_lease("pause", false);
    ask(db.engine, begin(lease));
    asio::io_context io;
    int done = 0;
    std::vector<question> all;
    for (int i = 0; i < 20; ++i) {
        all.push_back(write("insert into t values (?1)", i));
        if (i == 10) all.back().until(hawser::after(20ms));
        asio::co_spawn(io, send(db.engine, all.back().job), [&, i](std::exception_ptr e) {
            done += e ? 0 : 1;
            if (i == 10) {
                CHECK(kind_of(e) == errc::pool_exhausted);
                lease->release();
            }
        });
    }
    io.poll();
    CHECK(db.engine->room().count().inside == 4);
    io.run();
    CHECK(done == 19);
    CHECK(db.engine->room().count().inside == 0);
    CHECK(db.engine->room().count().bytes == 0);
    CHECK(db.one("select count(*) from t") == "19");
}

TEST_CASE("who waits for room when the database is closed is told so", "[sqlite]") {
    auto s = whole_groups();
    s.queue_jobs = 1;
    const test_database db(s);
    db.run("create table t (id integer primary key)");
    const auto lease = db.engine->make_lease("pause", false);
    ask(db.engine, begin(lease));
    asio::io_context io;
    std::vector<std::optional<errc>> kinds(2);
    std::vector<question> all{write("insert into t values (1)"), write("insert into t values (2)")};
    for (std::size_t i = 0; i < 2; ++i)
        asio::co_spawn(io, send(db.engine, all[i].job), [&kinds, i](std::exception_ptr e) {
            if (e) kinds[i] = kind_of(e);
        });
    io.poll();
    asio::co_spawn(io, close_it(db.engine), asio::detached);
    io.run();
    CHECK(kinds == std::vector<std::optional<errc>>{std::nullopt, errc::closed});
}
