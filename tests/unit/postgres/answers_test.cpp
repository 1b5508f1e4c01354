// What a caller is told of rows, of second tries, and of the end of a transaction.
#include "support/catch.hpp"
#include "wire.hpp"

using hawser::errc;
using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace wire;

namespace {

constexpr std::uint32_t strange = 3614; // tsvector: its binary form is not known

question control(verb what) {
    question q(batch_mode::atomic);
    q.job->what = what;
    return q;
}

void open_transaction(talk& t) {
    t->lend(true);
    const auto begin = control(verb::begin);
    t.ask(begin);
    t.said();
    REQUIRE(t.hear(first_done("BEGIN", 'T')));
}

} // namespace

TEST_CASE("whoever cannot take the rows of a write is told that it may have been done", "[postgres]") {
    const bool writes = GENERATE(false, true);
    talk t;
    question q(writes ? batch_mode::atomic : batch_mode::read);
    q.add(writes ? "insert into t values (1) returning v" : "select v from t").rows_wanted();
    q.rows().fails = errc::type_mismatch;
    t.ask(q);
    const std::string said = t.said();
    const bool as_text = said.find(pg::bind("", "s1", {}, {1}, {0})) != std::string::npos;
    CHECK(as_text == writes); // it is not asked twice
    CHECK(t.hear(described({}, {{"v", int8}}) + pg::bind_complete() +
                 (as_text ? pg::data_row({"1"}) : number_row(1)) + pg::command_complete("INSERT 0 1") +
                 pg::ready()));
    REQUIRE(t.has_ended(q));
    const auto failure = support::error_in(q.job->failure);
    CHECK(failure.kind() == errc::type_mismatch);
    CHECK(failure.may_have_executed() == writes);
}

TEST_CASE("a write whose rows nobody could take, and that fails on the server, was not done", "[postgres]") {
    talk t;
    question q(batch_mode::atomic);
    q.add("insert into t values (1) returning v").rows_wanted();
    q.rows().fails = errc::type_mismatch;
    q.add("insert into u values (1)");
    t.ask(q);
    t.said();
    CHECK(t.hear(described({}, {{"v", int8}}) + pg::bind_complete() + pg::data_row({"1"}) +
                 pg::command_complete("INSERT 0 1") + described({}, {}) + pg::bind_complete() +
                 pg::error("23505", "twice") + pg::ready()));
    REQUIRE(t.has_ended(q));
    const auto failure = support::error_in(q.job->failure);
    CHECK(failure.kind() == errc::unique_violation);
    CHECK(!failure.may_have_executed());
}

TEST_CASE("independent statements of one text are each told what is wrong with it", "[postgres]") {
    talk t;
    question q(batch_mode::independent);
    q.add("insert into nowhere values ($1)").value(1).add("insert into nowhere values ($1)").value(2);
    t.ask(q);
    t.said();
    const std::string no_table = pg::error("42P01", "relation \"nowhere\" does not exist") + pg::ready();
    CHECK(t.hear(no_table));
    CHECK(t.hear(pg::error("26000", "prepared statement \"s1\" does not exist") + pg::ready()));
    CHECK(!t.has_ended(q));
    CHECK(pg::hex(t.said()) ==
          pg::hex(pg::parse("s2", "insert into nowhere values ($1)", {int8}) + pg::describe('S', "s2") +
                  pg::bind("", "s2", {pg::int8(2)}) + pg::execute() + pg::sync()));
    CHECK(t.hear(no_table));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->batch.requests[0].failure) == "undefined_object");
    CHECK(support::error_in(q.job->batch.requests[0].failure).info().sqlstate == "42P01");
    CHECK(support::error_in(q.job->batch.requests[1].failure).info().sqlstate == "42P01");
}

