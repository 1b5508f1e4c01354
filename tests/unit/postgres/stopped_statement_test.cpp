// Statements of leases that a real server stops, since their callers have been cancelled or are late.
#include "fixture.hpp"
#include "support/jobs.hpp"
#include "support/sanitized.hpp"
#include "support/until.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <vector>

using namespace market;
using hawser::errc;
using support::until;
using namespace std::chrono_literals;

namespace {

// Whoever needs a connection gets the one there is, be it given back a moment later.
const hawser::open_options one_lease{.pool = {.max_connections = 1, .shared_connections = 1}};

const std::string active = "select count(*) from pg_stat_activity where datname = current_database() and pid "
                           "<> pg_backend_pid() and state = 'active'";
const std::string asleep = active + " and wait_event = 'PgSleep'";
const std::string in_line = active + " and wait_event_type = 'Lock'";

// A coroutine that can be cancelled, and how it has ended.
struct started {
    boost::asio::cancellation_signal stop;
    bool ended = false;
    std::exception_ptr failure;

    void begin(boost::asio::any_io_executor on, task<> what) {
        boost::asio::co_spawn(on, std::move(what),
                              boost::asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr e) {
                                  failure = std::move(e);
                                  ended = true;
                              }));
    }
    void cancel() { stop.emit(boost::asio::cancellation_type::terminal); }
    [[nodiscard]] std::string how() const {
        return failure ? std::string(hawser::to_string(support::kind_of(failure))) : "well";
    }
};

task<std::int64_t> backend_of(const hawser::executor_ref& on) {
    return on.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
}
task<> sleep_in(const hawser::executor_ref& on) {
    co_await on.execute<"select pg_sleep(600)">();
}

// Makes the connection that the next lease finds: nobody's deadline is spent on that. Its backend.
task<std::int64_t> warm_up(const hawser::database& db) {
    hawser::transaction tx = co_await db.begin();
    const auto backend = co_await backend_of(tx);
    co_await tx.commit();
    co_return backend;
}

} // namespace

TEST_CASE("a statement of a transaction that is cancelled is stopped in the server, and undone",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto look = fresh.look();
            std::int64_t backend = 0;
            auto body = [&](hawser::transaction& tx) -> task<> {
                backend = co_await backend_of(tx);
                position p = make_position("BTC", 1);
                co_await hawser::repository<position>{tx}.insert(p);
                co_await sleep_in(tx);
            };
            started s;
            s.begin(co_await boost::asio::this_coro::executor, db.transaction(body));
            co_await until([&] { return look.integer(asleep) == 1; });
            s.cancel();
            co_await until([&] { return s.ended; });
            CHECK(s.how() == "cancelled");
            CHECK(look.integer(active) == 0);
            CHECK(look.integer("select count(*) from positions") == 0);
            hawser::transaction next = co_await db.begin();
            const auto same = co_await backend_of(next);
            CHECK(same == backend);
            co_await next.rollback();
        },
        one_lease);
}

TEST_CASE("a statement of a transaction is stopped in the server at its deadline", "[postgres]") {
    NEED_POSTGRES();
    const bool of_all = GENERATE(true, false);
    on_postgres(
        [of_all](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto look = fresh.look();
            const auto backend = co_await warm_up(db);
            auto body = [&](hawser::transaction& tx) -> task<> {
                position p = make_position("BTC", 1);
                co_await hawser::repository<position>{tx}.insert(p);
                co_await sleep_in(tx);
            };
            const hawser::transaction_options options{.timeout = of_all ? 300ms : 0ms};
            const hawser::database hasty = of_all ? db : db.with({.timeout = 300ms});
            const auto late = co_await error_of(hasty.transaction(body, options));
            CHECK(late.kind() == errc::statement_timeout);
            CHECK(look.integer(active) == 0);
            CHECK(look.integer("select count(*) from positions") == 0);
            hawser::transaction next = co_await db.begin();
            const auto same = co_await backend_of(next);
            CHECK(same == backend);
            co_await next.rollback();
        },
        one_lease);
}

TEST_CASE("a session goes on where it was once a statement of it was stopped", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto look = fresh.look();
            const auto backend = co_await warm_up(db);
            const hawser::database hasty = db.with({.timeout = 300ms});
            const hawser::session_options at_leisure{.timeout = 0ms};
            hawser::session s = co_await hasty.session(at_leisure);
            co_await s.execute<"set application_name = 'desk'">();
            for (int i = 0; i < 3; ++i) {
                const auto late = co_await error_of(sleep_in(s));
                CHECK(late.kind() == errc::statement_timeout);
                const auto name = co_await s.query_one<std::string, "show application_name">();
                CHECK(name == "desk");
                CHECK(look.integer(asleep) == 0);
            }
            const auto same = co_await backend_of(s);
            CHECK(same == backend);
        },
        one_lease);
}

TEST_CASE("a savepoint in which a statement was stopped is undone, and the transaction goes on",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto stores = [](const hawser::executor_ref& on, const char* symbol) -> task<> {
                position p = make_position(symbol, 1);
                co_await hawser::repository<position>{on}.insert(p);
            };
            auto part = [&](hawser::transaction& sp) -> task<> {
                co_await stores(sp, "ETH");
                co_await sleep_in(sp);
            };
            auto body = [&](hawser::transaction& tx) -> task<> {
                co_await stores(tx, "BTC");
                const auto late = co_await error_of(tx.savepoint(part));
                CHECK(late.kind() == errc::statement_timeout);
                co_await stores(tx, "SOL");
            };
            co_await warm_up(db);
            const hawser::database hasty = db.with({.timeout = 300ms});
            const hawser::transaction_options at_leisure{.timeout = 0ms};
            co_await hasty.transaction(body, at_leisure);
            auto look = fresh.look();
            CHECK(look.text("select string_agg(symbol, ',' order by symbol) from positions") == "BTC,SOL");
        },
        one_lease);
}

