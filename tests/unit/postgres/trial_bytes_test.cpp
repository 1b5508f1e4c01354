// The bytes of a statement of one's own within a transaction, whose values the server does not take as they are declared.
#include "postgres/control.hpp"
#include "support/catch.hpp"
#include "wire.hpp"
#include <memory>
#include <string>

using namespace wire;
using hawser::postgres::known_types;
using support::write;

namespace {

constexpr std::uint32_t mood = 50'001;
const std::string sql = "update t set m = $1";

// A lease on which a transaction is open.
struct within : talk {
    explicit within(std::shared_ptr<known_types> known = std::make_shared<known_types>())
        : talk(std::move(known)) {
        (*this)->lend(true);
        const question opening = write("begin");
        ask(opening);
        static_cast<void>(said());
        CHECK(hear(first_done("BEGIN", 'T')));
        CHECK(has_ended(opening));
    }
};

std::string control(const std::string& name, const std::string& text) {
    return pg::parse(name, text, {}) + pg::describe('S', name) + pg::bind("", name, {}, {1}, {1}) +
           pg::execute();
}
std::string asked(const std::string& name, const pg::numbers& declared, const pg::formats& how,
                  const pg::formats& results = {1}) {
    return pg::parse(name, sql, declared) + pg::describe('S', name) +
           pg::bind("", name, {"sad"}, how, results) + pg::execute();
}
const std::string marked = described({}, {}) + pg::bind_complete() + pg::command_complete("SAVEPOINT");
const std::string released = described({}, {}) + pg::bind_complete() + pg::command_complete("RELEASE");
std::string updated(const pg::numbers& types) {
    return described(types, {}) + pg::bind_complete() + pg::command_complete("UPDATE 1");
}

} // namespace

TEST_CASE("within a transaction a savepoint goes with the first use of a statement of one's own",
          "[postgres][types]") {
    within t;
    const question first = write(sql, "sad");
    t.ask(first);
    CHECK(pg::hex(t.said()) == pg::hex(control("s3", "savepoint trial") + asked("s2", {text}, {1}) +
                                       control("s4", "release savepoint trial") + pg::sync()));
    CHECK(t.hear(marked + updated({text}) + released + pg::ready('T')));
    REQUIRE(t.has_ended(first));
    CHECK(first.job->round_trips == 1);

    const question second = write(sql, "sad");
    t.ask(second);
    CHECK(pg::hex(t.said()) == pg::hex(pg::bind("", "s2", {"sad"}, {1}, {1}) + pg::execute() + pg::sync()));

    SECTION("and not with one without values") {
        const question none = write("update t set m = null");
        t.ask(none);
        CHECK(t.said().find("savepoint") == std::string::npos);
    }
}

TEST_CASE("what the server has refused goes back to the savepoint and is sent again in one write, left open",
          "[postgres][types]") {
    const auto known = std::make_shared<known_types>();
    within t(known);
    const question first = write(sql, "sad");
    t.ask(first);
    static_cast<void>(t.said());
    const std::string refused =
        pg::error("42804", "column \"m\" is of type mood but expression is of type text");
    CHECK(t.hear(marked + refused + pg::ready('E')));
    CHECK_FALSE(t.has_ended(first));
    CHECK(pg::hex(t.said()) ==
          pg::hex(control("s5", "rollback to savepoint trial") + control("s6", "release savepoint trial") +
                  asked("s7", {0}, {0}) + pg::sync()));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("ROLLBACK") + released +
                 updated({mood}) + pg::ready('T')));
    REQUIRE(t.has_ended(first));
    CHECK(talk::kind_of(first) == std::string("none"));
    CHECK(first.job->round_trips == 2);
    CHECK(first.job->batch.requests[0].rows_affected == 1);

    within other(known); // whatever connection
    const question second = write(sql, "sad");
    other.ask(second);
    CHECK(pg::hex(other.said()) == pg::hex(asked("s2", {0}, {0}) + pg::sync()));
    CHECK(other.hear(updated({mood}) + pg::ready('T')));
    CHECK(other.has_ended(second));

    talk outside(known);
    const question third = write(sql, "sad");
    outside.ask(third);
    CHECK(pg::hex(outside.said()) == pg::hex(asked("s1", {0}, {0}) + pg::sync()));
}

