#include "support/catch.hpp"
#include "support/test_database.hpp"

using namespace support;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::transaction_outcome;
using hawser::engine::verb;

namespace {

struct with_session : test_database {
    explicit with_session(bool in_memory = false, hawser::sqlite::settings s = {})
        : test_database(std::move(s), in_memory) {
        run("create table t (id integer primary key)");
        seen.forget();
        lease = make("maintenance");
    }
    [[nodiscard]] std::shared_ptr<hawser::engine::lease> make(std::string name) const {
        hawser::engine::lease_terms terms;
        terms.holder = std::move(name);
        terms.site = "desk.cpp:7";
        terms.session = true;
        return engine->make_lease(std::move(terms));
    }
    [[nodiscard]] std::shared_ptr<hawser::engine::lease> within(bool read_only = false) const {
        hawser::engine::lease_terms terms;
        terms.holder = "inner";
        terms.read_only = read_only;
        terms.within = lease;
        return engine->make_lease(std::move(terms));
    }
    void start() const { ask(engine, on_lease(lease, verb::connect)); }
    void on(const std::string& sql) const { ask(engine, on_lease(lease, write(sql))); }
    [[nodiscard]] std::string asked(const std::string& sql) const {
        return answer(engine, on_lease(lease, read(sql)));
    }
    void end() const { ask(engine, on_lease(lease, verb::hand_back)); }
    [[nodiscard]] std::string count() const { return one("select count(*) from t"); }

    std::shared_ptr<hawser::engine::lease> lease;
};

} // namespace

TEST_CASE("each statement of a session is its own transaction", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    db.on("insert into t (id) values (1)");
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, write("insert into t (id) values (2), (1)")))) ==
          errc::unique_violation);
    db.end();
    CHECK(db.count() == "1");
    const auto e = error_of(db.engine, on_lease(db.lease, write("insert into t (id) values (3)")));
    CHECK(e.id() == "DB_TXN_001");
    CHECK_THAT(e.what(), contains_text("session 'maintenance' has been given back"));
}

TEST_CASE("several statements of one batch on a session are stored together or not at all", "[sqlite]") {
    const with_session db;
    db.start();
    auto good = write("insert into t (id) values (1)");
    good.add("insert into t (id) values (2)");
    ask(db.engine, on_lease(db.lease, good));
    auto bad = write("insert into t (id) values (3)");
    bad.add("insert into t (id) values (1)");
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, bad))) == errc::unique_violation);
    CHECK(db.asked("select group_concat(id) from t") == "1,2");
}

TEST_CASE("a session may change settings and make temporary tables, and nobody sees them after it",
          "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    const with_session db(in_memory);
    db.start();
    db.on("pragma foreign_keys=0");
    db.on("pragma cache_spill=1");
    db.on("pragma foreign_keys=1");
    db.on("pragma foreign_keys=0"); // the same text again acts again
    db.on("pragma recursive_triggers=1");
    CHECK(db.asked("pragma foreign_keys") == "0");
    db.on("create temporary table scratch (x)");
    db.on("create temporary view seen as select * from scratch");
    db.on("insert into scratch values (1)");
    CHECK(db.asked("select count(*) from seen") == "1");
    SECTION("handed back") {
        db.end();
    }
    SECTION("dropped") {
        db.lease->release();
    }
    const auto next = db.make("next");
    ask(db.engine, on_lease(next, verb::connect));
    CHECK(answer(db.engine, on_lease(next, read("pragma foreign_keys"))) == "1");
    CHECK(answer(db.engine, on_lease(next, read("pragma cache_spill"))) == "0");
    CHECK(answer(db.engine, on_lease(next, read("pragma recursive_triggers"))) == "0");
    CHECK(answer(db.engine, on_lease(next, read("select count(*) from sqlite_temp_schema"))) == "0");
    next->release();
    CHECK(kind_of(failure_of(db.engine, write("insert into scratch values (1)"))) == errc::undefined_object);
    CHECK(db.seen.seen().warnings.empty());
}

TEST_CASE("what a session may do is refused to others after it", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    db.on("begin");
    db.on("commit");
    db.on("vacuum");
    db.on("attach ':memory:' as other");
    db.end();
    const auto* const text = GENERATE("begin", "attach ':memory:' as other", "pragma foreign_keys=0");
    CHECK(kind_of(failure_of(db.engine, write(text))) == errc::permission_denied);
    CHECK(db.count() == "0");
}

TEST_CASE("a transaction of a session's own words is kept by its COMMIT only", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    db.on("begin");
    db.on("insert into t (id) values (1)");
    db.on("commit");
    db.on("begin immediate");
    db.on("insert into t (id) values (2)");
    CHECK(db.asked("select count(*) from t") == "2");
    SECTION("handed back") {
        db.end();
    }
    SECTION("dropped") {
        db.lease->release();
    }
    CHECK(db.count() == "1");
}

