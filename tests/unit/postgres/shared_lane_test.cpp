// One connection under the hands of many: a transaction that one of them opens is nobody else's.
#include "numbers.hpp"
#include "support/catch.hpp"
#include "wire.hpp"

using hawser::errc;
using hawser::engine::batch_mode;
using support::question;
using namespace wire;

namespace {

question opening() {
    return support::write("call opens_one()");
}
std::string undone() {
    return first_done("ROLLBACK");
}
std::string undone_again() {
    return done("ROLLBACK");
}

} // namespace

TEST_CASE("what has run within opened transactions twice is refused", "[postgres]") {
    talk t;
    const auto first = opening();
    const auto insert = support::write("insert into t values (1)");
    t.ask(first);
    t.ask(insert);
    t.said();
    CHECK(t.hear(first_done("CALL", 'T') + first_done("INSERT 0 1", 'T')));
    // In front of the second try of the insert there is a second culprit.
    const auto second = opening();
    t.ask(second);
    t.said();
    CHECK(t.hear(undone())); // of the first culprit
    REQUIRE(t.has_ended(first));
    CHECK(t.hear(undone_again())); // of the insert: it is sent again, behind the second culprit
    CHECK(t.hear(done("CALL", 'T')));
    t.said();
    CHECK(t.hear(done("INSERT 0 1", 'T')));
    t.said();
    CHECK(t.hear(undone_again() + undone_again()));
    REQUIRE(t.has_ended(insert));
    CHECK(kind_of(insert.job->failure) == "serialization_failure");
}

TEST_CASE("of independent statements only those are sent again that ran within the transaction of another",
          "[postgres]") {
    talk t;
    question q(batch_mode::independent);
    q.add("insert into a values (1)").add("call opens_one()").add("insert into b values (2)");
    t.ask(q);
    t.said();
    CHECK(t.hear(first_done("INSERT 0 1") + first_done("CALL", 'T') + first_done("INSERT 0 1", 'T')));
    CHECK(t.said().find("rollback") != std::string::npos);
    CHECK(t.hear(undone()));
    CHECK(!t.has_ended(q));
    CHECK(pg::hex(t.said()) == pg::hex(pg::bind("", "s3", {}) + pg::execute() + pg::sync()));
    CHECK(t.hear(done("INSERT 0 1")));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
    CHECK(kind_of(q.job->batch.requests[0].failure) == "none");
    CHECK(kind_of(q.job->batch.requests[1].failure) == "permission_denied");
    CHECK(kind_of(q.job->batch.requests[2].failure) == "none");
}

TEST_CASE("what ran within a transaction that a third one has ended is unknown, and not sent again",
          "[postgres]") {
    talk t;
    const auto first = support::script("begin");
    const auto insert = support::write("insert into t values (1)");
    const auto third = support::script("commit");
    t.ask(first);
    t.ask(insert);
    t.ask(third);
    t.said();
    CHECK(t.hear(pg::command_complete("BEGIN") + pg::ready('T') + first_done("INSERT 0 1", 'T') +
                 pg::command_complete("COMMIT") + pg::ready('I')));
    t.said();
    CHECK(t.hear(undone() + undone_again()));
    CHECK(t.said().empty());
    REQUIRE(t.has_ended(insert));
    CHECK(kind_of(insert.job->failure) == "commit_unknown");
    REQUIRE(t.has_ended(first));
    CHECK(kind_of(first.job->failure) == "permission_denied");
    CHECK(support::error_in(first.job->failure).may_have_executed());
    REQUIRE(t.has_ended(third));
    CHECK(kind_of(third.job->failure) == "none");
}

TEST_CASE("what waits behind a bulk insert counts as unanswered", "[postgres]") {
    talk t;
    const numbers rows(2000, 2000);
    const auto bulk = rows.inserted();
    const std::string large(50'000, 'x');
    const auto late = support::write("insert into t values ($1)", large);
    const auto later = support::script("insert into t values ('" + large + "')");
    t.ask(bulk);
    t.said();
    REQUIRE(t->is_fed());
    const std::size_t before = t->unanswered();
    t.ask(late);
    CHECK(t->unanswered() >= before + large.size());
    t.ask(later);
    CHECK(t->unanswered() >= before + 2 * large.size());
    CHECK(t->out().empty());
    const std::size_t sent = t.written;
    t.said_all();
    REQUIRE(!t->is_fed());
    CHECK(t->unanswered() == before + t.written - sent); // each is counted once
    t->lose("gone", 0);
}

TEST_CASE("nothing of another's goes between the parts of a bulk insert, and it goes on afterwards",
          "[postgres]") {
    talk t;
    const known_statement probe("select 1 from t where id = $1", true);
    const auto stale = checked_update(probe);
    const numbers rows(2000, 2000);
    const auto bulk = rows.inserted();
    const auto late = support::write("insert into t values (1)");
    t.ask(stale);
    t.ask(bulk);
    t.ask(late);
    std::string bytes = t.said();
    REQUIRE(t->is_fed());
    CHECK(t.hear(no_row_updated()));
    CHECK(t.said().empty());
    t->feed();
    bytes = t.said_all();
    CHECK(!t->is_fed());
    const auto commit = bytes.find("commit");
    REQUIRE(commit != std::string::npos);
    CHECK(bytes.find("select 1 from t where id") > commit);
    CHECK(bytes.find("insert into t values (1)") > commit);
}
