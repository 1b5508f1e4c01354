#include "on_each_market.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;

TEST_CASE("a transaction commits what its body did and gives its value", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        // [transaction]
        const auto id = co_await db.transaction([](hawser::transaction& tx) -> task<std::int64_t> {
            hawser::repository<position> positions{tx};
            position p = make_position("P");
            co_await positions.insert(p);
            p.quantity = 3;
            co_await positions.update(p);
            CHECK(p.row_version == 2);
            co_return p.id;
        });
        // [/transaction]
        const auto seen1 = co_await hawser::repository<position>{db}.get(id);
        CHECK((seen1).row_version == 2);
    });
}

TEST_CASE("an exception rolls back and goes on to the caller", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        bool caught = false;
        try {
            co_await db.transaction([](hawser::transaction& tx) -> task<> {
                position p = make_position("P");
                co_await hawser::repository<position>{tx}.insert(p);
                throw std::runtime_error("mine");
            });
        } catch (const std::runtime_error& e) { caught = std::string(e.what()) == "mine"; }
        CHECK(caught);
        const auto seen2 = co_await hawser::repository<position>{db}.count();
        CHECK(seen2 == 0);
    });
}

TEST_CASE("nobody else sees a transaction's work before its commit", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        position p = make_position("P");
        co_await hawser::repository<position>{tx}.insert(p);
        const auto seen3 = co_await hawser::repository<position>{db}.count();
        CHECK(seen3 == 0);
        co_await tx.commit();
        const auto seen4 = co_await hawser::repository<position>{db}.count();
        CHECK(seen4 == 1);
        const auto seen5 = co_await error_of(tx.commit());
        CHECK((seen5).id() == "DB_TXN_001");
    });
}

TEST_CASE("a transaction handle that is dropped is rolled back", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        {
            hawser::transaction tx = co_await db.begin();
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
        }
        position other = make_position("OTHER");
        co_await hawser::repository<position>{db}.insert(other);
        const auto seen6 = co_await hawser::repository<position>{db}.one();
        CHECK((seen6).symbol == "OTHER");
    });
}

TEST_CASE("a savepoint undoes its own part only, nested too", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await db.transaction([](hawser::transaction& tx) -> task<> {
            hawser::repository<position> positions{tx};
            position outer = make_position("OUTER"), after = make_position("AFTER");
            co_await positions.insert(outer);
            const auto undone =
                co_await hawser::as_result(tx.savepoint([](hawser::transaction& sp) -> task<> {
                    hawser::repository<position> inside{sp};
                    position inner = make_position("INNER"), deep = make_position("DEEP");
                    co_await inside.insert(inner);
                    co_await sp.savepoint([&](hawser::transaction& deeper) -> task<> {
                        co_await hawser::repository<position>{deeper}.insert(deep);
                    });
                    position again = make_position("OUTER");
                    co_await inside.insert(again);
                }));
            CHECK(undone.error().kind() == errc::unique_violation);
            co_await positions.insert(after);
            const int kept = co_await tx.savepoint([](hawser::transaction& sp) -> task<int> {
                position p = make_position("KEPT");
                co_await hawser::repository<position>{sp}.insert(p);
                co_return 5;
            });
            CHECK(kept == 5);
        });
        const auto rows =
            co_await hawser::repository<position>{db}.order_by(hawser::asc<&position::symbol>).all();
        REQUIRE(rows.size() == 3);
        CHECK(rows[0].symbol == "AFTER");
        CHECK(rows[1].symbol == "KEPT");
        CHECK(rows[2].symbol == "OUTER");
    });
}

TEST_CASE("a script that fails inside a transaction leaves nothing of itself", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        position p = make_position("P");
        co_await hawser::repository<position>{tx}.insert(p);
        const auto script = [](hawser::transaction& in) -> task<> {
            co_await in.run_script("update positions set note = 'half'; insert into nowhere values (1)");
        };
        const auto e = co_await error_alone(tx, script);
        CHECK(e.kind() == errc::undefined_object);
        co_await tx.commit();
        const auto only = co_await hawser::repository<position>{db}.one();
        CHECK_FALSE(only.note.has_value());
    });
}

TEST_CASE("a statement that fails is undone alone on SQLite, and takes its transaction along on PostgreSQL",
          "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        position p = make_position("P"), again = make_position("P"), q = make_position("Q");
        co_await inside.insert(p);
        const auto e = co_await error_of(inside.insert(again));
        CHECK(e.kind() == errc::unique_violation);
        const auto next = co_await hawser::as_result(inside.insert(q));
        CHECK(next.has_error() == is_postgres(db));
        const auto end = co_await hawser::as_result(tx.commit());
        CHECK(end.has_error() == is_postgres(db));
        const auto stored = co_await hawser::repository<position>{db}.count();
        CHECK(stored == (is_postgres(db) ? 0 : 2));
    });
}