TEST_CASE("what is asked behind a statement that is tried waits, and is not refused with it",
          "[postgres][types]") {
    const bool refused = GENERATE(true, false);
    within t;
    const question first = write(sql, "sad"), second = write("delete from t"), end = write("commit");
    t.ask(first);
    static_cast<void>(t.said());
    t.ask(second);
    t.ask(end);
    CHECK(t.said().empty());
    if (refused) {
        CHECK(t.hear(marked + pg::error("42804", "no text") + pg::ready('E')));
        const std::string again = t.said();
        CHECK(again.find(asked("s7", {0}, {0}) + pg::sync()) != std::string::npos);
        CHECK(again.find("delete from t") == std::string::npos);
        CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("ROLLBACK") + released +
                     updated({mood}) + pg::ready('T')));
    } else {
        CHECK(t.hear(marked + updated({text}) + released + pg::ready('T')));
    }
    CHECK(t.has_ended(first));
    t->feed();
    const std::string behind = t.said();
    CHECK(behind.find("delete from t") < behind.find("commit"));
    CHECK(behind.find("commit") != std::string::npos);
    CHECK(t.hear(first_done("DELETE 1", 'T') + first_done("COMMIT", 'I')));
    CHECK(talk::kind_of(first) == std::string("none"));
    CHECK(talk::kind_of(second) == std::string("none"));
    CHECK(t.has_ended(end));
}

TEST_CASE("a statement that is refused twice fails, and the transaction with it", "[postgres][types]") {
    within t;
    const question first = write(sql, "sad");
    t.ask(first);
    static_cast<void>(t.said());
    CHECK(t.hear(marked + pg::error("42883", "no such operator") + pg::ready('E')));
    static_cast<void>(t.said());
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("ROLLBACK") + released +
                 pg::error("42883", "no such operator") + pg::ready('E')));
    REQUIRE(t.has_ended(first));
    CHECK(talk::kind_of(first) == std::string("undefined_object"));
    CHECK(t.said().empty());
    CHECK(t->status() == 'E');
}

TEST_CASE("a statement that is tried and fails by its values leaves the transaction failed",
          "[postgres][types]") {
    within t;
    const question first = write(sql, "sad");
    t.ask(first);
    static_cast<void>(t.said());
    CHECK(t.hear(marked + described({text}, {}) + pg::error("23514", "no") + pg::ready('E')));
    REQUIRE(t.has_ended(first));
    CHECK(talk::kind_of(first) == std::string("check_violation"));
    CHECK(t.said().empty());
}

TEST_CASE(
    "what was prepared for the database's own types is prepared anew once types are made in their place",
    "[postgres][types]") {
    const bool undone = GENERATE(false, true);
    within t;
    const question first = write(sql, "sad");
    t.ask(first);
    static_cast<void>(t.said());
    CHECK(t.hear(marked + updated({mood}) + released + pg::ready('T')));
    const auto run = [&](const std::string& words, const std::string& tag, char status) {
        const question q = write(words);
        t.ask(q);
        static_cast<void>(t.said());
        CHECK(t.hear(first_done(tag, status)));
        CHECK(t.has_ended(q));
    };
    if (undone) {
        run("create type mood as enum ('sad')", "CREATE TYPE", 'T');
        run("rollback to savepoint a", "ROLLBACK", 'T');
    } else {
        run("drop type mood", "DROP TYPE", 'T');
    }
    const question again = write(sql, "sad");
    t.ask(again);
    const std::string said = t.said();
    CHECK(said.find(pg::close('S', "s2")) == 0);
    CHECK(said.find(sql) != std::string::npos);
}
