#include "on_each_market.hpp"
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <span>
#include <vector>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;

TEST_CASE("a session takes settings, temporary tables and VACUUM, and shares the verbs", "[db]") {
    on_market(GENERATE(where::file, where::memory), [](hawser::database db) -> task<> {
        // [session]
        hawser::session s = co_await db.session({.name = "maintenance"});
        co_await s.execute<"pragma foreign_keys = off">();
        co_await s.execute<"create temporary table wanted (symbol text primary key)">();
        co_await s.execute<"insert into wanted values ($1)">("BTC");
        co_await s.execute<"vacuum">();
        co_await s.close();
        // [/session]
        const auto closed = co_await error_of(s.execute<"select 1">());
        CHECK(closed.id() == "DB_TXN_001");
        const auto gone = co_await error_of(db.execute(hawser::sql("insert into wanted values ('ETH')")));
        CHECK(gone.kind() == errc::undefined_object);
        trade orphan = make_trade(77, "BTC", "1");
        const auto checked = co_await error_of(hawser::repository<trade>{db}.insert(orphan));
        CHECK(checked.kind() == errc::foreign_key_violation);
    });
}

TEST_CASE("the settings and temporary tables of a session go with it", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        const bool postgres = is_postgres(db);
        const hawser::sql change(postgres ? "set lock_timeout = '77ms'" : "pragma foreign_keys = off");
        const hawser::sql setting(postgres ? "select current_setting('lock_timeout')"
                                           : "select foreign_keys from pragma_foreign_keys");
        hawser::session s = co_await db.session();
        const auto before = co_await s.query(setting);
        co_await s.execute(change);
        const auto changed = co_await s.query(setting);
        CHECK(changed[0][0].to_text() != before[0][0].to_text());
        co_await s.execute<"create temporary table wanted (symbol text primary key)">();
        co_await s.execute<"insert into wanted values ($1)">("BTC");
        const auto wanted = co_await s.query_one<std::string, "select symbol from wanted">();
        CHECK(wanted == "BTC");
        co_await s.close();
        const auto closed = co_await error_of(s.execute<"select 1">());
        CHECK(closed.id() == "DB_TXN_001");
        hawser::session next = co_await db.session();
        const auto after = co_await next.query(setting);
        CHECK(after[0][0].to_text() == before[0][0].to_text());
        const auto gone = co_await error_of(next.execute(hawser::sql("insert into wanted values ('ETH')")));
        CHECK(gone.kind() == errc::undefined_object);
    });
}

TEST_CASE("each call on a session is stored when it returns", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::session s = co_await db.session();
        hawser::repository<position> inside{s};
        position p = make_position("P");
        co_await inside.insert(p);
        std::vector<position> more;
        for (const char* symbol : {"Q", "R"}) more.push_back(make_position(symbol));
        const auto ids = co_await inside.bulk_insert(more);
        CHECK(ids.size() == 2);
        hawser::unit_of_work unit{s};
        unit.update(p);
        unit.erase<position>(ids[0]);
        co_await unit.commit();
        const auto seen = co_await hawser::repository<position>{db}.count();
        CHECK(seen == 2);
        hawser::unit_of_work bad{s};
        position r = make_position("S"), again = make_position("P");
        bad.insert(r);
        bad.insert(again);
        const auto e = co_await error_of(bad.commit());
        CHECK(e.kind() == errc::unique_violation);
        const auto after = co_await inside.count();
        CHECK(after == 2);
    });
}

TEST_CASE("a session that is dropped is handed back, with its transaction undone", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        {
            hawser::session s = co_await db.session();
            co_await s.execute(hawser::sql("begin"));
            position p = make_position("LOST");
            co_await hawser::repository<position>{s}.insert(p);
        }
        position q = make_position("KEPT");
        co_await hawser::repository<position>{db}.insert(q);
        const auto only = co_await hawser::repository<position>{db}.one();
        CHECK(only.symbol == "KEPT");
    });
}

TEST_CASE("a session's transactions are those of the database, on its connection", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::session s = co_await db.session();
        co_await s.execute<"create temporary table seen (symbol text)">();
        const int got = co_await s.transaction([](hawser::transaction& tx) -> task<int> {
            position p = make_position("P");
            co_await hawser::repository<position>{tx}.insert(p);
            co_await tx.execute<"insert into seen values ('P')">();
            co_return 7;
        });
        CHECK(got == 7);
        {
            hawser::transaction dropped = co_await s.begin();
            position p = make_position("DROPPED");
            co_await hawser::repository<position>{dropped}.insert(p);
        }
        hawser::transaction open = co_await s.begin({.name = "first"});
        const auto second = co_await error_of(s.begin({.name = "second"}));
        CHECK(second.kind() == errc::misuse);
        const auto undone = co_await hawser::as_result(open.savepoint([](hawser::transaction& sp) -> task<> {
            position p = make_position("INNER");
            co_await hawser::repository<position>{sp}.insert(p);
            hawser::throw_error(errc::misuse, "mine");
        }));
        CHECK(undone.has_error());
        co_await open.commit();
        const auto late = co_await error_of(open.commit());
        CHECK(late.id() == "DB_TXN_001");
        const auto symbols = co_await s.query<std::string, "select symbol from seen">();
        CHECK(symbols == std::vector<std::string>{"P"});
        const auto count = co_await hawser::repository<position>{s}.count();
        CHECK(count == 1);
    });
}