TEST_CASE("a cancellation that comes too late for a savepoint's body leaves no half of it", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        boost::asio::cancellation_signal signal;
        bool ended = false;
        auto body = [&](hawser::transaction& tx) -> task<> {
            co_await boost::asio::this_coro::throw_if_cancelled(false);
            auto inner = [&](hawser::transaction& sp) -> task<> {
                position p = make_position("P");
                co_await hawser::repository<position>{sp}.insert(p);
                signal.emit(boost::asio::cancellation_type::terminal);
            };
            co_await tx.savepoint(inner);
            position q = make_position("Q");
            co_await hawser::repository<position>{tx}.insert(q);
        };
        auto ex = co_await boost::asio::this_coro::executor;
        boost::asio::co_spawn(
            ex, db.transaction(body),
            boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
        std::int64_t seen = -1;
        while (!ended) seen = co_await hawser::repository<position>{db}.count();
        seen = co_await hawser::repository<position>{db}.count();
        CHECK((seen == 0 || seen == 2));
    });
}

TEST_CASE("a body that fails by contention is run again as a whole", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        int runs = 0;
        co_await db.transaction([&](hawser::transaction& tx) -> task<> {
            ++runs;
            CHECK(tx.attempt() == static_cast<unsigned>(runs));
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            if (runs < 3) hawser::throw_error(errc::serialization_failure, "forced");
        });
        CHECK(runs == 3);
        const auto seen7 = co_await hawser::repository<position>{db}.count();
        CHECK(seen7 == 1);
        runs = 0;
        const auto e = co_await error_of(db.transaction(
            [&](hawser::transaction&) -> task<> {
                ++runs;
                hawser::throw_error(errc::busy, "forced");
                co_return;
            },
            {.attempts = 2}));
        CHECK(e.kind() == errc::busy);
        CHECK(runs == 2);
    });
}

TEST_CASE("contention is tried as often as the database's options say, and paused for no longer", "[db]") {
    const auto body = [](unsigned& runs) {
        return [&runs](hawser::transaction&) -> task<> {
            ++runs;
            hawser::throw_error(errc::busy, "forced");
            co_return;
        };
    };
    const auto twice = [&](hawser::database db) -> task<> {
        unsigned runs = 0;
        const auto busy = body(runs);
        const auto e = co_await error_of(db.transaction(busy));
        CHECK(e.kind() == errc::busy);
        CHECK(runs == 2);
    };
    const auto often = [&](hawser::database db) -> task<> {
        unsigned runs = 0;
        const auto busy = body(runs);
        const auto e = co_await error_of(
            db.transaction(busy)); // doubled without bound, the pauses would last most of a minute
        CHECK(e.kind() == errc::busy);
        CHECK(runs == 100);
    };
    support::on_each_engine([&](const support::fresh_place& place) {
        on_market(place, twice, {.retry = {.attempts = 2}});
        on_market(place, often, {.retry = {.attempts = 100, .longest_pause = std::chrono::milliseconds(0)}});
    });
}

TEST_CASE("a read-only transaction keeps its snapshot and refuses to write", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        position p = make_position("P");
        co_await hawser::repository<position>{db}.insert(p);
        // SQLite's are all serializable.
        const auto level = is_postgres(db) ? hawser::isolation::repeatable_read : hawser::isolation::default_;
        hawser::transaction snapshot = co_await db.begin({.isolation = level, .read_only = true});
        if (is_postgres(db))
            co_await hawser::repository<position>{snapshot}.count(); // it begins with its first statement
        position q = make_position("Q");
        co_await hawser::repository<position>{db}.insert(q);
        const auto seen8 = co_await hawser::repository<position>{snapshot}.count();
        CHECK(seen8 == 1);
        position r = make_position("R");
        const auto seen9 = co_await error_of(hawser::repository<position>{snapshot}.insert(r));
        CHECK((seen9).kind() == errc::read_only);
        co_await snapshot.rollback();
        const auto seen10 = co_await hawser::repository<position>{db}.count();
        CHECK(seen10 == 2);
    });
}