TEST_CASE(
    "rows of a type without a binary form are asked for again as text, by whoever comes first or second",
    "[postgres]") {
    talk t;
    const bool in_transaction = GENERATE(false, true);
    if (in_transaction) open_transaction(t);
    const char status = in_transaction ? 'T' : 'I';
    const auto first = support::read("select v from t");
    const auto second = support::read("select v from t");
    t.ask(first, in_transaction);
    t.ask(second, in_transaction);
    t.said();
    const std::string binary = pg::data_row({"x"}) + pg::command_complete("SELECT 1") + pg::ready(status);
    CHECK(t.hear(described({}, {{"v", strange}}) + pg::bind_complete() + binary));
    CHECK(t.hear(pg::bind_complete() + binary));
    CHECK(!t.has_ended(first));
    CHECK(!t.has_ended(second));
    const std::string again = t.said();
    const std::string as_text =
        pg::bind_complete() + pg::data_row({"$.a"}) + pg::command_complete("SELECT 1") + pg::ready(status);
    CHECK(t.hear(as_text + as_text));
    for (const question* q : {&first, &second}) {
        REQUIRE(t.has_ended(*q));
        CHECK(kind_of(q->job->failure) == "none");
        CHECK(q->rows().rows == std::vector<std::vector<std::string>>{{"$.a"}});
    }
}

TEST_CASE("a batch that writes is not sent twice for a column without a binary form", "[postgres]") {
    talk t;
    question q(batch_mode::atomic);
    q.add("insert into t values (1)");
    const known_statement read("select v from t where id = $1", true);
    auto& r = q.job->batch.requests.emplace_back();
    r.what = &read.what;
    r.first_parameter = 0;
    q.value(1).rows_wanted();
    t.ask(q);
    t.said();
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1") +
                 described({int8}, {{"v", strange}}) + pg::bind_complete() + pg::data_row({"x"}) +
                 pg::command_complete("SELECT 1") + pg::ready()));
    CHECK(t.said().empty());
    REQUIRE(t.has_ended(q));
    const auto failure = support::error_in(q.job->failure);
    CHECK(failure.kind() == errc::unsupported);
    CHECK(failure.may_have_executed());
}

TEST_CASE("COMMIT of a transaction that has failed is no success", "[postgres]") {
    talk t;
    open_transaction(t);
    const auto commit = control(verb::commit);
    t.ask(commit, true);
    t.said();
    CHECK(t.hear(first_done("ROLLBACK")));
    REQUIRE(t.has_ended(commit));
    REQUIRE(kind_of(commit.job->failure) == "serialization_failure");
}

TEST_CASE("COMMIT that was asked for behind a statement that fails is a ROLLBACK, and no success for anyone "
          "behind it",
          "[postgres]") {
    talk t;
    open_transaction(t);
    const auto first = support::write("insert into t values (1)");
    const auto again = support::write("insert into t values (1)");
    const auto behind = support::write("insert into t values (2)");
    const auto commit = control(verb::commit);
    for (const question* q : {&first, &again, &behind, &commit}) t.ask(*q, true);
    const auto cold = [](const std::string& name, const std::string& sql) {
        return pg::parse(name, sql, {}) + pg::describe('S', name);
    };
    const auto run = [](const std::string& name) {
        return pg::bind("", name, {}, {1}, {1}) + pg::execute() + pg::sync();
    };
    CHECK(pg::hex(t.said()) ==
          pg::hex(cold("s2", "insert into t values (1)") + run("s2") + run("s2") +
                  cold("s3", "insert into t values (2)") + run("s3") + cold("s4", "commit") + run("s4")));
    CHECK(t.hear(first_done("INSERT 0 1", 'T') + pg::bind_complete() + pg::error("23505", "twice") +
                 pg::ready('E') + pg::error("25P02", "current transaction is aborted") + pg::ready('E')));
    CHECK_FALSE(t.has_ended(commit));
    CHECK(t.hear(first_done("ROLLBACK")));
    CHECK(t.said().empty());
    CHECK(t->status() == 'I');
    for (const question* q : {&first, &again, &behind, &commit}) REQUIRE(t.has_ended(*q));
    CHECK(kind_of(first.job->failure) == "none");
    REQUIRE(kind_of(again.job->failure) == "unique_violation");
    CHECK(support::error_in(behind.job->failure).info().sqlstate == "25P02");
    REQUIRE(kind_of(commit.job->failure) == "unique_violation");
    for (const question* q : {&again, &behind, &commit})
        CHECK(!support::error_in(q->job->failure).may_have_executed());
}

