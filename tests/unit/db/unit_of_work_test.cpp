#include "on_each_market.hpp"
#include <map>
#include <random>

using namespace market;
using hawser::errc;
using price = hawser::decimal<18, 8>;

TEST_CASE("resolve_commit changes nothing of a unit whose COMMIT is answered", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        const auto p = unit.insert(make_position("NEW"));
        unit.insert(make_trade(0, "NEW", "10"), hawser::bind<&trade::position_id>(p.id()));
        bool seen = false;
        const auto body = [&](hawser::transaction& tx) -> task<> {
            const auto count = co_await hawser::repository<trade>{tx}.count();
            seen = count == 1 && p.id().value() > 0;
        };
        unit.run(body);
        const auto result = co_await unit.commit({.resolve_commit = true});
        CHECK(seen);
        CHECK(result.round_trips == (is_postgres(db) ? 4 : 3));
        REQUIRE(result.operations.size() == 3);
        for (const auto& one : result.operations) CHECK(one.answered);
        hawser::unit_of_work single{db};
        single.insert(make_position("ONE"));
        const auto more = co_await single.commit({.resolve_commit = true});
        CHECK(more.round_trips == 1);
    });
}

TEST_CASE("a unit stores everything in one round trip and fills keys in", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position old = make_position("OLD", 1);
        co_await positions.insert(old);

        // [unit]
        hawser::unit_of_work unit{db};
        position fresh = make_position("NEW");
        trade fill = make_trade(0, "NEW", "10");
        const auto p = unit.insert(fresh);
        const auto t = unit.insert(fill, hawser::bind<&trade::position_id>(p.id()));
        const price more = 4;
        unit.update<position>(col<&position::symbol> == "OLD",
                              hawser::set<&position::quantity>(col<&position::quantity> + more));
        unit.expect<position>(col<&position::quantity> >= 5, old.id);
        CHECK_THROWS_AS(p.id().value(), hawser::error);
        const auto seen1 = co_await positions.count();
        CHECK(seen1 == 1);

        const auto result = co_await unit.commit();
        // [/unit]
        CHECK(result.round_trips == (is_postgres(db) ? 2 : 1)); // one more for each level of keys
        CHECK(result.attempts == 1);
        REQUIRE(result.operations.size() == 4);
        CHECK(result.operations[0].key == p.id().value());
        CHECK(result.operations[2].rows == 1);
        CHECK(p.row().id == 2);
        CHECK(p.row().row_version == 1);
        CHECK(t.row().position_id == 2);
        const auto seen2 = co_await hawser::repository<trade>{db}.one();
        CHECK((seen2).position_id == 2);
        const auto seen3 = co_await positions.get(old.id);
        CHECK((seen3).quantity == price(5));
        CHECK(unit.size() == 0);
    });
}

TEST_CASE("a unit that fails anywhere leaves nothing and can be committed again", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        hawser::unit_of_work unit{db};
        position a = make_position("A");
        unit.insert(a);
        unit.erase<trade>(77);
        bool published = false;
        unit.after_commit([&] { published = true; });
        const auto missing = co_await error_of(unit.commit());
        CHECK(missing.kind() == errc::not_found);
        CHECK(missing.info().statement_index == 1);
        const auto seen4 = co_await positions.count();
        CHECK(seen4 == 0);
        CHECK_FALSE(published);

        position p = make_position("P");
        co_await positions.insert(p);
        trade t = make_trade(p.id, "A", "1");
        t.id = 77;
        co_await db.execute<
            "insert into trades (id, position_id, symbol, side, price, quantity, executed_at, settled) "
            "values (77, $1, 'A', 'BUY', 1, 1, $2, $3)">(p.id, t.executed_at, false);
        co_await unit.commit();
        CHECK(published);
        const auto seen5 = co_await positions.count();
        CHECK(seen5 == 2);
        const auto seen6 = co_await hawser::repository<trade>{db}.exists();
        CHECK_FALSE(seen6);
    });
}

