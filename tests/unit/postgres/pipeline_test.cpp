#include "support/catch.hpp"
#include "wire.hpp"
#include <optional>

using hawser::errc;
using hawser::engine::batch_mode;
using support::question;
using namespace wire;

TEST_CASE("a statement is parsed with its first values, in one round trip, and only bound from then on",
          "[postgres]") {
    talk t;
    const known_statement insert("insert into t values ($1)");
    const auto first = insert.with(7);
    t.ask(first);
    CHECK(pg::hex(t.said()) ==
          pg::hex(pg::parse("s1", "insert into t values ($1)", {int8}) + pg::describe('S', "s1") +
                  pg::bind("", "s1", {pg::int8(7)}) + pg::execute() + pg::sync()));
    CHECK(t.hear(described({int8}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1")));
    CHECK(!t.has_ended(first)); // nothing is stored before ReadyForQuery
    CHECK(t.hear(pg::ready()));
    REQUIRE(t.has_ended(first));
    CHECK(first.job->batch.requests[0].rows_affected == 1);
    const auto second = insert.with(8);
    t.ask(second);
    CHECK(pg::hex(t.said()) == pg::hex(pg::bind("", "s1", {pg::int8(8)}) + pg::execute() + pg::sync()));
}

TEST_CASE("answers are understood however they are cut, with notices between any two messages",
          "[postgres]") {
    const std::size_t piece = GENERATE(0u, 1u, 2u, 7u);
    talk t;
    auto q = support::read("select v from t where v > $1", 1);
    t.ask(q);
    const std::string aside =
        pg::notice("00000", "by the way") + pg::parameter_status("a", "b") + pg::notification(1, "c", "d");
    CHECK(t.hear(aside + pg::parse_complete() + aside + pg::parameter_description({int8}) + aside +
                     pg::row_description({{"v", int8}}) + aside + pg::bind_complete() + aside +
                     number_row(2) + aside + number_row(3) + aside + pg::command_complete("SELECT 2") +
                     aside + pg::ready() + aside,
                 piece));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
    CHECK(q.rows().columns == std::vector<std::string>{"v"});
    CHECK(q.rows().rows == std::vector<std::vector<std::string>>{{"2"}, {"3"}});
}

TEST_CASE("who comes while a statement is being parsed binds it at once, and bears that it fails",
          "[postgres]") {
    talk t;
    const known_statement insert("insert into t values ($1)");
    const auto first = insert.with(1);
    const auto second = insert.with(2);
    t.ask(first);
    t.said();
    t.ask(second);
    CHECK(pg::hex(t.said()) == pg::hex(pg::bind("", "s1", {pg::int8(2)}) + pg::execute() + pg::sync()));
    CHECK(t.hear(pg::error("42P01", "relation \"t\" does not exist") + pg::ready()));
    REQUIRE(t.has_ended(first));
    CHECK(kind_of(first.job->failure) == "undefined_object");
    CHECK(t.hear(pg::error("26000", "prepared statement \"s1\" does not exist") + pg::ready()));
    CHECK(!t.has_ended(second));
    CHECK(pg::hex(t.said()) ==
          pg::hex(pg::parse("s2", "insert into t values ($1)", {int8}) + pg::describe('S', "s2") +
                  pg::bind("", "s2", {pg::int8(2)}) + pg::execute() + pg::sync()));
    CHECK(t.hear(described({int8}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1") +
                 pg::ready()));
    REQUIRE(t.has_ended(second));
    CHECK(kind_of(second.job->failure) == "none");
}

TEST_CASE("a plan that does not fit any more is made anew once; a broken constraint leaves it as it is",
          "[postgres]") {
    talk t;
    const known_statement insert("insert into t values ($1)");
    t.ask(insert.with(1));
    t.said();
    CHECK(t.hear(described({int8}, {}) + pg::bind_complete() + pg::error("23505", "twice") + pg::ready()));
    const auto again = insert.with(2);
    t.ask(again);
    CHECK(pg::hex(t.said()) == pg::hex(pg::bind("", "s1", {pg::int8(2)}) + pg::execute() + pg::sync()));
    const std::string outdated = pg::error({{'S', "ERROR"},
                                            {'V', "ERROR"},
                                            {'C', "0A000"},
                                            {'M', "cached plan must not change result type"},
                                            {'R', "RevalidateCachedQuery"}}) +
                                 pg::ready();
    CHECK(t.hear(pg::bind_complete() + outdated));
    CHECK(!t.has_ended(again));
    const std::string anew = t.said();
    CHECK(anew.starts_with(pg::close('S', "s1"))); // the server still has it
    CHECK(anew.find("insert into t") != std::string::npos);
    CHECK(t.hear(pg::close_complete() + described({int8}, {}) + pg::bind_complete() + outdated));
    REQUIRE(t.has_ended(again));
    CHECK(kind_of(again.job->failure) != "none");
}

TEST_CASE("an atomic batch is one Sync: what fails names its statement, and the rest is passed over",
          "[postgres]") {
    talk t;
    question q(batch_mode::atomic);
    q.add("insert into t values ($1)").value(1).add("insert into u values ($1)").value(2);
    q.add("insert into v values ($1)").value(3);
    const auto behind = support::write("delete from t");
    t.ask(q);
    t.ask(behind);
    const std::string bytes = t.said();
    CHECK(t->in_flight() == 2);
    CHECK(t.hear(described({int8}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1") +
                 described({int8}, {}) + pg::bind_complete() + pg::error("23505", "twice") + pg::ready()));
    REQUIRE(t.has_ended(q));
    const auto failure = support::error_in(q.job->failure);
    CHECK(failure.kind() == errc::unique_violation);
    CHECK(failure.info().statement_index == 1);
    CHECK(!t.has_ended(behind));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("DELETE 5") + pg::ready()));
    REQUIRE(t.has_ended(behind));
    CHECK(behind.job->batch.requests[0].rows_affected == 5);
}

TEST_CASE("independent statements have a Sync each, and fail alone", "[postgres]") {
    talk t;
    question q(batch_mode::independent);
    q.add("insert into t values ($1)").value(1).add("insert into u values ($1)").value(2);
    t.ask(q);
    CHECK(t.hear(pg::error("42P01", "no t") + pg::ready() + described({int8}, {}) + pg::bind_complete() +
                 pg::command_complete("INSERT 0 1") + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
    CHECK(kind_of(q.job->batch.requests[0].failure) == "undefined_object");
    CHECK(kind_of(q.job->batch.requests[1].failure) == "none");
    CHECK(q.job->batch.requests[1].rows_affected == 1);
}

TEST_CASE("what must affect a row fails on the server where it does not", "[postgres]") {
    talk t;
    auto q = support::write("delete from t where id = $1", 1);
    q.last().when_no_row = errc::not_found;
    t.ask(q);
    CHECK(t.said().find(
              "with affected as (delete from t where id = $1 returning 1) select count(*), 1/count(*) "
              "from affected") != std::string::npos);
    CHECK(t.hear(described({int8}, {{"count", int8}, {"?column?", int8}}) + pg::bind_complete() +
                 pg::error("22012", "division by zero") + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "not_found");
}

TEST_CASE("values whose types the server does not take are sent again as text, for it to say", "[postgres]") {
    talk t;
    auto q = support::write("insert into moods values ($1)", "happy");
    t.ask(q);
    CHECK(t.said().find(pg::parse("s1", "insert into moods values ($1)", {text})) == 0);
    CHECK(t.hear(pg::error("42804", "column is of type mood but expression is of type text") + pg::ready()));
    CHECK(!t.has_ended(q));
    CHECK(pg::hex(t.said()) ==
          pg::hex(pg::parse("s2", "insert into moods values ($1)", {0}) + pg::describe('S', "s2") +
                  pg::bind("", "s2", {"happy"}, {0}) + pg::execute() + pg::sync()));
}

TEST_CASE("a message that cannot come ends the connection, and its callers hear of it", "[postgres]") {
    const std::string wrong = GENERATE(pg::ready(), pg::bind_complete(), pg::data_row({"x"}),
                                       pg::message('~'), pg::message('t', "\xff\xff"));
    talk t;
    auto q = support::read("select 1");
    t.ask(q);
    t.said();
    CHECK(!t.hear(wrong));
    t->lose(t->why(), t.written);
    CHECK(t->in_flight() == 0);
    const auto& ended = t->ended();
    CHECK(ended.answered.size() + ended.unsent.size() == 1);
}

TEST_CASE("of what was lost with a connection reads go elsewhere once, and writes are unknown unless unsent",
          "[postgres]") {
    talk t;
    const auto write = support::write("insert into t values (1)");
    const auto read = support::read("select 1");
    t.ask(write);
    t.ask(read);
    t.said();
    const auto unsent = support::write("insert into t values (2)");
    t.ask(unsent);
    t->lose("it broke", t.written);
    auto& ended = t->ended();
    REQUIRE(ended.answered.size() == 1);
    CHECK(ended.answered[0] == write.job);
    const auto failure = support::error_in(write.job->failure);
    CHECK(failure.kind() == errc::commit_unknown);
    CHECK(failure.may_have_executed());
    REQUIRE(ended.unsent.size() == 2);
    CHECK(read.job->queued());
    CHECK(unsent.job->queued());
}

TEST_CASE("the server's last words end the connection, also where nobody asked", "[postgres]") {
    talk t;
    CHECK(!t.hear(pg::error("57P01", "terminating connection due to administrator command", "FATAL")));
    CHECK(t->why().find("administrator command") != std::string::npos);
}

TEST_CASE("a transaction that is opened on the shared lane is undone, and who ran inside it runs again",
          "[postgres]") {
    talk t;
    const auto culprit = support::write("call opens_one()");
    const auto other = support::write("insert into t values (1)");
    t.ask(culprit);
    t.ask(other);
    t.said();
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("CALL") + pg::ready('T')));
    CHECK(t.said().find("rollback") != std::string::npos);
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1") +
                 pg::ready('T')));
    CHECK(!t.has_ended(culprit));
    CHECK(!t.has_ended(other));
    CHECK(
        t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("ROLLBACK") + pg::ready('I')));
    REQUIRE(t.has_ended(culprit));
    CHECK(kind_of(culprit.job->failure) == "permission_denied");
}

TEST_CASE("beyond its capacity the cache closes the statement that was used least recently", "[postgres]") {
    talk t(2);
    const known_statement a("select a from t where x = $1", true), b("select b from t where x = $1", true),
        c("select c from t where x = $1", true);
    const std::string answer = described({int8}, {{"v", int8}}) + pg::bind_complete() +
                               pg::command_complete("SELECT 0") + pg::ready();
    t.ask(a.with(1));
    t.ask(b.with(1));
    CHECK(t.hear(answer + answer));
    t.ask(a.with(1));
    CHECK(t.hear(pg::bind_complete() + pg::command_complete("SELECT 0") + pg::ready()));
    t.said();
    t.ask(c.with(1));
    CHECK(
        t.said().starts_with(pg::close('S', "s2") + pg::parse("s3", "select c from t where x = $1", {int8})));
    CHECK(t.hear(pg::close_complete() + answer));
    CHECK(t->in_flight() == 0);
}
