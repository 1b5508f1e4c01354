#include "fixture.hpp"
#include "support/jobs.hpp"
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

using namespace market;
using hawser::errc;

TEST_CASE("a transaction on PostgreSQL is stored whole or not at all", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        auto look = fresh.look();
        auto stored = [&](hawser::transaction& tx) -> task<> {
            hawser::repository<position> positions{tx};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            CHECK(look.integer("select count(*) from positions") == 0);
        };
        co_await db.transaction(stored);
        CHECK(look.integer("select count(*) from positions") == 1);
        auto thrown = [&](hawser::transaction& tx) -> task<> {
            hawser::repository<position> positions{tx};
            position p = make_position("ETH", 1);
            co_await positions.insert(p);
            throw std::runtime_error("no");
        };
        bool caught = false;
        try {
            co_await db.transaction(thrown);
        } catch (const std::runtime_error&) { caught = true; }
        CHECK(caught);
        CHECK(look.integer("select count(*) from positions") == 1);
    });
}

TEST_CASE("COMMIT on PostgreSQL that is asked for before a statement's failure is known stores nothing, and "
          "says so",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            position taken = make_position("TAKEN");
            co_await hawser::repository<position>{db}.insert(taken);
            hawser::transaction tx = co_await db.begin();
            const hawser::repository<position> positions{tx};
            std::vector<position> rows;
            for (const char* symbol : {"BTC", "TAKEN", "ETH"}) rows.push_back(make_position(symbol));
            std::vector<std::exception_ptr> ends(rows.size());
            std::size_t ended = 0;
            const auto here = co_await boost::asio::this_coro::executor;
            for (std::size_t i = 0; i < rows.size(); ++i)
                boost::asio::co_spawn(here, positions.insert(rows[i]),
                                      [&ends, &ended, i](std::exception_ptr e) {
                                          ends[i] = std::move(e);
                                          ++ended;
                                      });
            co_await boost::asio::post(here,
                                       boost::asio::use_awaitable); // they are asked for, and not answered
            CHECK(ended == 0);
            const auto told = co_await error_of(tx.commit());
            CHECK(told.kind() == errc::unique_violation);
            CHECK(std::string(told.what()).find("the transaction had failed") != std::string::npos);
            CHECK_FALSE(told.may_have_executed());
            REQUIRE(ended == rows.size());
            CHECK_FALSE(ends[0]);
            CHECK(support::kind_of(ends[1]) == errc::unique_violation);
            CHECK(support::error_in(ends[2]).info().sqlstate == "25P02");
            auto look = fresh.look();
            CHECK(look.text("select string_agg(symbol, ',') from positions") == "TAKEN");
            CHECK(look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                               "state like 'idle in transaction%'") == 0);
            hawser::transaction next = co_await db.begin(); // on the same connection
            co_await hawser::repository<position>{next}.insert(rows[2]);
            co_await next.commit();
            CHECK(look.integer("select count(*) from positions") == 2);
        },
        {.pool = {.max_connections = 2, .shared_connections = 1}});
}

TEST_CASE("a COMMIT of which the server says that it was a rollback is not unknown, whatever had failed",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::transaction tx = co_await db.begin();
        const auto kept = co_await error_of(tx.execute(
            hawser::sql("do $$ begin raise exception 'of another server' using errcode = '08007'; end $$")));
        CHECK(kept.kind() == errc::commit_unknown);
        const auto told = co_await error_of(tx.commit());
        CHECK(told.kind() == errc::serialization_failure);
        CHECK_FALSE(told.may_have_executed());
    });
}

TEST_CASE("a body on PostgreSQL that keeps a failure to itself is not run again for it, and stores nothing",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        int runs = 0;
        auto body = [&](hawser::transaction& tx) -> task<> {
            ++runs;
            hawser::repository<position> positions{tx};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            const auto error = co_await error_of(positions.insert(p)); // twice the symbol
            CHECK(error.kind() == errc::unique_violation);
        };
        const auto told = co_await error_of(db.transaction(body));
        CHECK(told.kind() == errc::unique_violation);
        CHECK_FALSE(told.retryable());
        CHECK_FALSE(told.may_have_executed());
        CHECK(runs == 1);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions") == 0);
    });
}

TEST_CASE("a savepoint on PostgreSQL is undone alone", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        auto inner = [](hawser::transaction& sp) -> task<> {
            hawser::repository<position> positions{sp};
            position p = make_position("ETH", 1);
            co_await positions.insert(p);
            co_await positions.insert(p); // twice the symbol
        };
        auto body = [&](hawser::transaction& tx) -> task<> {
            hawser::repository<position> positions{tx};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            const auto error = co_await error_of(tx.savepoint(inner));
            CHECK(error.kind() == errc::unique_violation);
            position q = make_position("SOL", 1);
            co_await positions.insert(q);
        };
        co_await db.transaction(body);
        auto look = fresh.look();
        CHECK(look.text("select string_agg(symbol, ',' order by symbol) from positions") == "BTC,SOL");
    });
}

TEST_CASE("a transaction that is dropped on PostgreSQL is rolled back, and its connection serves again",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        for (int i = 0; i < 50; ++i) {
            hawser::transaction tx = co_await db.begin();
            hawser::repository<position> positions{tx};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
        }
        hawser::transaction tx = co_await db.begin();
        co_await tx.rollback();
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions") == 0);
        CHECK(look.integer(
                  "select count(*) from pg_stat_activity where datname = current_database() and state like "
                  "'idle in transaction%'") == 0);
    });
}

