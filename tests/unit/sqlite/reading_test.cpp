#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/test_database.hpp"
#include "support/threads.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <set>
#include <thread>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::task;

namespace {

constexpr const char* endless_sql =
    "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";

hawser::sqlite::settings one_reader() {
    hawser::sqlite::settings s;
    s.readers = 1;
    return s;
}

struct holding_t : test_database {
    explicit holding_t(hawser::sqlite::settings s = {}, bool in_memory = false)
        : test_database(std::move(s), in_memory) {
        run("create table t (id integer primary key)");
        seen.forget();
    }
};

// A read that does not end by itself, cancelled by the test.
struct endless {
    explicit endless(holding_t& db) : q(read(endless_sql)) {
        asio::co_spawn(
            io,
            [](engine_ptr e, hawser::engine::job_ptr j) -> task<> {
                co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
                co_await send(std::move(e), std::move(j));
            }(db.engine, q.job),
            asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr e) {
                done = true;
                if (e) kind = kind_of(e);
            }));
        io.poll();
        db.seen.wait_for_start("recursive");
    }
    question q;
    asio::io_context io;
    asio::cancellation_signal signal;
    bool done = false;
    std::optional<errc> kind;
};

constexpr hawser::statement by_key({.name = "by key",
                                    .sqlite = "select id from t where id = ?1",
                                    .postgres = {},
                                    .parameters = 1,
                                    .read_only = true,
                                    .one_row = true});

// As a repository's get() asks.
task<> read_by_key(engine_ptr e, int id, int& done) {
    question q(hawser::engine::batch_mode::read);
    q.job->batch.requests.emplace_back().what = &by_key;
    q.value(id).rows_wanted();
    co_await send(std::move(e), q.job);
    done += q.rows().rows.at(0).at(0) == std::to_string(id) ? 1 : 0;
}

} // namespace

TEST_CASE("a read that starts after a write was acknowledged sees it, on every thread",
          "[sqlite][concurrency]") {
    constexpr int strategies = 64;
    constexpr int rounds = 20;
    holding_t db;
    db.run("create table counters (id integer primary key, n integer)");
    std::atomic<int> stale{0};
    std::atomic<int> done{0};
    {
        support::io_threads io(4);
        for (int i = 0; i < strategies; ++i)
            asio::co_spawn(
                io.executor(),
                [](const holding_t& on, int id, std::atomic<int>& wrong, std::atomic<int>& ended) -> task<> {
                    for (int round = 1; round <= rounds; ++round) {
                        const question w = write("insert into counters values (?1, ?2) on conflict (id) do "
                                                 "update set n = excluded.n",
                                                 id, round);
                        co_await send(on.engine, w.job);
                        const question r = read("select n from counters where id = ?1", id);
                        co_await send(on.engine, r.job);
                        if (r.rows().rows.at(0).at(0) != std::to_string(round)) ++wrong;
                    }
                    ++ended;
                }(db, i, stale, done),
                asio::detached);
    }
    CHECK(done == strategies);
    CHECK(stale == 0);
}

TEST_CASE("no statement runs on an io thread, and none that reads on the thread that writes",
          "[sqlite][concurrency]") {
    holding_t db;
    std::atomic<int> done{0};
    std::set<std::thread::id> io_ids;
    {
        asio::io_context io;
        for (int i = 0; i < 100; ++i)
            asio::co_spawn(
                io,
                [](const holding_t& on, int id, std::atomic<int>& ended) -> task<> {
                    const question w = write("insert into t values (?1)", id);
                    co_await send(on.engine, w.job);
                    const question r = read("select count(*) from t");
                    co_await send(on.engine, r.job);
                    ++ended;
                }(db, i, done),
                asio::detached);
        std::thread other([&] { io.run(); });
        io_ids = {std::this_thread::get_id(), other.get_id()};
        io.run();
        other.join();
    }
    CHECK(done == 100);
    std::set<std::thread::id> writers;
    std::set<std::thread::id> readers;
    for (const auto& s : db.seen.statements())
        (s.sql.starts_with("insert") ? writers : readers).insert(s.thread);
    CHECK(writers.size() == 1);
    CHECK(readers.size() <= 4);
    for (const auto& id : writers) {
        CHECK_FALSE(readers.contains(id));
        CHECK_FALSE(io_ids.contains(id));
    }
    for (const auto& id : readers) CHECK_FALSE(io_ids.contains(id));
}