TEST_CASE("a cancellation that comes before the server has begun is not lost", "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            const auto here = co_await boost::asio::this_coro::executor;
            hawser::session s = co_await db.session();
            const auto backend = co_await backend_of(s);
            for (int i = 0; i < (support::is_sanitized ? 20 : 100); ++i) {
                started one;
                one.begin(here, sleep_in(s));
                for (int turns = 0; turns < i % 5; ++turns)
                    co_await boost::asio::post(here, boost::asio::use_awaitable);
                one.cancel();
                co_await until([&] { return one.ended; });
                const auto same = co_await backend_of(s);
                CHECK(same == backend);
            }
        },
        one_lease);
}

TEST_CASE("rows that wait for a lock are taken back when their caller is cancelled", "[postgres][bulk]") {
    NEED_POSTGRES();
    const bool copies = GENERATE(true, false);
    const std::size_t count = GENERATE(10u, 20000u);
    on_postgres(
        [copies, count](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto look = fresh.look();
            auto other = fresh.look();
            std::vector<position> rows;
            for (std::size_t i = 0; i < count; ++i) rows.push_back(make_position("S" + std::to_string(i), 1));
            other.exec("begin; lock table positions");
            auto load = [&]() -> task<> {
                auto body = [&](hawser::transaction& tx) -> task<> {
                    hawser::repository<position> positions{tx};
                    if (copies)
                        co_await positions.copy_in(rows);
                    else
                        co_await positions.bulk_insert(rows);
                };
                co_await db.transaction(body);
            };
            started s;
            s.begin(co_await boost::asio::this_coro::executor, load());
            co_await until([&] { return look.integer(in_line) == 1; });
            s.cancel();
            co_await until([&] { return s.ended; });
            CHECK(s.how() == "cancelled");
            CHECK(look.integer(in_line) == 0);
            other.exec("rollback");
            position p = make_position("BTC", 1);
            auto body = [&](hawser::transaction& tx) -> task<> {
                co_await hawser::repository<position>{tx}.insert(p);
            };
            co_await db.transaction(body);
            CHECK(look.integer("select count(*) from positions") == 1);
        },
        one_lease);
}

TEST_CASE("a storm of cancellations leaves nothing behind in the server, and all go on", "[postgres]") {
    NEED_POSTGRES();
    hawser::open_options options;
    options.pool.max_connections = 41;
    options.pool.shared_connections = 1;
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            auto look = fresh.look();
            const auto here = co_await boost::asio::this_coro::executor;
            for (int round = 0; round < 3; ++round) {
                std::deque<started> all(40);
                auto body = [](hawser::transaction& tx) -> task<> { co_await sleep_in(tx); };
                for (started& one : all) one.begin(here, db.transaction(body));
                co_await until([&] { return look.integer(asleep) == 40; });
                for (started& one : all) one.cancel();
                for (const started& one : all) {
                    co_await until([&] { return one.ended; });
                    CHECK(one.how() == "cancelled");
                }
                CHECK(look.integer(asleep) == 0);
                for (int i = 0; i < 40; ++i) {
                    position p = make_position("S" + std::to_string(round * 40 + i), 1);
                    auto stores = [&](hawser::transaction& tx) -> task<> {
                        co_await hawser::repository<position>{tx}.insert(p);
                    };
                    co_await db.transaction(stores);
                }
            }
            CHECK(look.integer("select count(*) from positions") == 120);
        },
        options);
}

TEST_CASE("what the server says is repeated where postgres.server_words is on", "[postgres]") {
    NEED_POSTGRES();
    const bool on = GENERATE(true, false);
    hawser::open_options options;
    options.postgres.server_words = on;
    on_postgres(
        [on](hawser::database& db, const support::fresh_database&) -> task<> {
            const auto bad = co_await error_of(db.execute<"select ($1::text)::int">("SECRET"));
            CHECK(bad.kind() == errc::type_mismatch);
            const bool told =
                bad.message().find("invalid input syntax for type integer: \"SECRET\"") != std::string::npos;
            CHECK(told == on);
        },
        options);
}

TEST_CASE("an observer hears what the server warns of", "[postgres]") {
    NEED_POSTGRES();
    struct listener final : hawser::observer {
        std::mutex guard;
        std::vector<std::string> heard;
        void on(const hawser::warning& w) noexcept override {
            const std::lock_guard lock(guard);
            heard.emplace_back(w.text);
        }
        using hawser::observer::on;
    } listens;
    hawser::open_options options;
    options.observer = &listens;
    options.postgres.server_words = GENERATE(true, false);
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            co_await db.run_script("do $$ begin raise notice 'SECRET 1'; raise warning 'SECRET 2'; end $$");
            hawser::session s = co_await db.session(); // given back with a ROLLBACK of nothing
        },
        options);
    REQUIRE(listens.heard.size() == 1);
    CHECK(listens.heard[0] == (options.postgres.server_words ? "the server warns: SECRET 2 (postgres 01000)"
                                                             : "the server warns: warning (postgres 01000)"));
}
