// What a caller leaves behind on a connection, and who comes next on it.
#include "fixture.hpp"
#include "support/until.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>

using namespace market;
using hawser::errc;

namespace {

// Whoever needs a connection gets the one there is.
const hawser::open_options only_one{.pool = {.max_connections = 1, .shared_connections = 1}};

// Its settings end with a ROLLBACK, what it has prepared does not.
constexpr const char* leaves =
    "set application_name = 'desk'; set search_path = nowhere; prepare mine as select 1;"
    "listen ticks; create temporary table kept (v int)";

constexpr const char* refused_texts[] = {"unlisten *",
                                         "deallocate all",
                                         "load 'plpgsql'",
                                         "declare c cursor with hold for select 1",
                                         "create or replace temporary view positions as select 1 as v",
                                         "select 1 as v into temp positions",
                                         "create table pg_temp.positions (v int)",
                                         "create view pg_temp.positions as select 1 as v",
                                         "select 1 as v into \"pg_temp\".positions",
                                         "explain analyze create temp table positions as select 1 as v"};

task<std::int64_t> backend_of(hawser::transaction& on) {
    co_return co_await on.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
}

// What is found of leaves, in words; empty: nothing.
task<std::string> found_on(hawser::transaction& on) {
    co_return co_await on.query_one<
        std::string,
        "select concat_ws(' ', nullif(current_setting('application_name'), 'hawser'), "
        "nullif(current_setting('search_path'), '\"$user\", public'), "
        "(select string_agg(name, ' ') from pg_prepared_statements where name = 'mine'), "
        "(select string_agg(c, ' ') from pg_listening_channels() c), to_regclass('pg_temp.kept')::text)">();
}

// Until the script, which ends with pg_sleep, is there.
task<void> run_until_asleep(hawser::transaction& tx, std::string script,
                            const support::fresh_database& fresh) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto look = fresh.look();
    bool asleep = false;
    auto sees = [&] {
        return asleep = look.integer("select count(*) from pg_stat_activity where datname = "
                                     "current_database() and wait_event = 'PgSleep'") == 1;
    };
    auto slow = tx.run_script(script);
    auto watch = support::until(sees);
    const auto first = co_await (std::move(slow) || std::move(watch));
    CHECK(first.index() == 1);
    CHECK(asleep);
}

} // namespace

TEST_CASE("what a transaction leaves behind is cleared away before its connection is lent again",
          "[postgres]") {
    NEED_POSTGRES();
    const std::string end =
        GENERATE("committed", "rolled back", "dropped", "failed", "cancelled", "ended by a text");
    CAPTURE(end);
    on_postgres(
        [end](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            std::int64_t own = 0;
            {
                hawser::transaction tx = co_await db.begin();
                own = co_await backend_of(tx);
                if (end == "cancelled") {
                    const std::string script = std::string(leaves) + "; select pg_sleep(600)";
                    co_await run_until_asleep(tx, script, fresh);
                } else {
                    co_await tx.run_script(leaves);
                    const auto seen = co_await found_on(tx);
                    CHECK(seen == "desk nowhere mine kept");
                }
                if (end == "committed") co_await tx.commit();
                if (end == "rolled back") co_await tx.rollback();
                if (end == "ended by a text") co_await tx.run_script("commit");
                if (end == "failed") {
                    const auto failed = co_await error_of(tx.run_script("select 1/0"));
                    CHECK(failed.info().sqlstate == "22012");
                }
            }
            hawser::transaction next = co_await db.begin();
            const auto same = co_await backend_of(next);
            CHECK(same == own);
            const auto left = co_await found_on(next);
            CHECK(left == "");
            co_await next.commit();
        },
        only_one);
}

TEST_CASE("what a transaction leaves behind is not there for a session, nor that of a single statement",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            position p = make_position("BTC", 1);
            co_await hawser::repository<position>{db}.insert(p);
            for (int i = 0; i < 2; ++i) {
                hawser::transaction tx = co_await db.begin();
                co_await tx.execute<"listen ticks">();
                co_await tx.execute(hawser::sql("create temporary table positions (v int)"));
                co_await tx.commit();
                hawser::session next = co_await db.session();
                const auto channels =
                    co_await next.query_one<std::int64_t, "select count(*) from pg_listening_channels()">();
                CHECK(channels == 0);
                const auto rows = co_await hawser::repository<position>{next}.count();
                CHECK(rows == 1);
                co_await next.close();
            }
        },
        only_one);
}

