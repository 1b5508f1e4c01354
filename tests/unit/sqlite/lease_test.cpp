#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::transaction_outcome;
using hawser::engine::verb;

namespace {

struct transacting : test_database {
    explicit transacting(hawser::sqlite::settings s = {}) : test_database(std::move(s)) {
        run("create table t (id integer primary key, p integer references t (id) deferrable initially "
            "deferred)");
        seen.forget();
        lease = engine->make_lease("apply_fill at desk.cpp:7", false);
    }
    void start() const { ask(engine, support::begin(lease)); }
    void on(const std::string& sql) const { ask(engine, on_lease(lease, write(sql))); }
    void on(verb what, unsigned level = 0) const { ask(engine, on_lease(lease, what, level)); }
    [[nodiscard]] std::string count() const { return one("select count(*) from t"); }
    // Until the lease's transaction has ended.
    void wait_for_end() {
        seen.wait([](const auto& e) { return !e.transactions.empty(); });
    }

    std::shared_ptr<hawser::engine::lease> lease;
};

} // namespace

TEST_CASE("what a transaction has written is seen by itself, and by others after its COMMIT", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t (id) values (1)");
    CHECK(db.count() == "0");
    CHECK(answer(db.engine, on_lease(db.lease, read("select count(*) from t"))) == "1");
    db.on(verb::commit);
    CHECK(db.count() == "1");
    using ended = std::vector<std::pair<std::string, transaction_outcome>>;
    CHECK(db.seen.seen().transactions == ended{{"apply_fill at desk.cpp:7", transaction_outcome::committed}});
}

TEST_CASE("what is rolled back was never there", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t (id) values (1)");
    db.on(verb::rollback);
    CHECK(db.count() == "0");
    CHECK(db.seen.seen().transactions.at(0).second == transaction_outcome::rolled_back);
}

TEST_CASE("a lease whose last handle is dropped is rolled back, and the writer goes on", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t (id) values (1)");
    SECTION("by its destructor") {
        db.lease.reset();
    }
    SECTION("by release()") {
        db.lease->release();
        db.lease->release();
    }
    ask(db.engine, write("insert into t (id) values (2)"));
    CHECK(db.one("select group_concat(id) from t") == "2");
    CHECK(db.seen.seen().transactions.at(0).second == transaction_outcome::rolled_back);
}

TEST_CASE("savepoints undo what came after them and nothing else", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t (id) values (1)");
    db.on(verb::savepoint, 1);
    db.on("insert into t (id) values (2)");
    db.on(verb::savepoint, 2);
    db.on("insert into t (id) values (3)");
    db.on(verb::rollback_to, 2);
    db.on(verb::release, 2);
    db.on("insert into t (id) values (4)");
    db.on(verb::release, 1);
    db.on(verb::savepoint, 1);
    db.on("insert into t (id) values (5)");
    db.on(verb::rollback_to, 1);
    db.on(verb::commit);
    CHECK(db.one("select group_concat(id) from (select id from t order by id)") == "1,2,4");
}

TEST_CASE("a statement that fails leaves its transaction open", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t (id) values (1)");
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, write("insert into t (id) values (2), (1)")))) ==
          errc::unique_violation);
    db.on(verb::commit);
    CHECK(db.one("select group_concat(id) from t") == "1");
}

TEST_CASE("a statement that ends the transaction ends the lease, and nothing runs outside of one",
          "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t (id) values (1)");
    CHECK(kind_of(failure_of(db.engine,
                             on_lease(db.lease, write("insert or rollback into t (id) values (1)")))) ==
          errc::unique_violation);
    const auto e = error_of(db.engine, on_lease(db.lease, write("insert into t (id) values (2)")));
    CHECK(e.id() == "DB_TXN_001");
    CHECK_THAT(e.what(), support::contains_text("apply_fill"));
    CHECK(error_of(db.engine, on_lease(db.lease, verb::commit)).id() == "DB_TXN_001");
    CHECK(db.count() == "0");
}

