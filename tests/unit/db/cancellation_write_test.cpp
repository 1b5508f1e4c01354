#include "cancellation.hpp"

using namespace market;

namespace {

// In the test's coroutine, not in a co_await expression: see hazard.hpp.
const sample writes[] = {
    {"insert", "insert into", "P:0 Q:0",
     [](hawser::database db, position) -> task<> {
         position q = make_position("Q");
         co_await hawser::repository<position>{db}.insert(q);
     }},
    {"update", "update", "P:7",
     [](hawser::database db, position p) -> task<> {
         p.quantity = 7;
         co_await hawser::repository<position>{db}.update(p);
     }},
    {"upsert", "insert into", "P:8",
     [](hawser::database db, position p) -> task<> {
         p.quantity = 8;
         co_await hawser::repository<position>{db}.upsert(p);
     }},
    {"execute", "update positions set quantity", "P:9",
     [](hawser::database db, position) -> task<> {
         co_await db.execute<"update positions set quantity = 900000000">();
     }},
    {"unit", "insert into", "P:0 Q:0 R:0",
     [](hawser::database db, position) -> task<> {
         hawser::unit_of_work unit{db};
         position q = make_position("Q"), r = make_position("R");
         unit.insert(q);
         unit.insert(r);
         co_await unit.commit();
     }},
    {"unit of an update and an erase", "delete from", "",
     [](hawser::database db, position p) -> task<> {
         hawser::unit_of_work unit{db};
         p.quantity = 7;
         unit.update(p);
         unit.erase<position>(p.id);
         co_await unit.commit();
     }},
    {"erase", "delete from", "",
     [](hawser::database db, position p) -> task<> {
         co_await hawser::repository<position>{db}.erase(p.id);
     }},
    {"set-update", "update", "P:6",
     [](hawser::database db, position) -> task<> {
         co_await hawser::repository<position>{db}
             .where(hawser::col<&position::symbol> == "P")
             .update(hawser::set<&position::quantity>(6));
     }},
};

} // namespace

TEST_CASE("a write that is queued is cancelled by every type, and nothing of it is stored", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    const auto type =
        GENERATE(cancellation_type::total, cancellation_type::partial, cancellation_type::terminal);
    INFO(s.name);
    quiet_market m;
    auto holder = hawser::run(m.db->begin());
    cancellable c;
    c.start(s.run(*m.db, m.p));
    CHECK(c.how().empty());
    c.cancel(type);
    CHECK(c.end() == "cancelled");
    hawser::run(holder.commit());
    CHECK(m.content() == "P:0");
    CHECK(m.at_rest());
}

TEST_CASE("a write that runs comes to its true end, whatever is cancelled", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    const auto type =
        GENERATE(cancellation_type::total, cancellation_type::partial, cancellation_type::terminal);
    INFO(s.name);
    quiet_market m;
    m.at.close(s.part);
    cancellable c;
    c.start(s.run(*m.db, m.p));
    m.at.wait_for_thread();
    c.cancel(type);
    c.io->restart();
    c.io->poll();
    CHECK(c.how().empty());
    m.at.open();
    CHECK(c.end() == "done");
    CHECK(m.content() == s.leaves);
    CHECK(m.at_rest());
}

TEST_CASE("a cancellation between the commit of a write and its caller's resumption comes too late", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    INFO(s.name);
    quiet_market m;
    const unsigned before = m.at.commits();
    cancellable c;
    c.start(s.run(*m.db, m.p));
    m.at.wait_for_commits(before + 1);
    c.cancel(cancellation_type::terminal);
    CHECK(c.end() == "done");
    CHECK(m.content() == s.leaves);
}

TEST_CASE("a write whose owner is destroyed is dropped while it is queued, and carried out once it runs",
          "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    INFO(s.name);
    quiet_market m;
    SECTION("queued") {
        auto holder = hawser::run(m.db->begin());
        cancellable c;
        c.start(s.run(*m.db, m.p));
        c.io.reset();
        hawser::run(holder.commit());
        CHECK(m.content() == "P:0");
    }
    SECTION("running") {
        m.at.close(s.part);
        cancellable c;
        c.start(s.run(*m.db, m.p));
        m.at.wait_for_thread();
        c.io.reset();
        m.at.open();
        position last = make_position("Z");
        hawser::run(hawser::repository<position>{*m.db}.insert(last)); // behind it
        CHECK(m.content() == (*s.leaves == '\0' ? "Z:0" : std::string(s.leaves) + " Z:0"));
    }
    CHECK(m.at_rest());
}

TEST_CASE("a write has its deadline while it waits", "[db]") {
    using namespace std::chrono_literals;
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    INFO(s.name);
    quiet_market m;
    auto holder = hawser::run(m.db->begin({.name = "holder"}));
    const auto r = hawser::run(hawser::as_result(s.run(m.db->with({.timeout = 10ms}), m.p)));
    REQUIRE(r.has_error());
    CHECK(r.error().kind() == errc::busy);
    CHECK_THAT(r.error().message(), support::contains_text("holder"));
    hawser::run(holder.commit());
    CHECK(m.content() == "P:0");
    CHECK(m.at_rest());
}
