// A session's connection, and the transactions on it, whatever is done to them.
#include "fixture.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

using namespace market;
using hawser::errc;

namespace {

// Whoever needs a connection gets the one there is, be it given back a moment later.
const hawser::open_options only_one{.pool = {.max_connections = 1, .shared_connections = 1}};

} // namespace

TEST_CASE("a transaction that a text of its own has ended takes no more work, and its COMMIT is no success",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::session s = co_await db.session();
        hawser::transaction tx = co_await s.begin();
        hawser::repository<position> positions{tx};
        position stored = make_position("BTC", 1);
        co_await positions.insert(stored);
        co_await tx.run_script("commit");
        position late = make_position("ETH", 1);
        const auto refused = co_await error_of(positions.insert(late));
        CHECK(refused.kind() == errc::misuse);
        CHECK(refused.id() == "DB_TXN_001");
        CHECK(!refused.may_have_executed());
        const auto commit = co_await error_of(tx.commit());
        CHECK(commit.kind() == errc::misuse);
        auto look = fresh.look();
        CHECK(look.text("select string_agg(symbol, ',') from positions") == "BTC");
        // The session's connection is as good as before.
        hawser::transaction next = co_await s.begin();
        hawser::repository<position> again{next};
        co_await again.insert(late);
        co_await next.commit();
        CHECK(look.text("select string_agg(symbol, ',' order by symbol) from positions") == "BTC,ETH");
    });
}

TEST_CASE("what a session makes the server forget is known to be forgotten", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            for (const char* const forgets : {"deallocate all", "discard all"}) {
                hawser::session s = co_await db.session();
                hawser::transaction first = co_await s.begin();
                co_await first.rollback();
                hawser::transaction second = co_await s.begin();
                co_await second.commit();
                co_await s.run_script(forgets);
                {
                    hawser::transaction dropped = co_await s.begin();
                    hawser::repository<position> positions{dropped};
                    position p = make_position("BTC", 1);
                    co_await positions.insert(p);
                } // its ROLLBACK was forgotten as well
                hawser::transaction third = co_await s.begin();
                co_await third.commit();
            }
            CHECK(fresh.look().integer("select count(*) from positions") == 0);
        },
        {.pool = {.max_connections = 2, .shared_connections = 1}});
}

TEST_CASE("what a function makes the server forget is found out", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            const std::string forgets = "do $$ begin execute 'deallocate all'; end $$";
            hawser::session s = co_await db.session();
            hawser::transaction first = co_await s.begin();
            hawser::repository<position> positions{first};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            co_await first.rollback();
            // Outside of a transaction nobody hears of it,
            co_await s.run_script(forgets);
            hawser::transaction second = co_await s.begin();
            hawser::repository<position> again{second};
            co_await again.insert(p);
            // inside of one the server has undone what was done, and one statement tells it for all.
            co_await second.run_script(forgets);
            const auto forgotten = co_await error_of(again.insert(p));
            CHECK(forgotten.info().sqlstate == "26000");
            co_await second.rollback();
            hawser::transaction third = co_await s.begin();
            hawser::repository<position> anew{third};
            co_await anew.insert(p);
            co_await third.run_script(forgets);
            co_await third.rollback(); // and a ROLLBACK is one
            CHECK(fresh.look().integer("select count(*) from positions") == 0);
            // Nothing of the session's is left to others.
            co_await s.run_script("set application_name = 'desk'");
            co_await s.run_script(forgets);
            const auto own = co_await s.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            co_await s.run_script(forgets);
            co_await s.close();
            hawser::session other = co_await db.session();
            const auto same = co_await other.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            CHECK(same == own);
            const auto name = co_await other.query_one<std::string, "show application_name">();
            CHECK(name == "hawser");
        },
        only_one);
}

TEST_CASE("statements that a transaction makes the server forget are prepared again in it", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> positions{tx};
        position first = make_position("BTC", 1);
        position second = make_position("ETH", 1);
        co_await positions.insert(first);
        co_await tx.run_script("deallocate all");
        co_await positions.insert(second);
        co_await tx.run_script("reset all"); // which forgets none
        const auto known =
            co_await tx.query_one<std::int64_t, "select count(*) from pg_prepared_statements">();
        CHECK(known > 0);
        co_await tx.commit();
        CHECK(fresh.look().integer("select count(*) from positions") == 2);
    });
}

TEST_CASE("a session whose leavings cannot be cleared away is not lent again", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            hawser::session first = co_await db.session();
            const auto own = co_await first.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            // DISCARD ALL waits for a lock of another's, for as long as the session allows.
            co_await first.run_script("create temporary table mine (v int)");
            auto lock = fresh.cluster().admin(fresh.name());
            lock.exec("begin; lock table " +
                      lock.text("select oid::regclass::text from pg_class where relname = 'mine'"));
            co_await first.run_script("set statement_timeout = 300");
            co_await first.close();
            hawser::session second = co_await db.session();
            const auto other = co_await second.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            CHECK(other != own);
        },
        {.pool = {.max_connections = 2, .shared_connections = 1}});
}

TEST_CASE("a transaction that is dropped while a bulk insert of its is let go is rolled back",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        using namespace boost::asio::experimental::awaitable_operators;
        std::vector<position> rows;
        for (int i = 0; i < 60000; ++i) rows.push_back(make_position("S" + std::to_string(i), 1));
        hawser::session s = co_await db.session();
        {
            hawser::transaction tx = co_await s.begin();
            hawser::repository<position> positions{tx};
            boost::asio::steady_timer soon(co_await boost::asio::this_coro::executor,
                                           std::chrono::milliseconds(5));
            auto bulk = positions.bulk_insert(rows);
            auto timer = soon.async_wait(boost::asio::use_awaitable);
            const auto first = co_await (std::move(bulk) || std::move(timer));
            CHECK(first.index() == 1);
        }
        const auto one = co_await s.query_one<std::int64_t, "select 1">();
        CHECK(one == 1);
        CHECK(fresh.look().integer("select count(*) from positions") == 0);
    });
}

TEST_CASE("a session that is closed is given back once, as it was", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            hawser::session first = co_await db.session();
            const auto own = co_await first.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            co_await first.run_script("set application_name = 'desk'; create temporary table mine (v int)");
            co_await first.close();
            hawser::session second = co_await db.session();
            const auto same = co_await second.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            CHECK(same == own);
            const auto name = co_await second.query_one<std::string, "show application_name">();
            CHECK(name == "hawser");
            const auto left =
                co_await second
                    .query_one<std::int64_t, "select count(*) from pg_class where relname = 'mine'">();
            CHECK(left == 0);
        },
        only_one);
}

TEST_CASE("a script that would leave a setting on a shared connection is refused, and runs in a session",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database db, const support::fresh_database&) -> task<> {
        const char* const script =
            "insert into positions (symbol, quantity, low, row_version, created_at, "
            "updated_at) values ('A', 0, 0, 1, now(), now()); set search_path = nowhere";
        const auto refused = co_await error_of(db.run_script(script));
        CHECK(refused.kind() == errc::permission_denied);
        CHECK(refused.message().find("set, which outlives it") != std::string::npos);
        const auto none = co_await hawser::repository<position>{db}.count();
        CHECK(none == 0);
        hawser::session own = co_await db.session();
        co_await own.run_script(script);
        co_await own.close();
        const auto one = co_await hawser::repository<position>{db}.count();
        CHECK(one == 1);
    });
}