TEST_CASE("a COMMIT that a deferred foreign key forbids rolls back", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t values (1, 99)");
    const auto e = error_of(db.engine, on_lease(db.lease, verb::commit));
    CHECK(e.kind() == errc::foreign_key_violation);
    CHECK(db.count() == "0");
    ask(db.engine, write("insert into t (id) values (2)"));
    CHECK(db.count() == "1");
}

TEST_CASE("a deferred foreign key may stay open between the statements of a transaction", "[sqlite]") {
    transacting db;
    db.start();
    db.on("insert into t values (1, 2)");
    db.on("insert into t values (2, null)");
    db.on(verb::commit);
    CHECK(db.count() == "2");
}

TEST_CASE("a transaction that asks nothing for too long is rolled back", "[sqlite]") {
    hawser::sqlite::settings s;
    s.hold_idle = 1ms;
    transacting db(s);
    db.start();
    db.wait_for_end();
    const auto e = error_of(db.engine, on_lease(db.lease, write("insert into t (id) values (1)")));
    CHECK(e.id() == "DB_TXN_001");
    CHECK(e.kind() == errc::statement_timeout);
    CHECK_FALSE(e.retryable());
    CHECK_THAT(e.what(), support::contains_text("nothing was asked of it"));
    CHECK(db.count() == "0");
}

TEST_CASE("a transaction that lasts too long in all is rolled back", "[sqlite]") {
    hawser::sqlite::settings s;
    s.hold_total = 1ms;
    s.hold_idle = 1h;
    transacting db(s);
    db.start();
    db.wait_for_end();
    const auto e = error_of(db.engine, on_lease(db.lease, verb::commit));
    CHECK(e.id() == "DB_TXN_001");
    CHECK_THAT(e.what(), support::contains_text("lasted longer"));
    ask(db.engine, write("insert into t (id) values (2)"));
    CHECK(db.one("select group_concat(id) from t") == "2");
}

TEST_CASE("a statement that outlasts the transaction's time is stopped with it", "[sqlite]") {
    hawser::sqlite::settings s;
    s.hold_total = 50ms;
    transacting db(s);
    db.start();
    const auto endless = write("insert into t (id) with recursive c(n) as (select 1 union all select n + 1 "
                               "from c) select n from c where n < 0");
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, endless))) == errc::statement_timeout);
    CHECK(error_of(db.engine, on_lease(db.lease, verb::commit)).id() == "DB_TXN_001");
    ask(db.engine, write("insert into t (id) values (2)"));
    CHECK(db.one("select group_concat(id) from t") == "2");
}

TEST_CASE("a statement on a lease stops at its deadline", "[sqlite]") {
    transacting db;
    db.start();
    auto endless =
        read("with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c");
    endless.until(hawser::after(20ms));
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, endless))) == errc::statement_timeout);
    db.on("insert into t (id) values (1)"); // a stopped read leaves its transaction open
    db.on(verb::commit);
    CHECK(db.count() == "1");
}

TEST_CASE("a lease is for a transaction that has begun and not ended", "[sqlite]") {
    transacting db;
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, write("insert into t (id) values (1)")))) ==
          errc::misuse);
    db.start();
    CHECK(kind_of(failure_of(db.engine, support::begin(db.lease))) == errc::misuse);
    db.on(verb::commit);
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, write("insert into t (id) values (1)")))) ==
          errc::misuse);
    CHECK(db.count() == "0");
}

TEST_CASE("the verbs of a transaction need a lease", "[sqlite]") {
    const transacting db;
    const auto what = GENERATE(verb::begin, verb::commit, verb::rollback, verb::savepoint, verb::release,
                               verb::rollback_to);
    question q(hawser::engine::batch_mode::atomic);
    q.job->what = what;
    CHECK(kind_of(failure_of(db.engine, q)) == errc::misuse);
}

TEST_CASE("a job that waits for the writer past its deadline is told who holds it", "[sqlite]") {
    transacting db;
    db.start();
    auto waits = write("insert into t (id) values (1)");
    waits.until(hawser::after(20ms));
    const auto e = error_of(db.engine, waits);
    CHECK(e.kind() == errc::busy);
    CHECK(e.id() == "DB_TXN_002");
    CHECK(e.retryable());
    CHECK_THAT(e.what(), support::contains_text("apply_fill at desk.cpp:7"));
    CHECK_THAT(e.what(), support::contains_text("use tx"));
    db.on(verb::commit);
    CHECK(db.count() == "0");
}