TEST_CASE("a guard that does not hold is precondition_failed", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P", 1);
        co_await positions.insert(p);
        hawser::unit_of_work unit{db};
        const price less = 2;
        unit.update<position>(col<&position::id> == p.id,
                              hawser::set<&position::quantity>(col<&position::quantity> - less));
        unit.expect<position>(col<&position::quantity> >= 0, p.id);
        const auto e = co_await error_of(unit.commit());
        CHECK(e.kind() == errc::precondition_failed);
        const auto seen7 = co_await positions.get(p.id);
        CHECK((seen7).quantity == price(1));
    });
}

TEST_CASE("a stale row in a unit is stale_object and undoes the unit", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position mine = make_position("P", 1);
        co_await positions.insert(mine);
        position theirs = mine;
        co_await positions.update(theirs);
        hawser::unit_of_work unit{db};
        position other = make_position("OTHER");
        unit.insert(other);
        unit.update(mine);
        const auto seen8 = co_await error_of(unit.commit());
        CHECK((seen8).kind() == errc::stale_object);
        const auto seen9 = co_await positions.count();
        CHECK(seen9 == 1);

        hawser::unit_of_work again{db};
        theirs.quantity = 9;
        const auto pending = again.update(theirs);
        const auto result = co_await again.commit();
        CHECK(result.operations[0].version == 3);
        CHECK(pending.row().row_version == 3);
        const auto seen10 = co_await positions.get(mine.id);
        CHECK((seen10).quantity == price(9));
    });
}

TEST_CASE("rows are copied in when they are registered", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        {
            position p = make_position("COPIED");
            unit.insert(p);
            p.symbol = "changed later";
        }
        co_await unit.commit();
        const auto seen11 = co_await hawser::repository<position>{db}.one();
        CHECK((seen11).symbol == "COPIED");
    });
}

TEST_CASE("a key of another unit is refused", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::unit_of_work one{db}, two{db};
        position p = make_position("P");
        trade t = make_trade(0, "P", "1");
        const auto pending = one.insert(p);
        CHECK_THROWS_AS(two.insert(t, hawser::bind<&trade::position_id>(pending.id())), hawser::error);
        co_return;
    });
}

TEST_CASE("a key that is known already is bound as it is", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P");
        co_await positions.insert(p);
        hawser::unit_of_work unit{db};
        p.quantity = 3;
        const auto updated = unit.update(p);
        CHECK(updated.id().value() == p.id);
        trade t = make_trade(0, "P", "1");
        const auto bound = unit.insert(t, hawser::bind<&trade::position_id>(updated.id()));
        co_await unit.commit();
        CHECK(bound.row().position_id == p.id);
        const auto stored = co_await hawser::repository<trade>{db}.one();
        CHECK(stored.position_id == p.id);

        prediction with_text_key;
        with_text_key.model = "m";
        const auto pending = unit.insert(with_text_key);
        CHECK_THROWS_AS(unit.insert(t, hawser::bind<&trade::position_id>(pending.id())), hawser::error);
    });
}

TEST_CASE("an invalid row is found before the unit travels", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        position good = make_position("P"), bad = make_position("");
        unit.insert(good);
        unit.insert(bad);
        const auto e = co_await error_of(unit.commit());
        CHECK(e.kind() == errc::validation_failed);
        const auto seen12 = co_await hawser::repository<position>{db}.count();
        CHECK(seen12 == 0);
    });
}

TEST_CASE("a unit in a transaction is part of it", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        auto tx = co_await db.begin();
        hawser::unit_of_work unit{tx};
        position p = make_position("P");
        unit.insert(p);
        co_await unit.commit();
        const auto seen13 = co_await hawser::repository<position>{tx}.count();
        CHECK(seen13 == 1);
        co_await tx.rollback();
        const auto seen14 = co_await hawser::repository<position>{db}.count();
        CHECK(seen14 == 0);
    });
}