TEST_CASE("a database in memory reads where it writes, and never on an io thread", "[sqlite]") {
    holding_t db({}, true);
    ask(db.engine, write("insert into t values (1)"));
    CHECK(db.one("select count(*) from t") == "1");
    std::set<std::thread::id> threads;
    for (const auto& s : db.seen.statements()) threads.insert(s.thread);
    CHECK(threads.size() == 1);
    CHECK_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST_CASE("several reads of one batch see one snapshot", "[sqlite]") {
    // Between the two statements another connection commits: the observer is called in between.
    struct meddler : hawser::observer {
        void on(const hawser::statement_ended& e) noexcept override {
            if (other && e.sql == "select count(*) from t") other->try_exec("insert into t values (null)");
        }
        raw_sqlite* other = nullptr;
    } observer;
    const temporary_folder folder;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    s.observer = &observer;
    const auto e = hawser::sqlite::open(s);
    ask(e, script("create table t (id integer primary key)"));
    raw_sqlite other(s.path);
    observer.other = &other;
    question q(hawser::engine::batch_mode::read);
    q.add("select count(*) from t").rows_wanted();
    q.add("select count(*) from t").rows_wanted();
    ask(e, q);
    CHECK(q.rows(0).rows[0][0] == "0");
    CHECK(q.rows(1).rows[0][0] == "0");
    CHECK(other.integer("select count(*) from t") == 2);
}

TEST_CASE("reads by key that wait together are read in one transaction", "[sqlite]") {
    constexpr int count = 64;
    failing_disk disk;
    auto s = one_reader();
    s.writer = GENERATE(hawser::writer_mode::thread, hawser::writer_mode::inline_);
    holding_t db(s);
    db.run("insert into t with recursive c(n) as (select 0 union all select n + 1 from c where n < 63) "
           "select n from c");
    asio::io_context io;
    int done = 0;
    const auto pause = db.engine->make_lease("pause", true);
    ask(db.engine, begin(pause, true)); // the only reader
    for (int i = 0; i < count; ++i) asio::co_spawn(io, read_by_key(db.engine, i, done), asio::detached);
    if (s.writer == hawser::writer_mode::thread) io.poll();
    disk.forget();
    pause->release();
    io.run();
    CHECK(done == count);
    CHECK(disk.count(failing_disk::call::lock) < 5); // a read transaction takes one or two
}

TEST_CASE("reads of a turn that does not end begin once there are many of them", "[sqlite]") {
    constexpr std::size_t many = 32;
    holding_t db;
    db.run("insert into t values (0)");
    db.seen.forget();
    asio::io_context io;
    int done = 0;
    std::size_t sent = 0;
    const auto one = [&]() -> task<> {
        ++sent;
        co_await read_by_key(db.engine, 0, done);
    };
    for (std::size_t i = 0; i < many; ++i) asio::co_spawn(io, one(), asio::detached);
    while (sent < many && db.seen.statements().empty()) io.run_one();
    CHECK(sent == many); // fewer wake nobody
    db.seen.wait_for_start("select id");
    CHECK(done == 0);
    io.run();
    CHECK(done == many);
}

TEST_CASE("a read whose deadline passes is stopped, and the next on its connection is fine", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    const holding_t db(one_reader(), in_memory);
    auto q = read(endless_sql);
    q.until(hawser::after(20ms));
    const auto e = error_of(db.engine, q);
    CHECK(e.kind() == errc::statement_timeout);
    CHECK(e.id() == "DB_QRY_004");
    for (int i = 0; i < 3; ++i) CHECK(db.one("select count(*) from t") == "0");
}

TEST_CASE("a read behind a slow one is not kept past its own deadline", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    holding_t db(one_reader(), in_memory);
    endless slow(db);
    auto q = read("select 1");
    q.until(hawser::after(20ms));
    CHECK(kind_of(failure_of(db.engine, q)) == errc::statement_timeout);
    slow.signal.emit(asio::cancellation_type::terminal);
    slow.io.run();
    CHECK(db.one("select 7") == "7");
}

TEST_CASE("a read that was taken together with a slow one is not kept past its own deadline", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    holding_t db(one_reader(), in_memory);
    asio::io_context io;
    asio::cancellation_signal signal;
    const auto lease = db.engine->make_lease("pause", !in_memory);
    ask(db.engine, begin(lease, !in_memory)); // so that all wait in the queue
    const auto first = read("select 1");
    const auto slow = read(endless_sql);
    auto behind = read("select 2");
    behind.until(hawser::after(50ms));
    std::optional<errc> kind;
    asio::co_spawn(io, send(db.engine, first.job), asio::detached);
    asio::co_spawn(io, send(db.engine, slow.job),
                   asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
    asio::co_spawn(io, send(db.engine, behind.job), [&](std::exception_ptr e) {
        if (e) kind = kind_of(e);
        signal.emit(asio::cancellation_type::terminal);
    });
    io.poll();
    lease->release();
    io.run();
    CHECK(kind == errc::statement_timeout);
}

TEST_CASE("a read behind a slow one is cancelled at once", "[sqlite]") {
    holding_t db(one_reader());
    endless slow(db);
    asio::io_context io;
    asio::cancellation_signal signal;
    const auto q = read("select 1");
    std::optional<errc> kind;
    asio::co_spawn(io, send(db.engine, q.job),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                       if (e) kind = kind_of(e);
                   }));
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.run();
    CHECK(kind == errc::cancelled);
    slow.signal.emit(asio::cancellation_type::terminal);
    slow.io.run();
}

