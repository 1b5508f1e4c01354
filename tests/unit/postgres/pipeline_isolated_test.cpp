// Batches that ask for an isolation: BEGIN to COMMIT in one Sync unit, and a ROLLBACK behind it.
#include "talk.hpp"
#include "support/catch.hpp"
#include "support/postgres_bytes.hpp"
#include <string>

using namespace support;
using hawser::errc;
namespace engine = hawser::engine;

namespace {

question serializable(std::string sql, std::int64_t value) {
    question q = write(std::move(sql), value);
    q.job->modes.isolation = hawser::isolation::serializable;
    return q;
}
std::string prepared(const pg::numbers& parameters = {}) {
    return pg::parse_complete() + pg::parameter_description(parameters) + pg::no_data() + pg::bind_complete();
}
std::string cold(const char* name, const char* sql, const pg::numbers& types = {},
                 const pg::values& values = {}) {
    return pg::parse(name, sql, types) + pg::describe('S', name) + pg::bind("", name, values) + pg::execute();
}

const std::string begun = prepared() + pg::command_complete("BEGIN");
const std::string inserted = prepared({20}) + pg::command_complete("INSERT 0 1");
const std::string committed = prepared() + pg::command_complete("COMMIT") + pg::ready();
const std::string nothing_open = prepared() +
                                 pg::notice("25P01", "there is no transaction in progress", "WARNING") +
                                 pg::command_complete("ROLLBACK") + pg::ready();

} // namespace

TEST_CASE("a batch of an isolation is BEGIN to COMMIT in one unit, and a ROLLBACK in the same write",
          "[postgres]") {
    talk t;
    const auto q = serializable("insert into t values ($1)", 1);
    const auto behind = write("delete from t");
    t.ask(q);
    t.ask(behind);
    CHECK(pg::hex(t.said()) == pg::hex(cold("s1", "begin isolation level serializable") +
                                       cold("s2", "insert into t values ($1)", {20}, {pg::int8(1)}) +
                                       cold("s3", "commit") + pg::sync() + cold("s4", "rollback") +
                                       pg::sync() + cold("s5", "delete from t") + pg::sync()));
    CHECK(t.hear(begun + inserted + committed));
    CHECK(!t.has_ended(q)); // its ROLLBACK is on its way
    CHECK(t.hear(nothing_open));
    REQUIRE(t.has_ended(q));
    CHECK(talk::kind_of(q) == std::string("none"));
    CHECK(q.job->batch.requests[0].rows_affected == 1);
    CHECK(q.job->round_trips == 1);
    CHECK(!t.has_ended(behind));
}

TEST_CASE("a batch of an isolation that fails, or whose COMMIT does, is undone by the ROLLBACK behind it",
          "[postgres]") {
    talk t;
    const bool at_commit = GENERATE(false, true);
    const auto q = serializable("insert into t values ($1)", 1);
    const auto behind = write("delete from t");
    t.ask(q);
    t.ask(behind);
    t.said();
    if (at_commit)
        CHECK(t.hear(begun + inserted + prepared() + pg::error("40001", "no order") + pg::ready('I')));
    else
        CHECK(t.hear(begun + prepared({20}) + pg::error("40001", "no order") + pg::ready('E')));
    CHECK(t.hear(prepared() + pg::command_complete("ROLLBACK") + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(talk::kind_of(q) == std::string("serialization_failure"));
    CHECK(t.said().empty()); // nothing is to be undone
    CHECK(t.hear(prepared() + pg::command_complete("DELETE 0") + pg::ready()));
    REQUIRE(t.has_ended(behind));
    CHECK(talk::kind_of(behind) == std::string("none"));
}

TEST_CASE("the end of a lost batch of an isolation is known where its COMMIT was answered, or never sent",
          "[postgres]") {
    talk t;
    const auto q = serializable("insert into t values ($1)", 1);
    t.ask(q);
    SECTION("nothing was sent") {
        t->lose("it broke", 0);
        REQUIRE(t->ended().unsent.size() == 1);
        CHECK(q.job->queued());
    }
    SECTION("part of the first unit was sent") {
        const std::size_t all = t.said().size();
        const std::size_t rollback = (cold("s4", "rollback") + pg::sync()).size();
        t->lose("it broke", all - rollback - pg::sync().size() - 1);
        REQUIRE(t->ended().unsent.size() == 1);
    }
    SECTION("the first unit was sent, its Sync and the ROLLBACK were not") {
        const std::size_t all = t.said().size();
        const std::size_t rollback = (cold("s4", "rollback") + pg::sync()).size();
        t->lose("it broke", all - rollback - pg::sync().size());
        REQUIRE(t.has_ended(q));
        CHECK(talk::kind_of(q) == std::string("commit_unknown"));
    }
    SECTION("the COMMIT was answered") {
        t.said();
        CHECK(t.hear(begun + inserted + committed));
        t->lose("it broke", t.written);
        REQUIRE(t.has_ended(q));
        CHECK(talk::kind_of(q) == std::string("none"));
    }
    SECTION("the insert was refused") {
        t.said();
        CHECK(t.hear(begun + prepared({20}) + pg::error("23505", "twice") + pg::ready('E')));
        t->lose("it broke", t.written);
        REQUIRE(t.has_ended(q));
        CHECK(talk::kind_of(q) == std::string("unique_violation"));
    }
}

TEST_CASE(
    "a batch of an isolation whose values are of types that the server does not take is sent again, whole",
    "[postgres]") {
    talk t;
    const auto q = serializable("insert into t values ($1)", 1);
    t.ask(q);
    t.said();
    CHECK(t.hear(begun + pg::error("42804", "of another type") + pg::ready('E')));
    CHECK(t.hear(prepared() + pg::command_complete("ROLLBACK") + pg::ready()));
    CHECK(!t.has_ended(q));
    const std::string again = t.said();
    CHECK(again.starts_with(pg::bind("", "s1", {}) + pg::execute()));
    CHECK(again.find(pg::parse("s5", "insert into t values ($1)", {0})) != std::string::npos);
    CHECK(t.hear(pg::bind_complete() + pg::command_complete("BEGIN") + inserted + committed +
                 pg::bind_complete() + pg::command_complete("ROLLBACK") + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(talk::kind_of(q) == std::string("none"));
    CHECK(q.job->round_trips == 2);
}
