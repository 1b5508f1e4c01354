// docs/coming_from_python.md: session.begin(), begin_nested(), register_operation.
#include "unit/db/on_each_market.hpp"

using namespace market;
using hawser::set;

TEST_CASE("what a session does in a transaction, a body or a handle does", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        position btc = make_position("BTC", 1);
        co_await hawser::repository<position>{db}.insert(btc);
        bool published = false;
        const auto publish = [&] { published = true; };
        // [transaction]
        const auto body = [&](hawser::transaction& tx) -> task<std::int64_t> {
            hawser::repository<position> positions{tx};
            position p = co_await positions.where(col<&position::symbol> == "BTC").for_update().one();
            p.quantity += 1;
            co_await positions.update(p);

            const auto risky = [](hawser::transaction& sp) -> task<> {
                position twice = make_position("BTC");
                co_await hawser::repository<position>{sp}.insert(twice);
            };
            const auto tried = co_await hawser::as_result(tx.savepoint(risky)); // undone alone
            tx.after_commit(publish);
            co_return tried ? 0 : p.id;
        };
        const auto id = co_await db.transaction(body, {.attempts = 3, .name = "apply_fill"});

        hawser::transaction tx = co_await db.begin({.read_only = true}); // or .isolation = ..
        const auto n = co_await hawser::repository<position>{tx}.count();
        co_await tx.rollback(); // or tx.commit(); dropped, it is rolled back
        // [/transaction]
        CHECK(id == btc.id);
        CHECK(n == 1);
        CHECK(published);
        const position now = co_await hawser::repository<position>{db}.get(id);
        CHECK(now.quantity == 2);
    });
}

TEST_CASE("writes that a session collects and flushes, a unit of work collects and commits", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position old = make_position("OLD"), held = make_position("HELD", 1);
        co_await positions.insert(old);
        co_await positions.insert(held);
        // [unit]
        hawser::unit_of_work unit{db, {.name = "fill 42"}};
        position fresh = make_position("NEW");
        const auto p = unit.insert(fresh); // no I/O: registered
        trade fill = make_trade(0, "NEW", "10");
        unit.insert(fill, hawser::bind<&trade::position_id>(p.id())); // the key that p will get
        unit.erase<position>(old.id);
        unit.update<position>(col<&position::symbol> == "HELD",
                              set<&position::quantity>(col<&position::quantity> + 1));
        unit.expect<position>(col<&position::quantity> >= 2, held.id); // else nothing is stored
        const hawser::commit_result done = co_await unit.commit();
        // [/unit]
        CHECK(done.round_trips == (is_postgres(db) ? 2 : 1)); // a key that the server makes comes back first
        const auto stored = co_await hawser::repository<trade>{db}.one();
        CHECK(stored.position_id == p.id().value());
        const auto left = co_await positions.count();
        CHECK(left == 2);
    });
}

TEST_CASE("a connection of its own takes settings", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        // [session]
        hawser::session own = co_await db.session({.name = "maintenance"});
        co_await own.execute<"create temporary table wanted (symbol text primary key)">();
        co_await own.execute<"vacuum">();
        co_await own.close(); // the connection is put back as it was
        // [/session]
        const auto gone = co_await error_of(db.execute(hawser::sql("delete from wanted")));
        CHECK(gone.kind() == hawser::errc::undefined_object);
    });
}
