#include "support/catch.hpp"
#include "support/other_process.hpp"
#include "support/test_database.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;

namespace {

struct shared_file : test_database {
    explicit shared_file(std::chrono::milliseconds busy_timeout)
        : test_database(with(busy_timeout)), other(path()) {
        run("create table t (id integer primary key)");
    }
    static hawser::sqlite::settings with(std::chrono::milliseconds busy_timeout) {
        auto s = whole_groups();
        s.busy_timeout = busy_timeout;
        return s;
    }
    other_process other;
};

std::vector<question> every_way_to_write(const test_database& db) {
    std::vector<question> all;
    all.push_back(write("insert into t values (null)"));
    all.push_back(script("insert into t values (null)"));
    all.push_back(begin(db.engine->make_lease("tx", false)));
    return all;
}

} // namespace

TEST_CASE("a lock of another process is waited for, but not for ever", "[sqlite]") {
    shared_file db(20ms);
    db.other.exec("begin immediate");
    for (const auto& q : every_way_to_write(db)) {
        const auto e = error_of(db.engine, q);
        CHECK(e.kind() == errc::busy);
        CHECK(e.id() == "DB_TXN_002");
        CHECK(e.retryable());
        CHECK_FALSE(e.may_have_executed());
        CHECK_THAT(e.what(), support::contains_text("another connection or process"));
    }
    db.other.exec("commit");
    ask(db.engine, write("insert into t values (7)"));
    CHECK(db.one("select group_concat(id) from t") == "7");
}

TEST_CASE("writes that wait for a lock go on when it is released, in one group", "[sqlite]") {
    shared_file db(1h);
    db.seen.forget();
    db.other.exec("begin immediate; insert into t values (1000)");
    asio::io_context io;
    int done = 0;
    for (int i = 0; i < 50; ++i) {
        const auto q = write("insert into t values (?1)", i);
        asio::co_spawn(io, send(db.engine, q.job), [&done](std::exception_ptr e) { done += e ? 0 : 1; });
    }
    io.poll();
    CHECK(done == 0);
    db.other.exec("commit");
    io.run();
    CHECK(done == 50);
    CHECK(db.one("select count(*) from t") == "51");
}

TEST_CASE("a job whose own deadline passes while the lock is waited for is told so, the others wait on",
          "[sqlite]") {
    shared_file db(1h);
    db.other.exec("begin immediate");
    asio::io_context io;
    auto hasty = write("insert into t values (1)");
    hasty.until(hawser::after(20ms));
    const auto patient = write("insert into t values (2)");
    std::optional<errc> kind;
    std::string what;
    bool done = false;
    asio::co_spawn(io, send(db.engine, hasty.job), [&](std::exception_ptr e) {
        kind = kind_of(e);
        what = error_in(e).what();
        db.other.exec("commit");
    });
    asio::co_spawn(io, send(db.engine, patient.job), [&](std::exception_ptr e) { done = !e; });
    io.run();
    CHECK(kind == errc::busy);
    CHECK_THAT(what, support::contains_text("holds the database's lock"));
    CHECK(done);
    CHECK(db.one("select group_concat(id) from t") == "2");
}

TEST_CASE("a job that waits for a lock may be cancelled", "[sqlite]") {
    shared_file db(1h);
    db.other.exec("begin immediate");
    asio::io_context io;
    asio::cancellation_signal signal;
    const auto q = write("insert into t values (1)");
    std::optional<errc> kind;
    asio::co_spawn(
        io, send(db.engine, q.job),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) { kind = kind_of(e); }));
    io.poll();
    signal.emit(asio::cancellation_type::total);
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.run();
    CHECK(kind == errc::cancelled);
    db.other.exec("commit");
    ask(db.engine, write("insert into t values (2)"));
    CHECK(db.one("select group_concat(id) from t") == "2");
}

TEST_CASE("reads do not wait for another process's write lock", "[sqlite]") {
    shared_file db(1h);
    db.other.exec("begin immediate; insert into t values (1)");
    CHECK(db.one("select count(*) from t") == "0");
    db.other.exec("commit");
    CHECK(db.one("select count(*) from t") == "1");
}

TEST_CASE("a write of another process between two of ours is no conflict", "[sqlite]") {
    shared_file db(1h);
    for (int i = 0; i < 20; ++i) {
        ask(db.engine, write("insert into t values (null)"));
        db.other.exec("insert into t values (null)");
    }
    CHECK(db.one("select count(*) from t") == "40");
}

TEST_CASE("closing ends a wait for a lock", "[sqlite]") {
    shared_file db(1h);
    db.other.exec("begin immediate");
    asio::io_context io;
    std::vector<std::optional<errc>> kinds;
    for (const auto& q : every_way_to_write(db))
        asio::co_spawn(io, send(db.engine, q.job), [&kinds](std::exception_ptr e) {
            kinds.push_back(e ? std::optional(kind_of(e)) : std::nullopt);
        });
    io.poll();
    close(db.engine);
    io.run();
    CHECK(kinds == std::vector<std::optional<errc>>(3, errc::busy));
    db.other.exec("commit");
    CHECK(db.other.integer("select count(*) from t") == 0);
}
