#include "held_up.hpp"

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
         const hawser::decimal<18, 8> nine = 9;
         co_await db.execute<"update positions set quantity = $1">(nine);
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
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        for (const auto type : every_type) {
            CAPTURE(type);
            cancellable c;
            held_queue held(m, c);
            c.start(s.run(*m.db, m.p));
            CHECK(c.how().empty());
            c.cancel(type);
            CHECK(c.end() == "cancelled");
            held.let_go();
            CHECK(m.content() == "P:0");
            CHECK(m.at_rest());
        }
    });
}

TEST_CASE("a write that runs comes to its true end, whatever is cancelled", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    const auto type = GENERATE(from_range(every_type));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_statement held(m, s.part);
        c.start(s.run(*m.db, m.p));
        held.wait_for(c);
        c.cancel(type);
        if (is_let_go(m, type)) {
            CHECK(c.end() == "cancelled, may be stored");
            held.let_go();
        } else {
            c.io->restart();
            c.io->poll();
            CHECK(c.how().empty());
            held.let_go();
            CHECK(c.end() == "done");
        }
        c.rest();
        CHECK(m.content() == s.leaves);
        CHECK(m.at_rest());
    });
}

TEST_CASE("a cancellation between the commit of a write and its caller's resumption comes too late", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_statement held(m, s.part);
        c.start(s.run(*m.db, m.p));
        held.wait_for(c);
        held.let_go();
        m.wait_for(s.leaves);
        CHECK_FALSE(c.ended);
        c.cancel(cancellation_type::terminal);
        CHECK(c.end() == (is_let_go(m, cancellation_type::terminal) ? "cancelled, may be stored" : "done"));
        c.rest();
        CHECK(m.content() == s.leaves);
        CHECK(m.at_rest());
    });
}

// On PostgreSQL the connection goes with the context: the server may find it gone before it has carried the write out.
TEST_CASE("a write whose owner is destroyed is dropped while it is queued, and carried out once it runs",
          "[db]") {
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    const bool queued = GENERATE(true, false);
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        if (queued) {
            held_queue held(m, c);
            c.start(s.run(*m.db, m.p));
            c.io.reset();
            held.let_go();
            CHECK(m.content() == "P:0");
        } else {
            held_statement held(m, s.part);
            c.start(s.run(*m.db, m.p));
            held.wait_for(c);
            c.io.reset();
            held.let_go();
            held.wait_for_leaving();
            position last = make_position("Z");
            hawser::run(hawser::repository<position>{*m.db}.insert(last)); // behind it
            const std::string content = m.content();
            const bool stored = content == (*s.leaves == '\0' ? "Z:0" : std::string(s.leaves) + " Z:0");
            CHECK((stored || (m.server != nullptr && content == "P:0 Z:0")));
        }
        CHECK_FALSE(c.ended);
        CHECK(m.at_rest());
    });
}

// SQLite has one writer, and tells who has it.
TEST_CASE("a write has its deadline while it waits", "[db]") {
    using namespace std::chrono_literals;
    const auto& s = GENERATE(from_range(std::begin(writes), std::end(writes)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_queue held(m, c);
        c.start(s.run(m.db->with({.timeout = 100ms}), m.p));
        const std::string how = c.end();
        CHECK(c.kind() == (m.server == nullptr ? errc::busy : errc::statement_timeout));
        if (m.server == nullptr) CHECK_THAT(how, support::contains_text("holder"));
        held.let_go();
        CHECK(m.content() == "P:0");
        CHECK(m.at_rest());
    });
}