TEST_CASE("a quick read is answered although a slow one of the same transaction goes on", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    holding_t db(one_reader(), in_memory);
    asio::io_context io;
    asio::cancellation_signal signal;
    const auto lease = db.engine->make_lease("pause", !in_memory);
    ask(db.engine, begin(lease, !in_memory)); // so that both wait in the queue
    const auto quick = read("select 1");
    const auto slow = read(endless_sql);
    int answered = 0;
    asio::co_spawn(io, send(db.engine, quick.job), [&](std::exception_ptr) {
        ++answered;
        signal.emit(
            asio::cancellation_type::terminal); // ends the slow one: without it the test would not end
    });
    asio::co_spawn(io, send(db.engine, slow.job),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ++answered; }));
    io.poll();
    lease->release();
    io.run();
    CHECK(answered == 2);
    CHECK(quick.rows().rows.size() == 1);
}

TEST_CASE("a slow read holds up one reader, the others take what waits behind it", "[sqlite]") {
    hawser::sqlite::settings s;
    s.readers = 2;
    holding_t db(s);
    endless slow(db);
    for (int i = 0; i < 200; ++i) CHECK(db.one("select 1") == "1");
    slow.signal.emit(asio::cancellation_type::terminal);
    slow.io.run();
    CHECK(slow.kind == errc::cancelled);
}

