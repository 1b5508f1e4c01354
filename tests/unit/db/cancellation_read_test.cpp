#include "held_up.hpp"

using namespace market;

namespace {

const sample reads[] = {
    {"get", "from \"positions\"", "P:0",
     [](hawser::database db, position p) -> task<> { co_await hawser::repository<position>{db}.get(p.id); }},
    {"query", "from \"positions\"", "P:0",
     [](hawser::database db, position) -> task<> {
         co_await hawser::repository<position>{db}.where(hawser::col<&position::quantity> >= 0).all();
     }},
    {"raw query", "select count(*) from positions", "P:0",
     [](hawser::database db, position) -> task<> {
         co_await db.query_one<std::int64_t, "select count(*) from positions">();
     }},
};

} // namespace

TEST_CASE("a read that is queued is cancelled by every type", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(reads), std::end(reads)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        for (const auto type : every_type) {
            CAPTURE(type);
            cancellable c;
            held_queue held(m, c, held_queue::side::reads);
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

// Whether terminal stops it as well is told where the engines differ: SQLite's reads are the reader's alone, PostgreSQL's
// share their connection.
TEST_CASE("a read that runs is let go by partial and terminal, and not touched by total", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(reads), std::end(reads)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        for (const auto type : every_type) {
            CAPTURE(type);
            cancellable c;
            held_statement held(m, s.part);
            c.start(s.run(*m.db, m.p));
            held.wait_for(c);
            c.cancel(type);
            if (type == cancellation_type::total) {
                held.let_go();
                CHECK(c.end() == "done");
            } else {
                CHECK(c.end() == "cancelled"); // while it still stands
                held.let_go();
            }
            c.rest();
            CHECK(m.content() == "P:0");
            CHECK(m.at_rest());
        }
    });
}

TEST_CASE("a read whose owner is destroyed hurts nobody, queued or running", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(reads), std::end(reads)));
    const bool queued = GENERATE(true, false);
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        if (queued) {
            held_queue held(m, c, held_queue::side::reads);
            c.start(s.run(*m.db, m.p));
            c.io.reset();
            CHECK_FALSE(c.ended);
            held.let_go();
        } else {
            held_statement held(m, s.part);
            c.start(s.run(*m.db, m.p));
            held.wait_for(c);
            c.io.reset();
            CHECK_FALSE(c.ended);
            held.let_go();
        }
        CHECK(m.content() == "P:0");
        CHECK(m.at_rest());
    });
}

TEST_CASE("a read has its deadline while it waits", "[db]") {
    using namespace std::chrono_literals;
    const auto& s = GENERATE(from_range(std::begin(reads), std::end(reads)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_queue held(m, c, held_queue::side::reads);
        c.start(s.run(m.db->with({.timeout = 10ms}), m.p));
        static_cast<void>(c.end());
        CHECK(c.kind() == errc::statement_timeout);
        held.let_go();
        CHECK(m.content() == "P:0"); // after the reader has met what was queued
        CHECK(m.at_rest());
    });
}

TEST_CASE("a coroutine that is cancelled already ends in its own co_await, before anything begins", "[db]") {
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        bool entered = false;
        const auto late = [&](hawser::database db) -> task<> {
            co_await asio::post(asio::use_awaitable);
            c.cancel(cancellation_type::terminal);
            entered = true;
            position q = make_position("Q");
            co_await hawser::repository<position>{db}.insert(q);
        };
        c.start(late(*m.db));
        CHECK(c.end() == "aborted");
        CHECK(entered);
        CHECK(m.content() == "P:0");
    });
}

TEST_CASE("as_result tells a cancellation inside what it awaits as an error", "[db]") {
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        std::optional<errc> told;
        const auto two = [&](hawser::database db) -> task<> {
            co_await hawser::repository<position>{db}.count();
            c.cancel(cancellation_type::terminal);
            co_await hawser::repository<position>{db}.count();
        };
        const auto outer = [&](hawser::database db) -> task<> {
            const auto r = co_await hawser::as_result(two(db));
            if (r.has_error()) told = r.error().kind();
        };
        c.start(outer(*m.db));
        CHECK(c.end() == "done");
        CHECK(told == errc::cancelled);
    });
}