TEST_CASE("leases wait for their turn in order", "[sqlite]") {
    transacting db;
    db.start();
    asio::io_context io;
    std::string order;
    std::vector<std::shared_ptr<hawser::engine::lease>> leases;
    for (char name = 'a'; name < 'd'; ++name) {
        leases.push_back(db.engine->make_lease(std::string(1, name), false));
        const auto q = support::begin(leases.back());
        asio::co_spawn(io, send(db.engine, q.job), [&order, name, lease = leases.back()](std::exception_ptr) {
            order += name;
            lease->release();
        });
    }
    io.poll();
    CHECK(order.empty());
    db.on(verb::commit);
    io.run();
    CHECK(order == "abc");
}

TEST_CASE("a read-only transaction sees one snapshot and does not hold the writer", "[sqlite]") {
    transacting db;
    const auto snapshot = db.engine->make_lease("report", true);
    ask(db.engine, support::begin(snapshot, true));
    ask(db.engine, write("insert into t (id) values (1)"));
    CHECK(db.count() == "1");
    CHECK(answer(db.engine, on_lease(snapshot, read("select count(*) from t"))) == "0");
    CHECK(kind_of(failure_of(db.engine, on_lease(snapshot, write("insert into t (id) values (2)")))) ==
          errc::read_only);
    ask(db.engine, on_lease(snapshot, verb::commit));
    CHECK(db.count() == "1");
}

TEST_CASE("a snapshot that is kept too long is let go", "[sqlite]") {
    hawser::sqlite::settings s;
    s.snapshot_age = 1ms;
    transacting db(s);
    const auto snapshot = db.engine->make_lease("report", true);
    ask(db.engine, support::begin(snapshot, true));
    db.wait_for_end();
    CHECK(error_of(db.engine, on_lease(snapshot, read("select 1"))).id() == "DB_TXN_001");
}

TEST_CASE("a script runs inside a transaction", "[sqlite]") {
    transacting db;
    db.start();
    ask(db.engine,
        on_lease(db.lease, script("insert into t (id) values (1); insert into t (id) values (2);")));
    db.on(verb::rollback);
    CHECK(db.count() == "0");
}

TEST_CASE("a lease whose context is destroyed while it begins is given back", "[sqlite]") {
    transacting db;
    db.start();
    {
        asio::io_context io;
        auto lease = db.engine->make_lease("lost", false);
        const auto q = support::begin(lease);
        asio::co_spawn(io, send(db.engine, q.job), asio::detached);
        io.poll();
    }
    db.on(verb::commit);
    ask(db.engine, write("insert into t (id) values (1)"));
    CHECK(db.count() == "1");
}

TEST_CASE("read-only transactions leave one of several readers to the others", "[sqlite]") {
    hawser::sqlite::settings s;
    s.readers = 2;
    transacting db(s);
    const auto first = db.engine->make_lease("first", true);
    const auto second = db.engine->make_lease("second", true);
    ask(db.engine, support::begin(first, true));
    auto late = support::begin(db.engine->make_lease("late", true), true);
    late.until(hawser::after(20ms));
    const auto e = error_of(db.engine, late);
    CHECK_THAT(e.what(), support::contains_text("all readers but one"));
    asio::io_context io;
    bool begun = false;
    const auto waits = support::begin(second, true);
    asio::co_spawn(io, send(db.engine, waits.job), [&](std::exception_ptr failure) { begun = !failure; });
    io.poll();
    CHECK(db.count() == "0"); // by the other reader, twice, so that it has met the one that waits
    CHECK(db.count() == "0");
    io.poll();
    CHECK_FALSE(begun);
    ask(db.engine, on_lease(first, verb::commit));
    io.run();
    CHECK(begun);
    ask(db.engine, on_lease(second, verb::commit));
}