TEST_CASE("a session on PostgreSQL keeps its settings, and leaves none behind", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        {
            hawser::session s = co_await db.session();
            co_await s.execute<"set application_name = 'desk'">();
            const auto name = co_await s.query_one<std::string, "show application_name">();
            CHECK(name == "desk");
        }
        hawser::session s = co_await db.session();
        const auto name = co_await s.query_one<std::string, "show application_name">();
        CHECK(name == "hawser");
    });
}

TEST_CASE("a unit of work on PostgreSQL is one batch: a failing guard leaves nothing", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("BTC", 1);
        co_await positions.insert(p);
        {
            hawser::unit_of_work uow{db};
            uow.insert(make_position("ETH", 1));
            uow.update<position>(col<&position::symbol> == "BTC",
                                 hawser::set<&position::quantity>(col<&position::quantity> + 5));
            uow.expect<position>(col<&position::quantity> >= 0, p.id);
            const auto r = co_await uow.commit();
            CHECK(r.operations.size() == 3);
            CHECK(r.round_trips == 1);
        }
        {
            hawser::unit_of_work uow{db};
            uow.insert(make_position("SOL", 1));
            uow.expect<position>(col<&position::quantity> >= 100, p.id);
            const auto error = co_await error_of(uow.commit());
            CHECK(error.kind() == errc::precondition_failed);
            CHECK(error.info().statement_index == 1);
        }
        {
            hawser::unit_of_work uow{db};
            uow.insert(make_position("SOL", 1));
            uow.erase<position>(99);
            const auto error = co_await error_of(uow.commit());
            CHECK(error.kind() == errc::not_found);
        }
        auto look = fresh.look();
        CHECK(look.text("select string_agg(symbol || quantity::int, ',' order by symbol) from positions") ==
              "BTC6,ETH1");
    });
}

TEST_CASE("a transaction on PostgreSQL that lasts or pauses for too long is rolled back, and says which",
          "[postgres]") {
    NEED_POSTGRES();
    const bool pauses = GENERATE(true, false);
    hawser::open_options options{.pool = {.max_connections = 2, .shared_connections = 1}};
    (pauses ? options.postgres.hold_idle : options.postgres.hold_total) = std::chrono::milliseconds(50);
    on_postgres(
        [pauses](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto tx = co_await db.begin({.name = "slow"});
            hawser::repository<position> positions{tx};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            auto look = fresh.look();
            while (
                look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                             "state = 'idle in transaction'") > 0)
                co_await db.ping();
            const auto e = co_await error_of(tx.commit());
            CHECK(e.kind() == errc::statement_timeout);
            CHECK(e.id() == "DB_TXN_001");
            const std::string why =
                pauses ? "nothing was asked of it for 0.1 s" : "it lasted longer than 0.1 s";
            CHECK(e.message() == "transaction 'slow' was rolled back: " + why);
            auto next = co_await db.begin(); // its connection is free
            co_await next.commit();
            CHECK(look.integer("select count(*) from positions") == 0);
        },
        options);
}

TEST_CASE("a transaction on PostgreSQL that lasts for too long ends although a statement of it waits",
          "[postgres]") {
    NEED_POSTGRES();
    hawser::open_options options{.pool = {.max_connections = 2, .shared_connections = 1}};
    options.postgres.hold_total = std::chrono::milliseconds(300);
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            hawser::repository<position> stored{db};
            position p = make_position("BTC", 1);
            co_await stored.insert(p);
            auto holder = fresh.look();
            holder.exec("begin; select * from positions for update");
            auto tx = co_await db.begin({.name = "slow"});
            const auto backend = co_await tx.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            hawser::repository<position> positions{tx};
            const auto e =
                co_await error_of(positions.where(col<&position::symbol> == "BTC").for_update().one());
            CHECK(e.kind() == errc::statement_timeout);
            const auto later = co_await error_of(positions.all());
            CHECK_THAT(later.message(), support::contains_text("it lasted longer than 0.3 s"));
            // The server has stopped the statement, and its connection goes on.
            auto look = fresh.look();
            const auto here = co_await boost::asio::this_coro::executor;
            const std::string at_rest =
                "select count(*) from pg_stat_activity where state = 'idle' and pid = " +
                std::to_string(backend);
            const auto until = hawser::clock::now() + std::chrono::seconds(10);
            while (look.integer(at_rest) == 0 && hawser::clock::now() < until)
                co_await boost::asio::post(here, boost::asio::use_awaitable);
            CHECK(look.integer(at_rest) == 1);
            auto next = co_await db.begin(); // there is room again
            co_await next.rollback();
        },
        options);
}

TEST_CASE("a session on PostgreSQL has one transaction at a time", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::session s = co_await db.session();
        {
            hawser::transaction first = co_await s.begin();
            position p = make_position("DROPPED");
            co_await hawser::repository<position>{first}.insert(p);
            const auto second = co_await error_of(s.begin());
            CHECK(second.kind() == errc::misuse);
        }
        hawser::transaction third = co_await s.begin();
        position q = make_position("KEPT");
        co_await hawser::repository<position>{third}.insert(q);
        co_await third.commit();
        hawser::transaction fourth = co_await s.begin();
        co_await fourth.rollback();
        auto look = fresh.look();
        CHECK(look.text("select string_agg(symbol, ',') from positions") == "KEPT");
    });
}

TEST_CASE("SQL text without a statement is a syntax error on PostgreSQL, and nobody else's", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        const auto e = co_await error_of(db.execute(hawser::sql("/* nothing */")));
        CHECK(e.kind() == errc::syntax_error);
        hawser::transaction tx = co_await db.begin();
        const auto within = co_await error_of(tx.execute(hawser::sql("")));
        CHECK(within.kind() == errc::syntax_error);
        const auto one = co_await tx.query_one<std::int64_t, "select 1">();
        CHECK(one == 1);
        co_await tx.commit();
        co_await db.run_script("");
    });
}
