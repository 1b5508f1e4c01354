#include "cancellation.hpp"

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
    hawser::run(insert_into(*m.db, "Z"));
    CHECK(m.content() == "P:0 Z:0");
    CHECK(m.at_rest());
}

TEST_CASE("a statement of a transaction or session that runs comes to its true end", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(openings), std::end(openings)));
    INFO(s.name);
    quiet_market m;
    m.at.close("insert into");
    cancellable c;
    c.start(s.run(*m.db, m.p));
    std::thread io([&] { c.io->run(); });
    m.at.wait_for_thread();
    asio::post(*c.io, [&] { c.cancel(cancellation_type::terminal); });
    asio::post(*c.io, [&] { m.at.open(); });
    io.join();
    // Then the next step notices: a transaction is undone, what a session has stored stays.
    if (std::string_view(s.name) == "session") {
        CHECK(c.how() == "aborted");
        CHECK(m.content() == "P:0 Q:0");
    } else {
        CHECK((c.how() == "cancelled" || c.how() == "aborted" || c.how() == "done"));
        CHECK(m.content() == (c.how() == "done" ? "P:0 Q:0" : "P:0"));
    }
    hawser::run(insert_into(*m.db, "Z"));
    CHECK(m.at_rest());
}

TEST_CASE("COMMIT is not to be cancelled", "[db]") {
    quiet_market m;
    cancellable c;
    std::optional<hawser::transaction> tx;
    tx.emplace(hawser::run(m.db->begin()));
    hawser::run(insert_into(*tx, "Q"));
    c.start(tx->commit());
    c.cancel(cancellation_type::terminal);
    CHECK(c.end() == "done");
    CHECK(m.content() == "P:0 Q:0");
}

TEST_CASE("whose owner is destroyed inside a transaction or session is undone, and the writer goes on",
          "[db]") {
    const auto& s = GENERATE(from_range(std::begin(openings), std::end(openings)));
    INFO(s.name);
    quiet_market m;
    SECTION("while it waits for the writer") {
        auto holder = hawser::run(m.db->begin());
        cancellable c;
        c.start(s.run(*m.db, m.p));
        c.io.reset();
        hawser::run(holder.commit());
    }
    SECTION("before it hears that it has begun") {
        auto holder = hawser::run(m.db->begin());
        cancellable c;
        c.start(s.run(*m.db, m.p));
        hawser::run(holder.commit());
        c.io.reset();
    }
    SECTION("while a statement runs") {
        m.at.close("insert into");
        cancellable c;
        c.start(s.run(*m.db, m.p));
        std::thread io([&] { c.io->run(); });
        m.at.wait_for_thread();
        c.io->stop(); // the statement is the engine's; nobody hears of it
        io.join();
        c.io.reset();
        m.at.open();
        if (std::string_view(s.name) == "session") return; // its statement is stored
    }
    hawser::run(insert_into(*m.db, "Z"));
    CHECK(m.content() == "P:0 Z:0");
    CHECK(m.at_rest());
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
