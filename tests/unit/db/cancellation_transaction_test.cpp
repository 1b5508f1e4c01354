#include "held_up.hpp"

using namespace market;

namespace {

task<> insert_into(const hawser::executor_ref& on, const char* symbol) {
    position q = make_position(symbol);
    co_await hawser::repository<position>{on}.insert(q);
}

const sample openings[] = {
    {"begin", "", "",
     [](hawser::database db, position) -> task<> {
         hawser::transaction tx = co_await db.begin();
         co_await insert_into(tx, "Q");
         co_await tx.commit();
     }},
    {"transaction", "", "",
     [](hawser::database db, position) -> task<> {
         co_await db.transaction([](hawser::transaction& tx) -> task<> { co_await insert_into(tx, "Q"); });
     }},
    {"session", "", "",
     [](hawser::database db, position) -> task<> {
         hawser::session s = co_await db.session();
         co_await insert_into(s, "Q");
         co_await s.close();
     }},
    {"unit with a body", "", "",
     [](hawser::database db, position) -> task<> {
         hawser::unit_of_work unit{db};
         unit.run([](hawser::transaction& tx) -> task<> { co_await insert_into(tx, "Q"); });
         co_await unit.commit();
     }},
};

} // namespace

TEST_CASE("what waits for the writer is cancelled by every type, and others go on", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(openings), std::end(openings)));
    const auto type = GENERATE(from_range(every_type));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_queue held(m, c);
        c.start(s.run(*m.db, m.p));
        CHECK(c.how().empty());
        c.cancel(type);
        CHECK(c.end() == "cancelled");
        held.let_go();
        hawser::run(insert_into(*m.db, "Z"));
        CHECK(m.content() == "P:0 Z:0");
        CHECK(m.at_rest());
    });
}

// On SQLite it comes to its true end, and the next step notices: a transaction is undone, what a session has stored
// stays. On PostgreSQL, whose transactions and sessions have a connection each, the server stops it; its caller was let go
// before that was known, but what undoes the transaction itself knows.
TEST_CASE("a statement of a transaction or session that runs comes to its true end", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(openings), std::end(openings)));
    INFO(s.name);
    const bool session = std::string_view(s.name) == "session";
    const bool undoes =
        std::string_view(s.name) == "transaction" || std::string_view(s.name) == "unit with a body";
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_statement held(m, "insert into");
        c.start(s.run(*m.db, m.p));
        held.wait_for(c);
        c.cancel(cancellation_type::terminal);
        const bool stopped = is_let_go(m, cancellation_type::terminal);
        if (stopped) held.wait_for_stop(c);
        held.let_go();
        const auto how = c.end();
        c.rest();
        if (stopped) {
            CHECK(how == (undoes ? "cancelled" : "cancelled, may be stored"));
            CHECK(m.content() == "P:0");
        } else if (session) {
            CHECK(how == "aborted");
            CHECK(m.content() == "P:0 Q:0");
        } else {
            CHECK((how == "cancelled" || how == "aborted" || how == "done"));
            CHECK(m.content() == (how == "done" ? "P:0 Q:0" : "P:0"));
        }
        hawser::run(insert_into(*m.db, "Z"));
        CHECK(m.at_rest());
    });
}

TEST_CASE("what a savepoint or transaction has undone is not told as what may be stored, its statement's "
          "failure is",
          "[db]") {
    on_each_quiet_market([&](quiet_market& m) {
        const bool may_go_on = m.server != nullptr; // in the server, until the transaction is rolled back
        const hawser::sql endless(may_go_on
                                      ? "update positions set quantity = 1 "
                                        "where (select pg_sleep(600)) is not null"
                                      : "update positions set quantity = (with recursive n(i) as "
                                        "(select 1 union all select i + 1 from n) select max(i) from n)");
        const auto look = [](hawser::transaction& tx) -> task<> {
            static_cast<void>(co_await hawser::repository<position>{tx}.count());
        };
        const auto main = [&]() -> task<> {
            co_await m.db->transaction(look); // a connection is there
            const hawser::database hasty = m.db->with({.timeout = std::chrono::seconds(1)});
            const auto stopped = [&](hawser::transaction& tx) -> task<> {
                try {
                    co_await tx.execute(endless);
                } catch (const hawser::error& e) {
                    CHECK(e.kind() == errc::statement_timeout);
                    CHECK(e.may_have_executed() == may_go_on);
                    throw;
                }
            };
            const auto with_savepoint = [&](hawser::transaction& tx) -> task<> {
                co_await insert_into(tx, "Q");
                const auto r = co_await hawser::as_result(tx.savepoint(stopped));
                REQUIRE_FALSE(r.has_value());
                CHECK_FALSE(r.error().may_have_executed());
                hawser::unit_of_work part{tx};
                part.run(stopped);
                const auto in_part = co_await hawser::as_result(part.commit());
                REQUIRE_FALSE(in_part.has_value());
                CHECK_FALSE(in_part.error().may_have_executed());
            };
            if (may_go_on) co_await hasty.transaction(with_savepoint); // SQLite undoes all of it
            const auto whole = co_await hawser::as_result(hasty.transaction(stopped));
            REQUIRE_FALSE(whole.has_value());
            CHECK(whole.error().kind() == errc::statement_timeout);
            CHECK_FALSE(whole.error().may_have_executed());
            hawser::unit_of_work unit{hasty};
            unit.run(stopped);
            const auto committed = co_await hawser::as_result(unit.commit());
            REQUIRE_FALSE(committed.has_value());
            CHECK_FALSE(committed.error().may_have_executed());
        };
        hawser::run(main());
        CHECK(m.content() == (may_go_on ? "P:0 Q:0" : "P:0"));
    });
}