// What a unit of random operations should leave, computed without a database.
TEST_CASE("random units agree with a naive model", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        std::mt19937 random(7);
        const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
        std::map<std::string, int> model;
        hawser::repository<position> positions{db};
        for (int round = 0; round < 200; ++round) {
            hawser::unit_of_work unit{db};
            auto next = model;
            bool fails = false;
            for (int i = 0, n = 1 + pick(5); i < n; ++i) {
                const std::string symbol(1, static_cast<char>('A' + pick(8)));
                const price delta = pick(10);
                switch (pick(3)) {
                case 0: {
                    position p = make_position(symbol, 1);
                    unit.insert(p);
                    fails = fails || next.contains(symbol);
                    next.emplace(symbol, 1);
                    break;
                }
                case 1:
                    unit.update<position>(col<&position::symbol> == symbol,
                                          hawser::set<&position::quantity>(col<&position::quantity> + delta));
                    if (next.contains(symbol)) next[symbol] += static_cast<int>(delta.scaled() / 100000000);
                    break;
                default: {
                    position p = make_position(symbol, 5);
                    unit.upsert(p);
                    next[symbol] = 5;
                }
                }
            }
            const auto done = co_await hawser::as_result(unit.commit());
            REQUIRE(done.has_error() == fails);
            if (!fails) model = next;
            const auto stored = co_await positions.all();
            REQUIRE(stored.size() == model.size());
            for (const auto& p : stored) REQUIRE(p.quantity == price(model.at(p.symbol)));
        }
    });
}

TEST_CASE("a body runs between the operations of its unit, in one transaction with them", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        // [unit-run]
        hawser::unit_of_work unit{db, {.name = "fill 42"}};
        position fresh = make_position("NEW");
        trade fill = make_trade(0, "NEW", "10");
        const auto p = unit.insert(fresh);
        unit.run([&p](hawser::transaction& tx) -> task<> {
            hawser::repository<position> positions{tx};
            position seen = co_await positions.get(p.id().value());
            seen.quantity = 5;
            co_await positions.update(seen);
        });
        const auto t = unit.insert(fill, hawser::bind<&trade::position_id>(p.id()));
        const auto result = co_await unit.commit();
        // [/unit-run]
        REQUIRE(result.operations.size() == 3);
        CHECK(result.operations[0].key == p.id().value());
        CHECK(result.operations[1].rows == 0);
        CHECK(result.operations[2].rows == 1);
        CHECK(result.attempts == 1);
        CHECK(result.round_trips == 4); // BEGIN + insert, get, update, insert + COMMIT
        CHECK(t.row().position_id == p.id().value());
        CHECK(unit.size() == 0);
        const auto stored = co_await hawser::repository<position>{db}.one();
        CHECK(stored.quantity == price(5));
        CHECK(stored.row_version == 2);
        const auto filled = co_await hawser::repository<trade>{db}.one();
        CHECK(filled.position_id == stored.id);
    });
}

TEST_CASE("a unit with a body that fails anywhere leaves nothing, and its rows as they were", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position old = make_position("OLD");
        co_await positions.insert(old);
        const int failing = GENERATE(0, 1, 2);
        hawser::unit_of_work unit{db};
        position fresh = make_position(failing == 0 ? "OLD" : "NEW");
        old.quantity = 3;
        const auto updated = unit.update(old);
        const auto p = unit.insert(fresh);
        bool called = false, ran = false;
        unit.run([&](hawser::transaction& tx) -> task<> {
            ran = true;
            tx.after_commit([&] { called = true; });
            position more = make_position("MORE");
            co_await hawser::repository<position>{tx}.insert(more);
            if (failing == 1) throw std::runtime_error("mine");
        });
        if (failing == 2) unit.erase<trade>(77);
        unit.after_commit([&] { called = true; });
        if (failing == 1) {
            bool mine = false;
            try {
                co_await unit.commit();
            } catch (const std::runtime_error&) { mine = true; }
            CHECK(mine);
        } else {
            const auto e = co_await error_of(unit.commit());
            CHECK(e.kind() == (failing == 0 ? errc::unique_violation : errc::not_found));
            CHECK(e.info().statement_index == (failing == 0 ? 1 : 3));
        }
        CHECK(ran == (failing > 0));
        CHECK_FALSE(called);
        CHECK_THROWS_AS(p.id().value(), hawser::error);
        CHECK(updated.row().row_version == 1);
        CHECK(unit.size() == (failing == 2 ? 4 : 3));
        const auto only = co_await positions.one();
        CHECK(only.quantity == price(0));
    });
}

