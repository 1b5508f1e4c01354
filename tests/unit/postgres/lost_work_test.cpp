// What becomes of jobs whose connection is lost: told once, truly, and sent again only where nothing was done.
#include "numbers.hpp"
#include "support/catch.hpp"
#include "wire.hpp"

using hawser::errc;
using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace wire;

namespace {

question two_inserts() {
    question q(batch_mode::independent);
    q.add("insert into t values ($1)").value(1).add("insert into u values ($1)").value(2);
    return q;
}

question control(verb what) {
    question q(batch_mode::atomic);
    q.job->what = what;
    return q;
}

bool may_have_executed(const std::exception_ptr& failure) {
    return failure && support::error_in(failure).may_have_executed();
}

// A lease whose transaction is open.
void open_transaction(talk& t) {
    t->lend(true);
    const auto begin = control(verb::begin);
    t.ask(begin);
    t.said();
    REQUIRE(t.hear(first_done("BEGIN", 'T')));
    REQUIRE(t.has_ended(begin));
}

} // namespace

TEST_CASE("independent statements that were answered before the connection was lost keep their answers",
          "[postgres]") {
    talk t;
    const auto q = two_inserts();
    t.ask(q);
    const std::string bytes = t.said();
    CHECK(t.hear(first_done("INSERT 0 1", 'I', {int8})));
    const bool all_left = GENERATE(false, true);
    t->lose("it broke", all_left ? t.written - pg::sync().size() : t.written - pg::sync().size() - 1);
    CHECK(!t.is_unsent(q));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
    CHECK(kind_of(q.job->batch.requests[0].failure) == "none");
    CHECK(kind_of(q.job->batch.requests[1].failure) == (all_left ? "commit_unknown" : "connection_lost"));
    CHECK(may_have_executed(q.job->batch.requests[1].failure) == all_left);
}

TEST_CASE("independent statements of which one has left are not sent again", "[postgres]") {
    talk t;
    const auto q = two_inserts();
    t.ask(q);
    t.said();
    t->lose("it broke", t.written - 1); // all of the first, and not the end of the second
    CHECK(!t.is_unsent(q));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "commit_unknown");
}

TEST_CASE("independent statements of which none has left are sent again as they are", "[postgres]") {
    talk t;
    const auto q = two_inserts();
    t.ask(q);
    t->lose("it broke", 0);
    CHECK(t.is_unsent(q));
}

TEST_CASE("what was lost within a transaction is rolled back; behind its end nobody knows", "[postgres]") {
    talk t;
    open_transaction(t);
    const bool behind = GENERATE(false, true);
    const auto end = control(GENERATE(verb::rollback, verb::commit));
    if (behind) t.ask(end, true);
    const auto insert = support::write("insert into t values (1)");
    t.ask(insert);
    t.said();
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(insert));
    CHECK(kind_of(insert.job->failure) == (behind ? "commit_unknown" : "connection_lost"));
}

TEST_CASE("a transaction may be ended by a text of the caller's own", "[postgres]") {
    talk t;
    open_transaction(t);
    const bool by_script = GENERATE(false, true);
    const auto end = by_script ? support::script("commit") : support::write("commit");
    t.ask(end);
    t.said();
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(end));
    CHECK(kind_of(end.job->failure) == "commit_unknown");
}

TEST_CASE("a setting that ends with its transaction does not end it", "[postgres]") {
    talk t;
    open_transaction(t);
    const auto set = support::write("set local work_mem = '1MB'");
    t.ask(set);
    t.said();
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(set));
    CHECK(kind_of(set.job->failure) == "connection_lost");
}

TEST_CASE("a statement that was refused before the connection was lost is told why", "[postgres]") {
    talk t;
    const auto insert = support::write("insert into t values (1)");
    t.ask(insert);
    t.said();
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::error("23505", "twice")));
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(insert));
    CHECK(kind_of(insert.job->failure) == "unique_violation");
}

TEST_CASE("a bulk insert that was lost before its COMMIT left is rolled back for certain", "[postgres]") {
    talk t;
    const numbers rows(5000, 2000);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    t.said();
    REQUIRE(t->is_fed());
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(bulk));
    CHECK(kind_of(bulk.job->failure) == "connection_lost");
    CHECK(!may_have_executed(bulk.job->failure));
}

TEST_CASE("a bulk insert that was lost behind its COMMIT is unknown", "[postgres]") {
    talk t;
    const numbers rows(1500);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    t.said_all();
    REQUIRE(!t->is_fed());
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(bulk));
    CHECK(kind_of(bulk.job->failure) == "commit_unknown");
}

TEST_CASE("what waits behind a bulk insert of a transaction that is lost runs nowhere else", "[postgres]") {
    talk t;
    open_transaction(t);
    const numbers rows(5000, 2000);
    const auto bulk = rows.inserted();
    t.ask(bulk, true);
    REQUIRE(t->is_fed());
    const auto update = support::write("update t set v = 1");
    const auto commit = control(verb::commit);
    t.ask(update, true);
    t.ask(commit, true);
    t->lose("it broke", t.written);
    for (const question* q : {&update, &commit}) {
        CHECK(!t.is_unsent(*q));
        REQUIRE(t.has_ended(*q));
        CHECK(kind_of(q->job->failure) == "connection_lost");
    }
}

TEST_CASE("what waits behind a bulk insert on the shared lane goes elsewhere", "[postgres]") {
    talk t;
    const numbers rows(5000, 2000);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    const auto update = support::write("update t set v = 1");
    t.ask(update);
    t->lose("it broke", t.written);
    CHECK(t.is_unsent(update));
}

TEST_CASE("a read that calls a function of somebody's own may be a write: it is not sent again",
          "[postgres]") {
    const bool own = GENERATE(false, true);
    talk t;
    const auto q =
        support::read(own ? "select f(v) from t" : "select count(*), lower(s) from t where v in (1)");
    t.ask(q);
    t.said();
    t->lose("it broke", t.written);
    CHECK(t.is_unsent(q) == !own);
    CHECK(t.has_ended(q) == own);
    if (own) CHECK(kind_of(q.job->failure) == "commit_unknown");
}

TEST_CASE("a row whose absence was to be found out when the connection was lost is stale, and that is all",
          "[postgres]") {
    talk t;
    const known_statement probe("select 1 from t where id = $1", true);
    const auto q = checked_update(probe);
    t.ask(q);
    t.said();
    CHECK(t.hear(no_row_updated()));
    CHECK(t.said().find("select 1 from t where id") != std::string::npos);
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(q));
    std::optional<bool> there = true;
    try {
        std::rethrow_exception(q.job->failure);
    } catch (const hawser::stale_object& e) { there = e.row_exists(); }
    CHECK(!there.has_value());
}
