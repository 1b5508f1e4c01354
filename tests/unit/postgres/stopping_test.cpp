// What a pipeline sends, and what it keeps back, while the server is asked to stop something.
#include "numbers.hpp"
#include "postgres/control.hpp"
#include "support/catch.hpp"
#include "wire.hpp"

using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace wire;

namespace {

// A lease with a statement that the server works on.
struct slow_lease {
    slow_lease() {
        t->lend(true);
        t.ask(slow);
        t.said();
    }
    void let_go(const question& q) {
        REQUIRE(q.job->abandon());
        t->stop(*q.job);
        t->feed();
    }
    [[nodiscard]] bool hear_cancelled(char status = 'I') {
        const bool well =
            t.hear(described({}, {}) + pg::bind_complete() +
                   pg::error("57014", "canceling statement due to user request") + pg::ready(status));
        t->feed();
        return well;
    }

    talk t;
    const question slow = support::write("call slow()");
    const question next = support::write("insert into t values (1)");
};

bool holds(const std::string& bytes, std::string_view part) {
    return bytes.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("what comes while a statement is to be stopped is sent behind its ReadyForQuery", "[postgres]") {
    slow_lease l;
    CHECK(!l.t->is_stopping());
    l.let_go(l.slow);
    CHECK(l.t->is_stopping());
    l.t.ask(l.next);
    CHECK(l.t.said().empty());
    CHECK(l.next.job->queued());
    CHECK(l.hear_cancelled());
    CHECK(!l.t->is_stopping());
    CHECK(holds(l.t.said(), "insert into t"));
}

TEST_CASE("while a CancelRequest is on its way nothing follows an answer", "[postgres]") {
    slow_lease l;
    l.let_go(l.slow);
    l.t->beware(true);
    l.t.ask(l.next);
    CHECK(l.hear_cancelled());
    CHECK(l.t.said().empty());
    l.t->beware(false);
    l.t->feed();
    CHECK(holds(l.t.said(), "insert into t"));
}

TEST_CASE("a statement is to be hit only once all of it has left", "[postgres]") {
    slow_lease l;
    CHECK(!l.t->can_be_hit(l.t.written));
    l.let_go(l.slow);
    CHECK(!l.t->can_be_hit(l.t.written - 6)); // a part of its Execute; a Sync is 5 bytes
    CHECK(l.t->can_be_hit(l.t.written));
}

TEST_CASE("a statement with another one behind it is not stopped, unless nobody waits for that either",
          "[postgres]") {
    slow_lease l;
    l.t.ask(l.next);
    CHECK(holds(l.t.said(), "insert into t"));
    l.let_go(l.slow);
    CHECK(!l.t->is_stopping());
    const auto third = support::write("insert into u values (1)");
    l.t.ask(third);
    CHECK(holds(l.t.said(), "insert into u"));
    l.let_go(l.next);
    CHECK(!l.t->is_stopping());
    l.let_go(third);
    CHECK(l.t->can_be_hit(l.t.written));
}

TEST_CASE("nothing of the shared lane is to be stopped", "[postgres]") {
    talk t;
    const auto slow = support::write("call slow()");
    t.ask(slow);
    t.said();
    REQUIRE(slow.job->abandon());
    t->stop(*slow.job);
    CHECK(!t->is_stopping());
    const auto next = support::write("insert into t values (1)");
    t.ask(next);
    CHECK(holds(t.said(), "insert into t"));
}

TEST_CASE("a statement of a lease whose deadline has passed is to be stopped", "[postgres]") {
    talk t;
    t->lend(true);
    const auto now = hawser::clock::now();
    const auto slow = support::write("call slow()").until(now);
    t.ask(slow);
    t.said();
    CHECK(t->expire(now) == hawser::no_deadline);
    CHECK(slow.job->expired());
    CHECK(t->can_be_hit(t.written));
}

TEST_CASE("a statement whose caller has gone is not sent again", "[postgres]") {
    slow_lease l;
    l.let_go(l.slow);
    CHECK(l.t.hear(pg::error("42804", "another type") + pg::ready()));
    l.t->feed();
    CHECK(l.t.said().empty());
    CHECK(l.t.has_ended(l.slow));
}

TEST_CASE("a bulk insert that is to be stopped ends its unit, and is undone behind it", "[postgres]") {
    talk t;
    t->lend(true);
    const bool own = GENERATE(true, false);
    if (!own) {
        const auto begin = support::write("begin");
        t.ask(begin);
        t.said();
        REQUIRE(t.hear(first_done("BEGIN", 'T')));
    }
    const numbers rows(50000, 2000);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    t.said();
    REQUIRE(t->is_fed());
    REQUIRE(bulk.job->abandon());
    t->stop(*bulk.job);
    t->feed();
    CHECK(!t->is_fed());
    CHECK(t->can_be_hit(t.written));
    t->beware(true);
    const std::string end = t.said();
    CHECK(pg::hex(end) == pg::hex(pg::sync()));
    CHECK(t.hear(first_done("BEGIN").substr(0, first_done("BEGIN").size() - pg::ready().size()) +
                 pg::error("57014", "canceling statement due to user request") + pg::ready('E')));
    t->feed();
    CHECK(t.said().empty());
    t->beware(false);
    t->feed();
    const std::string undo = t.said();
    CHECK(holds(undo, "rollback"));
    CHECK(holds(undo, "rollback to") == !own);
    CHECK(!t->can_be_hit(t.written));
    CHECK(!t.has_ended(bulk));
}

TEST_CASE("the ROLLBACK behind an isolated batch is not to be hit", "[postgres]") {
    talk t;
    t->lend(true);
    auto q = support::write("insert into t values (1)");
    q.job->modes.isolation = hawser::isolation::serializable;
    t.ask(q);
    t.said();
    REQUIRE(q.job->abandon());
    t->stop(*q.job);
    CHECK(t->can_be_hit(t.written));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN")));
    CHECK(t->can_be_hit(t.written));
    CHECK(t.hear(pg::error("57014", "canceling statement due to user request") + pg::ready('E')));
    CHECK(!t->can_be_hit(t.written));
    CHECK(t.hear(first_done("ROLLBACK")));
    CHECK(t.has_ended(q));
}

TEST_CASE(
    "what was let go without being stopped, and what the driver asks itself, is stopped at its deadline",
    "[postgres]") {
    slow_lease l;
    const auto now = hawser::clock::now();
    const question own = support::write("insert into t values (2)");
    l.slow.job->due = now + std::chrono::seconds(1);
    own.job->due = now + std::chrono::seconds(2);
    l.t.ask(own);
    l.t.said();
    REQUIRE(l.slow.job->abandon());
    REQUIRE(own.job->abandon());
    static_cast<void>(l.t->expire(now));
    CHECK(!l.t->is_stopping());
    CHECK(l.t->expire(now + std::chrono::seconds(1)) == own.job->due);
    CHECK(!l.t->is_stopping()); // the second might be hit
    static_cast<void>(l.t->expire(now + std::chrono::seconds(2)));
    CHECK(l.t->is_stopping());
}