TEST_CASE("a unit with a body is run again as a whole on contention, up to its attempts", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position old = make_position("OLD");
        co_await positions.insert(old);
        hawser::unit_of_work unit{db};
        position fresh = make_position("NEW");
        old.quantity = 3;
        const auto updated = unit.update(old);
        const auto p = unit.insert(fresh);
        unsigned runs = 0;
        std::string said;
        unit.run([&](hawser::transaction& tx) -> task<> {
            ++runs;
            CHECK(tx.attempt() == runs);
            CHECK(updated.row().row_version == 2); // not once more with every attempt
            tx.after_commit([&said, runs] { said += std::to_string(runs); });
            if (runs < 3) hawser::throw_error(errc::serialization_failure, "forced");
            co_return;
        });
        unit.after_commit([&] { said += "!"; });
        const auto given_up = co_await error_of(unit.commit({.attempts = 2}));
        CHECK(given_up.kind() == errc::serialization_failure);
        CHECK(runs == 2);
        runs = 0;
        const auto result = co_await unit.commit({.attempts = 3});
        CHECK(result.attempts == 3);
        CHECK(result.operations[0].version == 2);
        CHECK(said == "3!");
        const auto stored = co_await positions.get(p.id().value());
        CHECK(stored.symbol == "NEW");
        const auto count = co_await positions.count();
        CHECK(count == 2);
    });
}

TEST_CASE("a unit with a body inside a transaction or a session is part of it", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto fill = [](hawser::unit_of_work& unit, const char* symbol, bool fails) {
            position p = make_position(symbol);
            unit.insert(p);
            unit.run([fails](hawser::transaction& tx) -> task<> {
                position more = make_position("MORE");
                co_await hawser::repository<position>{tx}.insert(more);
                if (fails) hawser::throw_error(errc::misuse, "mine");
            });
        };
        std::string said;
        hawser::transaction tx = co_await db.begin();
        hawser::unit_of_work bad{tx};
        fill(bad, "BAD", true);
        const auto e = co_await error_of(bad.commit());
        CHECK(e.kind() == errc::misuse);
        hawser::unit_of_work good{tx};
        fill(good, "GOOD", false);
        good.after_commit([&] { said += "unit"; });
        co_await good.commit();
        CHECK(said.empty()); // it is the transaction's COMMIT that stores it
        co_await tx.commit();
        CHECK(said == "unit");

        hawser::session s = co_await db.session();
        hawser::unit_of_work own{s};
        position p = make_position("SESSION");
        own.insert(p);
        own.run([](hawser::transaction& inner) -> task<> {
            co_await inner.execute<"update positions set note = 'seen'">();
        });
        const auto result = co_await own.commit();
        CHECK(result.round_trips == 3);
        co_await s.close();
        const auto symbols = co_await hawser::repository<position>{db}
                                 .where(col<&position::note> == "seen")
                                 .order_by(hawser::asc<&position::symbol>)
                                 .pluck<&position::symbol>();
        CHECK(symbols == std::vector<std::string>{"GOOD", "MORE", "SESSION"});
    });
}

TEST_CASE("clear forgets what is registered", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        position p = make_position("P");
        unit.insert(p);
        bool called = false;
        unit.after_commit([&] { called = true; });
        unit.clear();
        const auto result = co_await unit.commit();
        CHECK(result.operations.empty());
        CHECK(result.round_trips == 0);
        CHECK_FALSE(called);
        const auto count = co_await hawser::repository<position>{db}.count();
        CHECK(count == 0);
    });
}
