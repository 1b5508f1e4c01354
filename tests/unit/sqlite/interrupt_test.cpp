// Deadlines that strike while statements end: what they stop is the statement that had them, and nothing else.
#include "support/catch.hpp"
#include "support/test_database.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <random>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::task;
using hawser::engine::verb;

namespace {

// About as long as the deadlines below.
constexpr const char* short_sql =
    "with recursive c(n) as (select 1 union all select n + 1 from c limit 3000) select count(*) from c";
// A member of a group; long enough to be hit.
constexpr const char* long_insert = "insert into work select count(*) from (with recursive c(n) as "
                                    "(select 1 union all select n + 1 from c limit 3000) select n from c)";
constexpr const char* two_rows = "insert into pairs values (null); "
                                 "insert into sink select count(*) from (with recursive c(n) as "
                                 "(select 1 union all select n + 1 from c limit 3000) select n from c);"
                                 "insert into pairs values (null)";

struct tallies {
    std::atomic<int> wrong{0};    // failures that nobody asked for
    std::atomic<int> timeouts{0}; // deadlines that struck
    std::atomic<int> in_time{0};  // work with a deadline that was done
    std::atomic<int> inserted{0}; // rows of t
    std::atomic<int> pairs{0};    // scripts that were done
};

struct busy_database : test_database {
    explicit busy_database(bool in_memory) : test_database(settings_of(), in_memory) {
        run("create table t (id integer primary key); create table pairs (id integer primary key);"
            "create table sink (n integer); create table work (n integer)");
        seen.forget();
    }
    static hawser::sqlite::settings settings_of() {
        hawser::sqlite::settings s;
        s.readers = 2;
        s.durability = hawser::durability::normal;
        return s;
    }
};

// Nothing, or how it failed.
task<std::optional<errc>> outcome(engine_ptr e, hawser::engine::job_ptr j) {
    try {
        co_await send(std::move(e), std::move(j));
    } catch (const hawser::error& failure) { co_return failure.kind(); }
    co_return std::nullopt;
}

// Between 10 us and 10 s, so that on any machine some strike at the end and some do not.
hawser::deadline soon(std::mt19937& chance) {
    const auto shortest = std::chrono::microseconds(10);
    return hawser::after(shortest * (1 + chance() % 8) / 4 * (1u << chance() % 20));
}

// Counts what may have either end.
task<bool> within(const test_database& db, question q, tallies& t, std::mt19937& chance) {
    q.until(soon(chance));
    const auto failed = co_await outcome(db.engine, q.job);
    if (!failed)
        ++t.in_time;
    else if (*failed == errc::statement_timeout || *failed == errc::busy || *failed == errc::pool_exhausted)
        ++t.timeouts;
    else
        ++t.wrong;
    co_return !failed;
}

task<void> must(const test_database& db, question q, tallies& t) {
    const auto failed = co_await outcome(db.engine, q.job);
    if (failed) ++t.wrong;
}

// In a transaction the statement that is stopped is undone, and the next one is not.
task<void> lease_round(const test_database& db, tallies& t, std::mt19937& chance) {
    const auto lease = db.engine->make_lease("round", false);
    co_await must(db, begin(lease), t);
    co_await within(db, on_lease(lease, read(short_sql)), t, chance);
    co_await must(db, on_lease(lease, write("insert into t values (null)")), t);
    co_await must(db, on_lease(lease, verb::commit), t);
    ++t.inserted;
}

task<void> hurry(const test_database& db, tallies& t, unsigned seed) {
    std::mt19937 chance(seed);
    for (int i = 0; i < 40; ++i) {
        co_await within(db, read(short_sql), t, chance);
        co_await must(db, write("insert into t values (null)"), t);
        ++t.inserted;
        if (co_await within(db, script(two_rows), t, chance)) ++t.pairs;
        co_await must(db, write(long_insert), t);
        co_await must(db, read(short_sql), t);
        if (i % 5 == 0) co_await lease_round(db, t, chance);
    }
}

} // namespace

TEST_CASE("deadlines that strike at the end of their statement hit no other's work",
          "[sqlite][concurrency]") {
    const bool in_memory = GENERATE(false, true); // in memory all run on one connection
    const busy_database db(in_memory);
    tallies t;
    {
        io_threads io(4);
        for (unsigned i = 1; i <= 8; ++i) asio::co_spawn(io.executor(), hurry(db, t, i), asio::detached);
    }
    CHECK(t.wrong == 0);
    CHECK(t.timeouts > 20);
    CHECK(t.in_time > 20);
    CHECK(db.one("select count(*) from t") == std::to_string(t.inserted));
    CHECK(db.one("select count(*) from pairs") == std::to_string(2 * t.pairs));
    CHECK(db.one("select count(*) from sink") == std::to_string(t.pairs));
    CHECK(db.one("select count(*) from work") == "320");
    CHECK(db.engine->room().count().inside == 0);
}

TEST_CASE("a member of a group whose deadline passes while it runs is stored, and so are the others",
          "[sqlite]") {
    // The observer keeps the writer in the statement until the deadline has passed.
    struct late final : hawser::observer {
        void on(const hawser::statement_started& e) noexcept override {
            if (e.sql == "insert into t values (1)")
                while (hawser::clock::now() < due.load()) std::this_thread::yield();
        }
        std::atomic<hawser::clock::time_point> due{hawser::clock::time_point::min()};
    } observer;
    const temporary_folder folder;
    auto s = whole_groups();
    s.path = GENERATE(false, true) ? ":memory:" : folder.file("test.db");
    s.observer = &observer;
    const auto e = hawser::sqlite::open(s);
    ask(e, script("create table t (id integer primary key)"));
    const auto lease = e->make_lease("pause", false);
    ask(e, begin(lease));
    asio::io_context io;
    std::vector<std::optional<errc>> kinds(3);
    std::vector<question> all{write("insert into t values (0)"), write("insert into t values (1)"),
                              write("insert into t values (2)")};
    const auto due = hawser::after(200ms);
    observer.due = due + 20ms; // the alarm has rung by then
    all[1].until(due);
    for (std::size_t i = 0; i < all.size(); ++i)
        asio::co_spawn(io, send(e, all[i].job), [&kinds, i](std::exception_ptr failure) {
            if (failure) kinds[i] = kind_of(failure);
        });
    io.poll();
    lease->release();
    io.run();
    CHECK(kinds == std::vector<std::optional<errc>>(3));
    CHECK(answer(e, read("select count(*) from t")) == "3");
    close(e);
}