TEST_CASE("what is for sessions only is refused to everybody else before it is sent", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const std::array<const char*, 4> sqlite{"begin", "vacuum", "pragma foreign_keys = off",
                                                "attach 'x' as y"};
        const std::array<const char*, 4> postgres{"begin", "vacuum", "set lock_timeout = 1", "reset all"};
        const std::size_t which = GENERATE(0u, 1u, 2u, 3u);
        const char* const text = is_postgres(db) ? postgres[which] : sqlite[which];
        const auto e = co_await error_of(db.execute(hawser::sql(text)));
        CHECK(e.id() == "DB_SEC_001");
        CHECK_THAT(e.message(), support::contains_text("db.session"));
        hawser::transaction tx = co_await db.begin();
        const auto within = co_await error_of(tx.execute(hawser::sql(text)));
        CHECK(within.id() == "DB_SEC_001");
        co_await tx.commit();
    });
}

TEST_CASE("a session's script may hold what a session may do", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::session s = co_await db.session();
        const std::string script =
            is_postgres(db) ? "set lock_timeout = 1; begin; create table a (x int); commit"
                            : "pragma foreign_keys = off; begin; create table a (x); commit; vacuum";
        co_await s.run_script(script);
        co_await s.close();
        const auto n = co_await db.query_one<std::int64_t, "select count(*) from a">();
        CHECK(n == 0);
    });
}

TEST_CASE("a session is bounded in time unless its options raise the bounds", "[db]") {
    const hawser::open_options options{.sqlite = {.hold_total = 60ms, .hold_idle = 20ms}};
    on_market(
        where::file,
        [](hawser::database db) -> task<> {
            hawser::session s = co_await db.session({.name = "sleeper"});
            position waits = make_position("W");
            // Waits for the writer, which is free only after the session has been taken back.
            co_await hawser::repository<position>{db}.insert(waits);
            const auto late = co_await error_of(s.execute<"select 1">());
            CHECK(late.kind() == errc::statement_timeout);
            CHECK_THAT(late.message(), support::contains_text("sleeper"));

            hawser::session longer =
                co_await db.session({.name = "steady", .hold_total = 0ms, .hold_idle = 0ms});
            position next = make_position("N");
            const auto waited =
                co_await error_of(hawser::repository<position>{db.with({.timeout = 100ms})}.insert(next));
            CHECK(waited.kind() == errc::busy);
            CHECK_THAT(waited.message(), support::contains_text("steady' (session_test.cpp:"));
            co_await longer.execute<"select 1">();
            co_await longer.close();
        },
        options);
}

TEST_CASE("whatever a session has made in memory, the next one and the shared lane do not meet it", "[db]") {
    on_market(where::memory, [](hawser::database db) -> task<> {
        hawser::session s = co_await db.session();
        // Dropped in the order in which they were made, the parent would still be pointed to.
        co_await s.run_script("create temp table p (id integer primary key);"
                              "create temp table c (parent integer references p (id));"
                              "insert into p values (1); insert into c values (1);"
                              "pragma max_page_count = 100000; pragma recursive_triggers = 1;");
        co_await s.close();
        hawser::session next = co_await db.session();
        const auto left =
            co_await next.query_one<std::int64_t>(hawser::sql("select count(*) from sqlite_temp_schema"));
        CHECK(left == 0);
        const auto recursive =
            co_await next.query_one<std::int64_t>(hawser::sql("pragma recursive_triggers"));
        CHECK(recursive == 0);
        const auto pages = co_await next.query_one<std::int64_t>(hawser::sql("pragma max_page_count"));
        CHECK(pages > 100000);
        co_await next.close();
        const auto refused =
            co_await error_of(db.run_script("create table z (a); insert into z values (1); commit"));
        CHECK(refused.id() == "DB_SEC_001");
        const auto tables = co_await db.query_one<std::int64_t>(
            hawser::sql("select count(*) from sqlite_schema where name = 'z'"));
        CHECK(tables == 0);
    });
}