TEST_CASE(
    "COMMIT whose own statements fail is not run but rolled back, and who asked is told of the statement",
    "[postgres]") {
    talk t;
    open_transaction(t);
    auto commit = control(verb::commit);
    commit.add("insert into t values (1)");
    commit.add("insert into t values (1)");
    t.ask(commit, true);
    const auto cold = [](const std::string& name, const std::string& sql) {
        return pg::parse(name, sql, {}) + pg::describe('S', name);
    };
    const auto run = [](const std::string& name) { return pg::bind("", name, {}, {1}, {1}) + pg::execute(); };
    // One unit: what fails leaves out the rest.
    CHECK(pg::hex(t.said()) == pg::hex(cold("s2", "insert into t values (1)") + run("s2") + run("s2") +
                                       cold("s3", "commit") + run("s3") + pg::sync()));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1") +
                 pg::bind_complete() + pg::error("23505", "twice") + pg::ready('E')));
    CHECK_FALSE(t.has_ended(commit));
    CHECK(pg::hex(t.said()) == pg::hex(cold("s4", "rollback") + run("s4") + pg::sync()));
    CHECK(t.hear(first_done("ROLLBACK")));
    REQUIRE(t.has_ended(commit));
    const auto failure = support::error_in(commit.job->failure);
    CHECK(failure.kind() == errc::unique_violation);
    CHECK(!failure.may_have_executed());
    CHECK(t.said().empty());
    CHECK(t->status() == 'I');
}

TEST_CASE("COMMIT of a transaction that has ended is not sent, and nothing else of it", "[postgres]") {
    talk t;
    open_transaction(t);
    const auto ended = support::script("commit");
    t.ask(ended, true);
    t.said();
    CHECK(t.hear(pg::command_complete("COMMIT") + pg::ready()));
    const auto late = support::write("insert into t values (1)");
    auto commit = control(verb::commit);
    commit.add("insert into t values (2)");
    for (const question* q : {&late, static_cast<const question*>(&commit)}) {
        t.ask(*q, true);
        CHECK(t.said().empty());
        REQUIRE(t.has_ended(*q));
        const auto failure = support::error_in(q->job->failure);
        CHECK(failure.kind() == errc::misuse);
        CHECK(failure.id() == "DB_TXN_001");
        CHECK(!failure.may_have_executed());
    }
}

TEST_CASE("COMMIT that came too late for its transaction is a failure, whatever the server says",
          "[postgres]") {
    talk t;
    open_transaction(t);
    const auto ended = support::script("rollback");
    const auto insert = support::write("insert into t values (1)");
    const auto commit = control(verb::commit);
    t.ask(ended, true);
    t.ask(insert, true);
    t.ask(commit, true);
    t.said();
    CHECK(t.hear(pg::command_complete("ROLLBACK") + pg::ready() + first_done("INSERT 0 1") +
                 pg::parse_complete() + pg::parameter_description({}) + pg::no_data() + pg::bind_complete() +
                 pg::notice("25P01", "there is no transaction in progress", "WARNING") +
                 pg::command_complete("COMMIT") + pg::ready()));
    for (const question* q : {&insert, &commit}) {
        REQUIRE(t.has_ended(*q));
        const auto failure = support::error_in(q->job->failure);
        CHECK(failure.kind() == errc::misuse);
        CHECK(failure.may_have_executed());
    }
}