TEST_CASE("a transaction that is undone says nothing of what failed elsewhere", "[db]") {
    on_each_quiet_market([&](quiet_market& m) {
        if (m.server == nullptr) return; // there a write that runs outside comes to its true end
        const hawser::sql endless("update positions set quantity = 1 where (select pg_sleep(3)) is not null");
        const auto main = [&]() -> task<> {
            co_await m.db->ping(); // a connection is there
            const hawser::database hasty = m.db->with({.timeout = std::chrono::seconds(1)});
            const auto body = [&](hawser::transaction& tx) -> task<> {
                co_await insert_into(tx, "Q");
                co_await hasty.execute(endless);
            };
            const auto lost = co_await hawser::as_result(m.db->transaction(body));
            REQUIRE_FALSE(lost.has_value());
            CHECK(lost.error().kind() == errc::statement_timeout);
            CHECK(lost.error().may_have_executed());
        };
        hawser::run(main());
        m.wait_for("P:1");
    });
}

TEST_CASE("COMMIT is not to be cancelled", "[db]") {
    const auto type = GENERATE(from_range(every_type));
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        std::optional<hawser::transaction> tx;
        const auto begins = [&](hawser::database db) -> task<> {
            auto begun = co_await db.begin();
            tx.emplace(std::move(begun));
            co_await insert_into(*tx, "Q");
        };
        c.carry_out(begins(*m.db));
        c.start(tx->commit());
        c.cancel(type);
        CHECK(c.end() == "done");
        CHECK(m.content() == "P:0 Q:0");
    });
}

TEST_CASE("whose owner is destroyed inside a transaction or session is undone, and the writer goes on",
          "[db]") {
    const auto& s = GENERATE(from_range(std::begin(openings), std::end(openings)));
    const auto state = GENERATE("waits for its turn", "does not know that it has begun", "runs");
    INFO(s.name << ", " << state);
    const bool runs = std::string_view(state) == "runs";
    const bool waits = std::string_view(state) == "waits for its turn";
    const bool session = std::string_view(s.name) == "session";
    on_each_quiet_market([&](quiet_market& m) {
        if (m.server != nullptr && !runs && !waits) return; // whoever runs its context there lets it know
        cancellable c;
        if (runs) {
            held_statement held(m, "insert into");
            c.start(s.run(*m.db, m.p));
            held.wait_for(c);
            c.io.reset();
            held.let_go(); // the statement is the engine's; nobody hears of it
            held.wait_for_leaving();
        } else {
            held_queue held(m, c);
            c.start(s.run(*m.db, m.p));
            if (waits) c.io.reset();
            held.let_go();
            c.io.reset();
        }
        hawser::run(insert_into(*m.db, "Z"));
        const std::string content = m.content();
        // What a session has stored stays; on PostgreSQL the server may find it gone before.
        const bool stored = runs && session && content == "P:0 Q:0 Z:0";
        const bool undone = content == "P:0 Z:0" && !(runs && session && m.server == nullptr);
        CHECK((stored || undone));
        CHECK(m.at_rest());
    });
}

TEST_CASE("a savepoint that is cancelled in its body is undone, and the transaction may go on", "[db]") {
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        const auto body = [&](hawser::transaction& tx) -> task<> {
            co_await insert_into(tx, "Q");
            const auto inner = [&](hawser::transaction& sp) -> task<> {
                co_await insert_into(sp, "R");
                c.cancel(cancellation_type::terminal);
                co_await insert_into(sp, "S");
            };
            bool undone = false;
            try {
                co_await tx.savepoint(inner);
            } catch (const boost::system::system_error&) { undone = true; }
            CHECK(undone);
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await insert_into(tx, "T");
        };
        const auto all = [&](hawser::database db) -> task<> { co_await db.transaction(body); };
        c.start(all(*m.db));
        CHECK(c.end() == "done");
        CHECK(m.content() == "P:0 Q:0 T:0");
    });
}

TEST_CASE("who is cancelled where another try would begin is told so, not by Asio's own error", "[db]") {
    const bool unit = GENERATE(false, true);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        const auto body = [&](hawser::transaction&) -> task<> {
            c.cancel(cancellation_type::terminal);
            hawser::throw_error(errc::busy, "forced");
            co_return;
        };
        const auto all = [&](hawser::database db) -> task<> {
            if (unit) {
                hawser::unit_of_work work{db};
                work.run(body);
                co_await work.commit({.attempts = 3});
            } else {
                co_await db.transaction(body, {.attempts = 3});
            }
        };
        c.start(all(*m.db));
        CHECK(c.end() == "cancelled");
        CHECK(m.content() == "P:0");
    });
}