namespace {

constexpr const char* three_temporary[] = {
    "create temp table positions (id integer primary key)", "create temp view positions as select 1 as id",
    "create temp trigger t after insert on positions begin select 1; end"};
// Refused on its only writer. In a transaction of PostgreSQL's they are allowed, and cleared away behind it.
constexpr std::span<const char* const> temporary_of_sqlite(three_temporary);

} // namespace

TEST_CASE("temporary objects are for sessions", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        for (const char* text : is_postgres(db) ? std::span<const char* const>{} : temporary_of_sqlite) {
            const auto e = co_await error_of(db.run_script(text));
            CAPTURE(text, e.what());
            CHECK(e.id() == "DB_SEC_001");
            hawser::transaction tx = co_await db.begin();
            const auto within = co_await error_of(tx.run_script(text));
            CHECK(within.id() == "DB_SEC_001");
        }
        hawser::session s = co_await db.session();
        hawser::transaction tx = co_await s.begin();
        co_await tx.run_script("create temp table scratch (x integer); insert into scratch values (1)");
        co_await tx.commit();
        const auto kept = co_await s.query_one<std::int64_t>(hawser::sql("select count(*) from scratch"));
        CHECK(kept == 1);
    });
}

TEST_CASE("a session's transaction keeps its promises against its own scripts", "[db]") {
    on_market(GENERATE(where::file, where::memory), [](hawser::database db) -> task<> {
        const std::string insert =
            "insert into positions select null, 'Q', quantity, low, note, row_version, created_at, "
            "updated_at from positions";
        position p = make_position("P");
        co_await hawser::repository<position>{db}.insert(p);
        hawser::session s = co_await db.session();
        {
            hawser::transaction tx = co_await s.begin({.read_only = true});
            const auto e = co_await error_of(tx.run_script("pragma query_only = 0;" + insert));
            CHECK(e.id() == "DB_SEC_001");
            const auto write = co_await error_of(tx.run_script(insert));
            CHECK(write.kind() == errc::read_only);
            co_await tx.rollback();
        }
        {
            hawser::transaction tx = co_await s.begin();
            const auto e = co_await error_of(tx.run_script("commit;"));
            CHECK(e.id() == "DB_SEC_001");
            co_await tx.rollback();
        }
        // Its own settings outlive a transaction.
        co_await s.execute<"pragma query_only = 1">();
        hawser::transaction tx = co_await s.begin({.read_only = true});
        co_await tx.commit();
        const auto still = co_await error_of(s.run_script(insert));
        CHECK(still.kind() == errc::read_only);
        co_await s.execute<"pragma query_only = 0">();
        co_await s.close();
        const auto count = co_await hawser::repository<position>{db}.count();
        CHECK(count == 1);
    });
}

TEST_CASE("a session's transaction does not wait for room behind those who wait for the session", "[db]") {
    on_market(where::file,
              [](hawser::database db) -> task<> {
                  hawser::session s = co_await db.session();
                  const auto ex = co_await boost::asio::this_coro::executor;
                  std::vector<std::future<void>> behind;
                  const auto insert = [](hawser::database to, std::string symbol) -> task<> {
                      position p = make_position(symbol);
                      co_await hawser::repository<position>{to}.insert(p);
                  };
                  for (int i = 0; i < 6; ++i)
                      behind.push_back(boost::asio::co_spawn(ex, insert(db, "P" + std::to_string(i)),
                                                             boost::asio::use_future));
                  co_await boost::asio::post(ex, boost::asio::use_awaitable); // they have been asked for
                  hawser::transaction tx = co_await s.begin();
                  position own = make_position("own");
                  co_await hawser::repository<position>{tx}.insert(own);
                  co_await tx.commit();
                  co_await s.close();
                  while (co_await hawser::repository<position>{db}.count() < 7) {}
              },
              {.sqlite = {.queue_jobs = 4}});
}

TEST_CASE("the longest timeout and the longest bounds are none", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        constexpr auto ever = std::chrono::milliseconds::max();
        hawser::session s = co_await db.session({.timeout = ever, .hold_total = ever, .hold_idle = ever});
        position p = make_position("P");
        co_await hawser::repository<position>{s}.insert(p);
        const auto n = co_await s.query_one<std::int64_t, "select count(*) from positions">();
        CHECK(n == 1);
        co_await s.close();

        const hawser::database patient = db.with({.timeout = ever});
        const auto seen = co_await patient.query_one<std::int64_t, "select count(*) from positions">();
        CHECK(seen == 1);
        auto tx = co_await patient.begin({.timeout = ever});
        co_await tx.execute<"update positions set note = 'x'">();
        co_await tx.commit();
        auto rows = hawser::repository<position>(db).stream(1, {.snapshot_age = ever});
        const position* first = co_await rows.next();
        REQUIRE(first != nullptr);
        CHECK(first->note == "x");
    });
}