TEST_CASE("a transaction that leaves nothing behind keeps what is prepared on its connection", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            hawser::transaction tx = co_await db.begin();
            const auto own = co_await backend_of(tx);
            co_await tx.run_script("set local search_path = nowhere; set constraints all deferred;"
                                   "create temp table passing (v int) on commit drop");
            co_await tx.commit();
            hawser::transaction next = co_await db.begin();
            const auto known =
                co_await next.query_one<std::int64_t, "select count(*) from pg_prepared_statements where "
                                                      "statement = 'select pg_backend_pid()::bigint'">();
            CHECK(known == 1);
            const auto same = co_await backend_of(next);
            CHECK(same == own);
            const auto left = co_await found_on(next);
            CHECK(left == "");
            co_await next.commit();
        },
        only_one);
}

TEST_CASE("a transaction takes a setting that ends with it as a statement, and no other; the shared lane "
          "takes none",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            const hawser::sql passing("set local application_name = 'desk'");
            const hawser::sql lasting("set application_name = 'desk'");
            const auto name_on = [](hawser::transaction& on) -> task<std::string> {
                return on.query_one<std::string, "select current_setting('application_name')">();
            };
            hawser::transaction tx = co_await db.begin();
            co_await tx.execute<"set transaction isolation level serializable, read write">();
            const auto own = co_await backend_of(tx);
            co_await tx.execute(passing);
            const auto by_text = co_await name_on(tx);
            CHECK(by_text == "desk");
            co_await tx.execute<"set local application_name = 'night desk'">();
            const auto by_literal = co_await name_on(tx);
            CHECK(by_literal == "night desk");
            co_await tx.execute<"set constraints all deferred">();
            const auto refused = co_await error_of(tx.execute(lasting));
            CHECK(refused.kind() == errc::permission_denied);
            co_await tx.commit();
            hawser::session s = co_await db.session();
            hawser::transaction within = co_await s.begin();
            co_await within.execute(passing);
            co_await within.rollback();
            co_await s.close();
            hawser::transaction next = co_await db.begin();
            const auto same = co_await backend_of(next);
            CHECK(same == own);
            const auto left = co_await name_on(next);
            CHECK(left == "hawser");
            co_await next.commit();
            const auto shared = co_await error_of(db.execute(passing));
            CHECK(shared.kind() == errc::permission_denied);
        },
        only_one);
}

TEST_CASE("a statement that would leave something on a shared connection is refused, and nothing of it runs",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            std::vector<hawser::error> refused;
            refused.push_back(co_await error_of(db.execute<"listen ticks">()));
            refused.push_back(co_await error_of(db.execute<"listen ticks">())); // it is not known from before
            refused.push_back(co_await error_of(db.execute<"create temp table positions (v int)">()));
            for (const char* const text : refused_texts) {
                const hawser::sql one(text);
                refused.push_back(co_await error_of(db.execute(one)));
            }
            for (const hawser::error& e : refused) {
                CAPTURE(e.what());
                CHECK(e.kind() == errc::permission_denied);
                CHECK(e.id() == "DB_SEC_001");
                CHECK(!e.may_have_executed());
                CHECK(e.message().find("on a connection that others share; use db.session") !=
                      std::string::npos);
            }
            CHECK(refused.front().message().starts_with("the statement holds listen"));
            CHECK(refused.at(2).message().starts_with("the statement holds create temporary"));
            const auto left = co_await db.query_one<
                std::int64_t, "select (select count(*) from pg_listening_channels()) + (select count(*) from "
                              "pg_cursors where name = 'c') + (select count(*) from pg_class where "
                              "relpersistence = 't')">();
            CHECK(left == 0);
            position p = make_position("BTC", 1);
            co_await hawser::repository<position>{db}.insert(p);
            CHECK(fresh.look().integer("select count(*) from public.positions") == 1);
        },
        only_one);
}