TEST_CASE("reads that one turn has sent do not wait behind a slow one among them", "[sqlite]") {
    hawser::sqlite::settings s;
    s.readers = 3;
    holding_t db(s);
    asio::io_context io;
    asio::cancellation_signal signal;
    const std::size_t slow_at = GENERATE(0u, 1u, 7u, 9u);
    constexpr std::size_t count = 10;
    std::vector<question> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(read(i == slow_at ? endless_sql : "select 1"));
    std::size_t quick_answers = 0;
    bool slow_ended = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (i == slow_at)
            asio::co_spawn(
                io, send(db.engine, all[i].job),
                asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { slow_ended = true; }));
        else
            asio::co_spawn(io, send(db.engine, all[i].job), [&](std::exception_ptr e) {
                CHECK_FALSE(e);
                // Without the last of them the slow one would never end.
                if (++quick_answers == count - 1) signal.emit(asio::cancellation_type::terminal);
            });
    }
    io.run();
    CHECK(quick_answers == count - 1);
    CHECK(slow_ended);
}

TEST_CASE("partial cancellation lets the caller of a running read go, and the read goes on", "[sqlite]") {
    holding_t db(one_reader());
    endless e(db);
    e.q.job->due = hawser::no_deadline;
    e.signal.emit(asio::cancellation_type::partial);
    e.io.poll();
    CHECK(e.done);
    CHECK(e.kind == errc::cancelled);
    CHECK_FALSE(db.seen.statements().at(0).ended); // still running
    auto behind = read("select 1");
    behind.until(hawser::after(1ms));
    CHECK(kind_of(failure_of(db.engine, behind)) == errc::statement_timeout);
    asio::cancellation_type terminal = asio::cancellation_type::terminal;
    e.q.job->runner.load()->cancel(*e.q.job, terminal);
    CHECK(db.one("select 1") == "1");
}

TEST_CASE("terminal cancellation stops a running read and lets its caller go", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    holding_t db(one_reader(), in_memory);
    endless e(db);
    e.signal.emit(asio::cancellation_type::terminal);
    e.io.run();
    CHECK(e.kind == errc::cancelled);
    CHECK(db.one("select count(*) from t") == "0");
    CHECK(db.seen.statements().at(0).failure == errc::cancelled);
}

TEST_CASE("total cancellation of a running read is too late", "[sqlite]") {
    holding_t db(one_reader());
    endless e(db);
    e.signal.emit(asio::cancellation_type::total);
    e.io.poll();
    CHECK_FALSE(e.done);
    e.signal.emit(asio::cancellation_type::terminal);
    e.io.run();
}

TEST_CASE("cancellations that race with the end of reads hit nobody else's read", "[sqlite][concurrency]") {
    const holding_t db(one_reader());
    std::atomic<int> wrong{0};
    std::atomic<bool> stop{false};
    // One thread cancels its own reads at any moment; the reads of this one must not notice.
    std::thread canceller([&] {
        while (!stop) {
            asio::io_context io;
            asio::cancellation_signal signal;
            const auto q = read("with recursive c(n) as (select 1 union all select n + 1 from c where n < "
                                "3000) select count(*) from c");
            asio::co_spawn(io, send(db.engine, q.job),
                           asio::bind_cancellation_slot(signal.slot(), asio::detached));
            io.poll();
            signal.emit(asio::cancellation_type::terminal);
            io.run();
        }
    });
    for (int i = 0; i < 1000; ++i) {
        const auto q = read("with recursive c(n) as (select 1 union all select n + 1 from c where n < 300) "
                            "select count(*) from c");
        try {
            if (answer(db.engine, q) != "300") ++wrong;
        } catch (const hawser::error&) { ++wrong; }
    }
    stop = true;
    canceller.join();
    CHECK(wrong == 0);
}

