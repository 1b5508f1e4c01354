// What fails behind the end of its statement: the implicit COMMIT of a Sync finds a deferred constraint, or contention.
#include "fixture.hpp"
#include "wire.hpp"
#include <hawser/postgres/engine.hpp>

using namespace market;
using hawser::errc;
using hawser::engine::batch_mode;
using support::question;
using wire::described;
using wire::kind_of;
using wire::talk;
namespace pg = support::pg;

namespace {

std::string inserted() {
    return described({}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1");
}
std::string refused_at_sync() {
    const bool constraint = GENERATE(false, true);
    return constraint ? pg::error("23503", "no such parent") : pg::error("40001", "no order");
}
std::string kind_for(const std::string& refusal) {
    return refusal.find("23503") != std::string::npos ? "foreign_key_violation" : "serialization_failure";
}

// Orders of the day are looked at when they are stored; their parents may come behind them.
void make_tables(const support::fresh_database& fresh) {
    fresh.look().exec("create table parents (id bigint primary key);"
                      "create table children (id bigint primary key, parent bigint references parents "
                      "deferrable initially deferred)");
}

} // namespace

TEST_CASE("a statement that its own Sync refuses has failed, and was not done", "[postgres]") {
    talk t;
    const auto q = support::write("insert into t values (1)");
    const auto behind = support::write("delete from u");
    t.ask(q);
    t.ask(behind);
    const std::string refusal = refused_at_sync();
    CHECK(t.hear(inserted()));
    CHECK(!t.has_ended(q));
    CHECK(t.hear(refusal));
    CHECK(!t.has_ended(q));
    CHECK(t.hear(pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == kind_for(refusal));
    CHECK(!support::error_in(q.job->failure).may_have_executed());
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("DELETE 0") + pg::ready()));
    REQUIRE(t.has_ended(behind));
    CHECK(kind_of(behind.job->failure) == "none");
}

TEST_CASE("a batch that its Sync refuses has failed as a whole: no statement of it is named", "[postgres]") {
    talk t;
    question q(batch_mode::atomic);
    q.add("insert into t values (1)").add("insert into u values (2)");
    q.last().when_no_row = hawser::errc::not_found; // another division is no row that is missed
    t.ask(q);
    const std::string refusal = refused_at_sync();
    CHECK(t.hear(inserted() + described({}, {{"count", 20}, {"?column?", 20}}) + pg::bind_complete() +
                 pg::data_row({pg::int8(1), pg::int8(1)}) + pg::command_complete("SELECT 1") + refusal +
                 pg::ready()));
    REQUIRE(t.has_ended(q));
    const auto failure = support::error_in(q.job->failure);
    CHECK(hawser::to_string(failure.kind()) == kind_for(refusal));
    CHECK(!failure.info().statement_index.has_value());
}

TEST_CASE("a division by zero at a Sync is not taken for a row that was missed", "[postgres]") {
    talk t;
    auto q = support::write("delete from t where id = $1", 1);
    q.last().when_no_row = hawser::errc::not_found;
    t.ask(q);
    CHECK(t.hear(described({20}, {{"count", 20}, {"?column?", 20}}) + pg::bind_complete() +
                 pg::data_row({pg::int8(1), pg::int8(1)}) + pg::command_complete("SELECT 1") +
                 pg::error("22012", "division by zero") + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) != "not_found");
    CHECK(kind_of(q.job->failure) != "none");
}

TEST_CASE("of independent statements the Sync of one refuses it alone", "[postgres]") {
    talk t;
    question q(batch_mode::independent);
    q.add("insert into t values (1)").add("insert into u values (2)");
    t.ask(q);
    const std::string refusal = refused_at_sync();
    CHECK(t.hear(inserted() + refusal + pg::ready() + inserted() + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
    CHECK(kind_of(q.job->batch.requests[0].failure) == kind_for(refusal));
    CHECK(kind_of(q.job->batch.requests[1].failure) == "none");
    CHECK(q.job->batch.requests[1].rows_affected == 1);
}

TEST_CASE("a deferred constraint of the server's fails a single statement, and stores nothing of it",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        make_tables(fresh);
        const auto e = co_await error_of(db.execute<"insert into children values (1, 7)">());
        CHECK(e.kind() == errc::foreign_key_violation);
        CHECK_FALSE(e.may_have_executed());
        const auto n = co_await db.query_one<std::int64_t, "select count(*) from children">();
        CHECK(n == 0);
        co_await db.execute<"insert into parents values (7)">();
        co_await db.execute<"insert into children values (1, 7)">();
    });
}

TEST_CASE("a deferred constraint of the server's fails a transaction at its COMMIT", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        make_tables(fresh);
        auto tx = co_await db.begin();
        co_await tx.execute<"insert into children values (1, 7)">();
        const auto e = co_await error_of(tx.commit());
        CHECK(e.kind() == errc::foreign_key_violation);
        CHECK_FALSE(e.may_have_executed());
        auto next = co_await db.begin();
        co_await next.execute<"insert into children values (1, 7)">();
        co_await next.execute<"insert into parents values (7)">();
        co_await next.commit();
        CHECK(fresh.look().integer("select count(*) from children") == 1);
    });
}

TEST_CASE("independent statements on a real server meet their deferred constraints each at its own Sync",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    make_tables(fresh);
    const auto where = fresh.address();
    hawser::postgres::settings s;
    s.endpoints = {{.host = where.host, .port = where.port}};
    s.user = where.user;
    s.database = where.database;
    const auto e = hawser::postgres::open(s);
    question q(batch_mode::independent);
    q.add("insert into children values (1, 7)").add("insert into parents values (7)");
    q.add("insert into children values (2, 7)");
    support::ask(e, q);
    CHECK(kind_of(q.job->batch.requests[0].failure) == "foreign_key_violation");
    CHECK(kind_of(q.job->batch.requests[1].failure) == "none");
    CHECK(kind_of(q.job->batch.requests[2].failure) == "none");
    CHECK(fresh.look().text("select string_agg(id::text, ',') from children") == "2");
    support::close(e);
}

TEST_CASE("a unit that contention undoes at its Sync is done again, and stored once", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        fresh.look().exec(
            "create sequence tries; create function refuse() returns trigger language plpgsql as $$ begin "
            "if nextval('tries') = 1 then raise exception 'no order' using errcode = '40001'; end if; "
            "return null; end $$; create constraint trigger refuse after insert on positions "
            "deferrable initially deferred for each row execute function refuse()");
        hawser::unit_of_work unit{db};
        unit.insert(make_position("ONE"));
        unit.update<position>(col<&position::symbol> == "OTHER", hawser::set<&position::quantity>(1));
        const auto done = co_await unit.commit();
        CHECK(done.attempts == 2);
        CHECK(fresh.look().integer("select count(*) from positions") == 1);
        CHECK(fresh.look().integer("select last_value from tries") == 2);
    });
}