TEST_CASE("VACUUM through a session makes the file smaller", "[sqlite]") {
    const with_session db;
    db.run(
        "insert into t (id) with recursive c(n) as (select 1 union all select n + 1 from c where n < 20000) "
        "select n from c; delete from t");
    const auto before = std::stoi(db.one("pragma page_count"));
    db.start();
    db.on("vacuum");
    db.end();
    CHECK(std::stoi(db.one("pragma page_count")) < before);
    ask(db.engine, write("insert into t (id) values (1)"));
    CHECK(db.count() == "1");
}

TEST_CASE("a session's script runs statement by statement, and leaves no transaction open when it fails",
          "[sqlite]") {
    const with_session db;
    db.start();
    ask(db.engine, on_lease(db.lease, script("pragma foreign_keys=0; insert into t (id) values (1); vacuum; "
                                             "begin; insert into t (id) values (2); commit")));
    CHECK(db.asked("select count(*) from t") == "2");
    const auto bad = on_lease(
        db.lease, script("insert into t (id) values (3); begin; insert into t (id) values (4); nonsense"));
    CHECK(kind_of(failure_of(db.engine, bad)) == errc::syntax_error);
    db.on("insert into t (id) values (5)");
    db.end();
    CHECK(db.one("select group_concat(id) from (select id from t order by id)") == "1,2,3,5");
}

TEST_CASE("transactions within a session end without ending it", "[sqlite]") {
    with_session db(GENERATE(false, true));
    db.start();
    const auto first = db.within();
    ask(db.engine, support::begin(first));
    ask(db.engine, on_lease(first, write("insert into t (id) values (1)")));
    CHECK(error_of(db.engine, support::begin(db.within())).kind() == errc::misuse);
    ask(db.engine, on_lease(first, verb::commit));
    CHECK(error_of(db.engine, on_lease(first, write("insert into t (id) values (9)"))).id() == "DB_TXN_001");
    CHECK(error_of(db.engine, on_lease(first, verb::commit)).id() == "DB_TXN_001");

    auto second = db.within();
    ask(db.engine, support::begin(second));
    ask(db.engine, on_lease(second, write("insert into t (id) values (2)")));
    SECTION("rolled back") {
        ask(db.engine, on_lease(second, verb::rollback));
    }
    SECTION("dropped") {
        second.reset();
    }
    SECTION("given back") {
        second->release();
        second->release();
    }
    db.on("insert into t (id) values (3)");
    CHECK(db.asked("select group_concat(id) from (select id from t order by id)") == "1,3");
    using ended = std::vector<std::pair<std::string, transaction_outcome>>;
    CHECK(db.seen.seen().transactions ==
          ended{{"inner", transaction_outcome::committed}, {"inner", transaction_outcome::rolled_back}});
}

TEST_CASE("nothing of a session's transaction runs outside of it", "[sqlite]") {
    const with_session db;
    db.start();
    const auto inner = db.within();
    CHECK(kind_of(failure_of(db.engine, on_lease(inner, write("insert into t (id) values (1)")))) ==
          errc::misuse);
    ask(db.engine, support::begin(inner));
    ask(db.engine, on_lease(inner, write("insert into t (id) values (1)")));
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, write("rollback")))) == errc::permission_denied);
    CHECK(
        kind_of(failure_of(db.engine, on_lease(inner, write("insert or rollback into t (id) values (1)")))) ==
        errc::unique_violation);
    CHECK(error_of(db.engine, on_lease(inner, write("insert into t (id) values (2)"))).id() == "DB_TXN_001");
    CHECK(db.asked("select count(*) from t") == "0");
}

TEST_CASE("a read-only transaction refuses to write, in memory and within a session too", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    with_session db(in_memory);
    std::shared_ptr<hawser::engine::lease> tx;
    SECTION("of its own") {
        tx = db.engine->make_lease("report", true);
    }
    SECTION("within a session") {
        db.start();
        tx = db.within(true);
    }
    ask(db.engine, support::begin(tx, true));
    CHECK(answer(db.engine, on_lease(tx, read("select count(*) from t"))) == "0");
    CHECK(kind_of(failure_of(db.engine, on_lease(tx, write("insert into t (id) values (1)")))) ==
          errc::read_only);
    ask(db.engine, on_lease(tx, verb::commit));
    db.lease->release();
    ask(db.engine, write("insert into t (id) values (2)"));
    CHECK(db.one("select group_concat(id) from t") == "2");
}

TEST_CASE("a session is bounded in time as a transaction is, and those who wait learn its name and place",
          "[sqlite]") {
    hawser::sqlite::settings s;
    s.hold_idle = 50ms;
    const with_session db(GENERATE(false, true), s);
    db.start();
    auto waits = write("insert into t (id) values (1)");
    waits.until(hawser::after(5ms));
    const auto e = error_of(db.engine, waits);
    CHECK(e.kind() == errc::busy);
    CHECK_THAT(e.what(), contains_text("session 'maintenance' (desk.cpp:7)"));
    ask(db.engine, write("insert into t (id) values (2)"));
    const auto late = error_of(db.engine, on_lease(db.lease, write("insert into t (id) values (3)")));
    CHECK(late.kind() == errc::statement_timeout);
    CHECK_THAT(late.what(), contains_text("session 'maintenance'"));
}