TEST_CASE("a transaction that pauses too long is rolled back, and those who wait learn its name", "[db]") {
    const hawser::open_options options{.sqlite = {.hold_total = 10s, .hold_idle = 100ms}};
    on_market(
        where::file,
        [](hawser::database db) -> task<> {
            hawser::transaction tx = co_await db.begin({.name = "dawdler"});
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            position q = make_position("Q");
            const auto waited =
                co_await error_of(hawser::repository<position>{db.with({.timeout = 20ms})}.insert(q));
            CHECK(waited.kind() == errc::busy);
            CHECK_THAT(std::string(waited.what()), support::contains_text("dawdler"));
            CHECK_THAT(std::string(waited.what()), support::contains_text("use tx"));
            // Waits for the writer, which is free only after the dawdler was rolled back.
            co_await hawser::repository<position>{db}.insert(q);
            const auto late = co_await error_of(hawser::repository<position>{tx}.count());
            CHECK(late.id() == "DB_TXN_001");
            CHECK_THAT(std::string(late.what()), support::contains_text("dawdler"));
            const auto seen11 = co_await hawser::repository<position>{db}.one();
            CHECK((seen11).symbol == "Q");
        },
        options);
}

TEST_CASE("cancelling a body rolls back before the caller goes on", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        boost::asio::cancellation_signal signal;
        bool rolled_back = false;
        auto body = [&](hawser::transaction& tx) -> task<> {
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            signal.emit(boost::asio::cancellation_type::terminal);
            co_await hawser::repository<position>{tx}.count();
        };
        auto ex = co_await boost::asio::this_coro::executor;
        std::exception_ptr ended;
        boost::asio::co_spawn(ex, db.transaction(body),
                              boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                                  ended = e;
                                  rolled_back = true;
                              }));
        // The insert waits for the writer, so it comes after the rollback.
        while (!rolled_back) {
            position q = make_position("Q");
            co_await hawser::repository<position>{db}.upsert(q);
        }
        CHECK(ended);
        const auto seen12 = co_await hawser::repository<position>{db}.one();
        CHECK((seen12).symbol == "Q");
    });
}

TEST_CASE("a waiter is told where the transaction was begun that holds the writer", "[db]") {
    on_market([](hawser::database db) -> task<> {
        auto body = [db](hawser::transaction& tx) -> task<> {
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            position q = make_position("Q");
            const auto e =
                co_await error_of(hawser::repository<position>{db.with({.timeout = 20ms})}.insert(q));
            CHECK(e.kind() == errc::busy);
            CHECK_THAT(e.message(), support::contains_text("'apply_fill' (transaction_test.cpp:"));
            CHECK_THAT(e.message(), support::contains_text("use tx"));
        };
        co_await db.transaction(body, {.name = "apply_fill"});
        const auto only = co_await hawser::repository<position>{db}.one();
        CHECK(only.symbol == "P");
    });
}

TEST_CASE("the timeout of a transaction bounds its statements and its commit", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        auto slow = [](hawser::transaction& tx) -> task<> {
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            const hawser::sql long_lasting(is_postgres(tx) ? "select count(*) from pg_sleep(1)"
                                                           : "with recursive n(i) as (select 1 union all "
                                                             "select i + 1 from n) select count(*) from n");
            co_await tx.query_one<std::int64_t>(long_lasting);
        };
        const auto stopped = co_await error_of(db.transaction(slow, {.timeout = 30ms}));
        CHECK(stopped.kind() == errc::statement_timeout);

        hawser::transaction tx = co_await db.begin({.timeout = 200ms});
        position p = make_position("P");
        hawser::repository<position> inside{tx};
        (void)co_await hawser::as_result(inside.insert(p));
        while (true) {
            const auto r = co_await hawser::as_result(tx.execute<"select 1">());
            if (r.has_error()) break;
        }
        const auto late = co_await error_of(tx.commit());
        CHECK(late.kind() == errc::statement_timeout);
        const auto none = co_await hawser::repository<position>{db}.count();
        CHECK(none == 0);
    });
}