TEST_CASE("a write under way ignores cancellation, and its caller gets the truth", "[sqlite]") {
    // The observer emits the cancellation from inside the statement: it has begun, beyond doubt.
    struct meddler : hawser::observer {
        void on(const hawser::statement_started& e) noexcept override {
            if (!e.sql.starts_with("insert")) return;
            if (auto* runner = job->runner.load()) runner->cancel(*job, asio::cancellation_type::terminal);
            begun = !job->finish_queued(nullptr);
        }
        hawser::engine::job* job = nullptr;
        bool begun = false;
    } observer;
    const temporary_folder folder;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    s.observer = &observer;
    const auto e = hawser::sqlite::open(s);
    ask(e, script("create table t (id integer primary key)"));
    const auto q = write("insert into t values (1)");
    observer.job = q.job.get();
    SECTION("in a group") {
        CHECK_NOTHROW(ask(e, q));
    }
    SECTION("on a lease") {
        const auto lease = e->make_lease("tx", false);
        ask(e, begin(lease));
        CHECK_NOTHROW(ask(e, on_lease(lease, q)));
        ask(e, on_lease(lease, hawser::engine::verb::commit));
    }
    CHECK(observer.begun);
    CHECK(answer(e, read("select count(*) from t")) == "1");
}

TEST_CASE("a write that is cancelled in the queue is not executed", "[sqlite]") {
    const holding_t db;
    const auto lease = db.engine->make_lease("pause", false);
    ask(db.engine, begin(lease));
    asio::io_context io;
    asio::cancellation_signal signal;
    const auto q = write("insert into t values (1)");
    std::optional<errc> kind;
    asio::co_spawn(io, send(db.engine, q.job),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                       if (e) kind = kind_of(e);
                   }));
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.run();
    CHECK(kind == errc::cancelled);
    lease->release();
    ask(db.engine, write("insert into t values (2)"));
    CHECK(db.one("select group_concat(id) from t") == "2");
    CHECK(db.engine->room().count().inside == 0);
}

TEST_CASE("a read may stop taking rows", "[sqlite]") {
    const holding_t db;
    auto q = read("with recursive c(n) as (select 1 union all select n + 1 from c) select n from c");
    q.rows().most = 3;
    ask(db.engine, q);
    CHECK(q.rows().rows.size() == 3);
    CHECK(db.one("select 1") == "1");
}

TEST_CASE("a read whose row cannot be taken fails with that error, and its reader goes on", "[sqlite]") {
    const holding_t db(one_reader());
    auto q = read("select 1");
    q.rows().fails = errc::type_mismatch;
    CHECK(kind_of(failure_of(db.engine, q)) == errc::type_mismatch);
    CHECK(db.one("select 1") == "1");
}

TEST_CASE("a ping is answered by a database that can be read", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    const holding_t db({}, in_memory);
    question q(hawser::engine::batch_mode::read);
    q.job->what = hawser::engine::verb::ping;
    CHECK_NOTHROW(ask(db.engine, q));
}

TEST_CASE("queued jobs whose context is destroyed are not run, and give back their room",
          "[sqlite][concurrency]") {
    const holding_t db;
    for (int round = 0; round < 20; ++round) {
        const auto lease = db.engine->make_lease("pause", false);
        ask(db.engine, begin(lease));
        {
            asio::io_context io;
            for (int i = 0; i < 20; ++i) {
                const auto q = write("insert into t values (null)");
                asio::co_spawn(io, send(db.engine, q.job), asio::detached);
            }
            io.poll();
            CHECK(db.engine->room().count().inside == 20);
        }
        lease->release();
        ask(db.engine, write("delete from t where id < 0"));
        CHECK(db.engine->room().count().inside == 0);
    }
    CHECK(db.one("select count(*) from t") == "0");
}

TEST_CASE("a context may be destroyed while its jobs run", "[sqlite][concurrency]") {
    const holding_t db;
    for (int round = 0; round < 50; ++round) {
        asio::io_context io;
        for (int i = 0; i < 10; ++i) {
            const auto w = write("insert into t values (null)");
            const auto r = read("select * from t");
            asio::co_spawn(io, send(db.engine, w.job), asio::detached);
            asio::co_spawn(io, send(db.engine, r.job), asio::detached);
        }
        io.poll();
        if (round % 2 == 0) io.run_one();
    }
    ask(db.engine, write("insert into t values (null)"));
    while (db.engine->room().count().inside > 0) ask(db.engine, read("select 1"));
    CHECK(db.engine->room().count().bytes == 0);
}