TEST_CASE("work that comes with BEGIN and COMMIT is part of the transaction, or ends it", "[sqlite]") {
    with_session db;
    const auto tx = db.engine->make_lease("unit", false);
    auto first = support::begin(tx);
    first.add("insert into t (id) values (1)");
    ask(db.engine, first);
    auto last = on_lease(tx, verb::commit);
    last.add("insert into t (id) values (2)");
    SECTION("both hold") {
        ask(db.engine, last);
        CHECK(db.count() == "2");
    }
    SECTION("the last fails") {
        last.add("insert into t (id) values (1)");
        CHECK(kind_of(failure_of(db.engine, last)) == errc::unique_violation);
        CHECK(db.count() == "0");
        CHECK(db.seen.seen().transactions.at(0).second == transaction_outcome::rolled_back);
    }
    SECTION("the first fails") {
        ask(db.engine, on_lease(tx, verb::rollback));
        const auto again = db.engine->make_lease("unit", false);
        auto bad = support::begin(again);
        bad.add("insert into t (id) values (1)").add("insert into t (id) values (1)");
        CHECK(kind_of(failure_of(db.engine, bad)) == errc::unique_violation);
        CHECK(error_of(db.engine, on_lease(again, verb::commit)).id() == "DB_TXN_001");
        CHECK(db.count() == "0");
    }
}

namespace {

constexpr hawser::statement literal(std::string_view text) {
    return hawser::statement({.name = "literal",
                              .sqlite = text,
                              .postgres = text,
                              .parameters = 0,
                              .read_only = false,
                              .lasting = true,
                              .table = nullptr});
}
constexpr hawser::statement literal_begin = literal("begin"), literal_commit = literal("commit"),
                            literal_pragma = literal("/* off */ pragma foreign_keys=0"),
                            literal_insert = literal("insert into t (id) values (7)");

question with(const hawser::statement& what) {
    question q(hawser::engine::batch_mode::atomic);
    q.job->batch.requests.emplace_back().what = &what;
    return q;
}

} // namespace

TEST_CASE("a literal that a session has used before ends no transaction within it", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    ask(db.engine, on_lease(db.lease, with(literal_begin)));
    ask(db.engine, on_lease(db.lease, with(literal_commit)));
    const auto inner = db.within();
    ask(db.engine, support::begin(inner));
    ask(db.engine, on_lease(inner, with(literal_insert)));
    CHECK(error_of(db.engine, on_lease(db.lease, with(literal_commit))).kind() == errc::permission_denied);
    CHECK(error_of(db.engine, on_lease(inner, with(literal_commit))).kind() == errc::permission_denied);
    ask(db.engine, on_lease(inner, verb::rollback));
    CHECK(db.asked("select count(*) from t") == "0");
}

TEST_CASE("a literal that sets something sets it again, whatever it begins with", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    for (int i = 0; i < 2; ++i) {
        db.on("pragma foreign_keys=1");
        ask(db.engine, on_lease(db.lease, with(literal_pragma)));
        CHECK(db.asked("pragma foreign_keys") == "0");
    }
}

TEST_CASE("a temporary table goes with the session that has set query_only", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    db.on("create temporary table t (id integer primary key)");
    db.on("pragma query_only=1");
    db.end();
    ask(db.engine, write("insert into t (id) values (1)"));
    CHECK(db.one("select count(*) from main.t") == "1");
}

TEST_CASE("a temporary virtual table is a session's to make", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    const std::string made = "create virtual table temp.t using fts5(id)";
    CHECK(kind_of(failure_of(db.engine, write(made))) == errc::permission_denied);
    CHECK(kind_of(failure_of(db.engine, script(made))) == errc::permission_denied);
    ask(db.engine, write("create virtual table words using fts5(word)"));
    ask(db.engine, write("drop table words"));
    db.start();
    db.on(made);
    db.end();
    ask(db.engine, write("insert into t (id) values (1)"));
    CHECK(db.one("select count(*) from main.t") == "1");
}

TEST_CASE("no session sets what holds for the whole process", "[sqlite]") {
    const with_session db(GENERATE(false, true));
    db.start();
    const auto* const text = GENERATE("pragma hard_heap_limit=500000000", "pragma SOFT_HEAP_LIMIT=500000000",
                                      "pragma temp_store_directory='/tmp'");
    CHECK(kind_of(failure_of(db.engine, on_lease(db.lease, write(text)))) == errc::permission_denied);
    CHECK(db.asked("pragma hard_heap_limit") == "0");
}