TEST_CASE("after_commit runs once, after the COMMIT of the attempt that succeeded", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        std::string said;
        auto body = [&](hawser::transaction& tx) -> task<> {
            tx.after_commit([&said, n = tx.attempt()] { said += "a" + std::to_string(n); });
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            CHECK(said.empty());
            const auto undone =
                co_await hawser::as_result(tx.savepoint([&](hawser::transaction& sp) -> task<> {
                    sp.after_commit([&] { said += "undone"; });
                    hawser::throw_error(errc::misuse, "mine");
                    co_return;
                }));
            CHECK(undone.has_error());
            co_await tx.savepoint([&](hawser::transaction& sp) -> task<> {
                sp.after_commit([&] { said += "b"; });
                co_return;
            });
            if (tx.attempt() < 3) hawser::throw_error(errc::serialization_failure, "forced");
        };
        co_await db.transaction(body);
        CHECK(said == "a3b");

        hawser::transaction tx = co_await db.begin();
        tx.after_commit([&] { said += "never"; });
        co_await tx.rollback();
        hawser::transaction kept = co_await db.begin();
        kept.after_commit([&] { said += "c"; });
        co_await kept.commit();
        CHECK(said == "a3bc");
        const auto count = co_await hawser::repository<position>{db}.count();
        CHECK(count == 1);
    });
}

TEST_CASE("what after_commit throws comes to the caller, and the work is stored once", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        int runs = 0;
        auto body = [&](hawser::transaction& tx) -> task<> {
            ++runs;
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            tx.after_commit([] { hawser::throw_error(errc::busy, "mine"); });
        };
        const auto e = co_await error_of(db.transaction(body));
        CHECK(e.kind() == errc::busy);
        CHECK(runs == 1);
        const auto count = co_await hawser::repository<position>{db}.count();
        CHECK(count == 1);
    });
}

TEST_CASE("three levels of savepoints are undone from the inside out", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const int failing = GENERATE(1, 2, 3, 4);
        const auto add = [](hawser::transaction& at, const char* symbol) -> task<> {
            position p = make_position(symbol);
            co_await hawser::repository<position>{at}.insert(p);
        };
        auto body = [&](hawser::transaction& tx) -> task<> {
            co_await add(tx, "0");
            auto first = [&](hawser::transaction& one) -> task<> {
                co_await add(one, "1");
                auto second = [&](hawser::transaction& two) -> task<> {
                    co_await add(two, "2");
                    auto third = [&](hawser::transaction& three) -> task<> {
                        co_await add(three, "3");
                        if (failing == 3) throw std::runtime_error("mine");
                    };
                    try {
                        co_await two.savepoint(third);
                    } catch (const std::runtime_error&) {}
                    if (failing == 2) throw std::runtime_error("mine");
                };
                try {
                    co_await one.savepoint(second);
                } catch (const std::runtime_error&) {}
                if (failing == 1) throw std::runtime_error("mine");
            };
            try {
                co_await tx.savepoint(first);
            } catch (const std::runtime_error&) {}
            co_await add(tx, "4");
        };
        co_await db.transaction(body);
        const auto stored = co_await hawser::repository<position>{db}
                                .order_by(hawser::asc<&position::symbol>)
                                .pluck<&position::symbol>();
        std::string symbols;
        for (const std::string& symbol : stored) symbols += symbol;
        CHECK(symbols == std::string(failing == 1   ? "04"
                                     : failing == 2 ? "014"
                                     : failing == 3 ? "0124"
                                                    : "01234"));
    });
}

TEST_CASE("every isolation is accepted", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        using hawser::isolation;
        const auto wanted = GENERATE(isolation::default_, isolation::read_committed,
                                     isolation::repeatable_read, isolation::serializable);
        hawser::transaction tx = co_await db.begin({.isolation = wanted});
        co_await tx.commit();
    });
}

TEST_CASE("a read-only transaction in memory refuses to write", "[db]") {
    on_market(where::memory, [](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin({.read_only = true});
        position p = make_position("P");
        const auto e = co_await error_of(hawser::repository<position>{tx}.insert(p));
        CHECK(e.kind() == errc::read_only);
        co_await tx.rollback();
        co_await hawser::repository<position>{db}.insert(p);
    });
}

TEST_CASE("a transaction that is cancelled in its body ends with errc::cancelled", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        boost::asio::cancellation_signal signal;
        std::exception_ptr end;
        bool ended = false;
        auto body = [&](hawser::transaction& tx) -> task<> {
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            signal.emit(boost::asio::cancellation_type::terminal);
            co_await hawser::repository<position>{tx}.count();
        };
        auto ex = co_await boost::asio::this_coro::executor;
        boost::asio::co_spawn(ex, db.transaction(body),
                              boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                                  end = e;
                                  ended = true;
                              }));
        std::int64_t seen = 0;
        while (!ended) seen = co_await hawser::repository<position>{db}.count();
        CHECK(seen == 0);
        REQUIRE(end);
        try {
            std::rethrow_exception(end);
        } catch (const hawser::error& e) { CHECK(e.kind() == errc::cancelled); }
    });
}
