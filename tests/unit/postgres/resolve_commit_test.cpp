// resolve_commit: the server is asked what became of a COMMIT whose answer is lost.
#include "fixture.hpp"
#include "support/waiting_server.hpp"
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <future>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace market;
using hawser::errc;
using support::fresh_database;
using support::waiting_server;

namespace {

// Breaks the connection of this program that comes from the port.
void break_connection(int from) {
    for (int fd = 0; fd < 1024; ++fd) {
        sockaddr_in own{};
        socklen_t size = sizeof own;
        if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) == 0 && own.sin_family == AF_INET &&
            ntohs(own.sin_port) == from) {
            ::shutdown(fd, SHUT_RDWR);
            return;
        }
    }
    throw std::runtime_error("there is no such connection");
}

void make_table(const fresh_database& fresh) {
    fresh.look().exec(std::string(hawser::create_postgres<position>));
}

template <class Body>
void on_url(const std::string& url, Body body) {
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url);
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

task<> store(const hawser::database& db, std::string symbol, bool resolve, int& told) {
    hawser::transaction tx = co_await db.begin({.resolve_commit = resolve});
    position p = make_position(symbol);
    co_await hawser::repository<position>{tx}.insert(p);
    tx.after_commit([&told] { ++told; });
    co_await tx.commit();
}

task<> store_by_unit(const hawser::database& db, std::string symbol, int& told) {
    hawser::unit_of_work unit(db);
    unit.insert(make_position(symbol));
    const auto nothing = [](hawser::transaction&) -> task<> { co_return; };
    unit.run(nothing);
    unit.after_commit([&told] { ++told; });
    co_await unit.commit({.resolve_commit = true});
}

// The COMMIT of a transaction that has inserted such a row ends its connection, and is not done.
void die_at_commit(const fresh_database& fresh, const std::string& such_a_row = "") {
    fresh.look().exec(
        "create function die() returns trigger language plpgsql as $$ begin "
        "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(30); return new; end $$; "
        "create constraint trigger die after insert on positions initially deferred for each row " +
        such_a_row + " execute function die()");
}

std::int64_t stored(const fresh_database& fresh) {
    return fresh.look().integer("select count(*) from positions");
}

} // namespace

TEST_CASE("a COMMIT that was done is a success with resolve_commit, although its answer was lost",
          "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_table(fresh);
    on_url(waiting_server::url(fresh), [&](hawser::database& db) -> task<> {
        int told = 0;
        auto ends = server.end_one();
        co_await store(db, "one", true, told);
        ends.get();
        CHECK(told == 1);
        // A body is not run again.
        int runs = 0;
        ends = server.end_one();
        const auto body = [&](hawser::transaction& tx) -> task<> {
            ++runs;
            position p = make_position("two");
            co_await hawser::repository<position>{tx}.insert(p);
        };
        co_await db.transaction(body, {.resolve_commit = true});
        ends.get();
        CHECK(runs == 1);
        // Without it nobody knows.
        ends = server.end_one();
        const auto lost = co_await error_of(store(db, "three", false, told));
        ends.get();
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(told == 1);
    });
    CHECK(stored(fresh) == 3);
}

TEST_CASE("a COMMIT that was lost and is still at work is waited for", "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_table(fresh);
    on_url(waiting_server::url(fresh, fresh_database::by::tcp), [&](hawser::database& db) -> task<> {
        int told = 0;
        std::atomic<int> seen_waiting = 0;
        auto ends = server.when_one_waits([&](std::int32_t backend, int port) {
            break_connection(port);
            auto admin = (*server).admin();
            for (int i = 0; i < 3000 && seen_waiting == 0; ++i, ::usleep(10'000))
                seen_waiting = static_cast<int>(admin.integer(
                    "select count(*) from pg_stat_activity where query like 'select pg_xact_status(%'"));
            (*server).terminate(backend);
        });
        co_await store(db, "one", true, told);
        ends.get();
        CHECK(seen_waiting > 0);
        CHECK(told == 1);
    });
    CHECK(stored(fresh) == 1);
}

TEST_CASE("a COMMIT that was lost and waits for longer than a call may is unknown", "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_table(fresh);
    on_url(waiting_server::url(fresh, fresh_database::by::tcp), [&](hawser::database& db) -> task<> {
        int told = 0;
        std::int32_t waits = 0;
        auto breaks = server.when_one_waits([&](std::int32_t backend, int port) {
            waits = backend;
            break_connection(port);
        });
        const auto lost =
            co_await error_of(store(db.with({.timeout = std::chrono::milliseconds(700)}), "one", true, told));
        breaks.get();
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(lost.may_have_executed());
        CHECK(told == 0);
        (*server).terminate(waits);
    });
    CHECK(stored(fresh) == 1);
}

TEST_CASE("a COMMIT that was not done is connection_lost with resolve_commit, and surely not stored",
          "[postgres]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    make_table(fresh);
    die_at_commit(fresh);
    on_url(fresh.url(), [&](hawser::database& db) -> task<> {
        int told = 0;
        const auto unknown = co_await error_of(store(db, "one", false, told));
        CHECK(unknown.kind() == errc::commit_unknown);
        const auto lost = co_await error_of(store(db, "one", true, told));
        CHECK(lost.kind() == errc::connection_lost);
        CHECK_FALSE(lost.may_have_executed());
        CHECK_THAT(lost.message(),
                   support::contains_text("the server says that the transaction was rolled back"));
        CHECK(told == 0);
        // Nor where a session has begun it.
        hawser::session s = co_await db.session();
        hawser::transaction tx = co_await s.begin({.resolve_commit = true});
        position p = make_position("two");
        co_await hawser::repository<position>{tx}.insert(p);
        const auto in_session = co_await error_of(tx.commit());
        CHECK(in_session.kind() == errc::connection_lost);
        CHECK_FALSE(in_session.may_have_executed());
    });
    CHECK(stored(fresh) == 0);
}

TEST_CASE("what became of a transaction tells nothing of the one that a script has begun behind it",
          "[postgres]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    make_table(fresh);
    die_at_commit(fresh, "when (new.symbol = 'two')");
    on_url(fresh.url(), [&](hawser::database& db) -> task<> {
        hawser::transaction tx = co_await db.begin({.resolve_commit = true});
        position p = make_position("one");
        co_await hawser::repository<position>{tx}.insert(p);
        co_await tx.run_script("commit; begin");
        position q = make_position("two");
        co_await hawser::repository<position>{tx}.insert(q);
        const auto lost = co_await error_of(tx.commit());
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(lost.may_have_executed());
    });
    CHECK(stored(fresh) == 1);
}

TEST_CASE("a body whose COMMIT was not done is run again with resolve_commit, within its attempts",
          "[postgres]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    make_table(fresh);
    fresh.look().exec(
        "create sequence commits; create function die_once() returns trigger language plpgsql as $$ begin "
        "if nextval('commits') = 1 then perform pg_terminate_backend(pg_backend_pid()); "
        "perform pg_sleep(30); end if; return new; end $$; "
        "create constraint trigger die after insert on positions initially deferred "
        "for each row execute function die_once()");
    on_url(fresh.url(), [&](hawser::database& db) -> task<> {
        int runs = 0;
        const auto body = [&](hawser::transaction& tx) -> task<> {
            ++runs;
            position p = make_position("one");
            co_await hawser::repository<position>{tx}.insert(p);
        };
        const auto lost = co_await error_of(db.transaction(body, {.attempts = 1, .resolve_commit = true}));
        CHECK(lost.kind() == errc::connection_lost);
        CHECK(runs == 1);
        CHECK(stored(fresh) == 0);
        fresh.look().exec("select setval('commits', 1, false)");
        co_await db.transaction(body, {.resolve_commit = true});
        CHECK(runs == 3);
    });
    CHECK(stored(fresh) == 1);
}

TEST_CASE(
    "a server that refuses to tell what became of a COMMIT is not asked again, and the failure says why",
    "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_table(fresh);
    const bool lets_in = GENERATE(true, false);
    on_url(waiting_server::url(fresh), [&](hawser::database& db) -> task<> {
        int told = 0;
        auto ends = server.when_one_waits([&](std::int32_t backend, int) {
            if (lets_in) {
                (*server)
                    .admin(fresh.name())
                    .exec("revoke execute on function pg_xact_status(xid8) from public");
                return (*server).terminate(backend);
            }
            (*server).set_hba({"local all hawser reject"});
            (*server).terminate_all(fresh.name());
        });
        const auto lost = co_await error_of(store(db, "one", true, told));
        ends.get();
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(lost.may_have_executed());
        CHECK_THAT(lost.message(), support::contains_text("what became of it could not be asked: "));
        CHECK_THAT(lost.message(), support::contains_text(lets_in ? "permission denied" : "hba"));
        CHECK(told == 0);
    });
    (*server).set_hba({});
    CHECK(stored(fresh) == 1);
}

TEST_CASE("a server that has crashed meanwhile is not believed: it may give numbers a second time",
          "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_table(fresh);
    on_url(waiting_server::url(fresh), [&](hawser::database& db) -> task<> {
        int told = 0;
        auto ends = server.when_one_waits([](std::int32_t backend, int) { ::kill(backend, SIGKILL); });
        const auto lost = co_await error_of(store(db, "one", true, told));
        ends.get();
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(lost.may_have_executed());
        CHECK(told == 0);
    });
}

TEST_CASE("a cancelled coroutine learns what became of its COMMIT all the same", "[postgres]") {
    NEED_POSTGRES();
    const bool by_unit = GENERATE(false, true);
    waiting_server server;
    const fresh_database fresh(*server);
    make_table(fresh);
    on_url(waiting_server::url(fresh), [&](hawser::database& db) -> task<> {
        int told = 0;
        boost::asio::cancellation_signal signal;
        std::promise<void> ended;
        std::exception_ptr failure;
        const auto done = [&](std::exception_ptr why) {
            failure = std::move(why);
            ended.set_value();
        };
        const auto here = co_await boost::asio::this_coro::executor;
        auto work = by_unit ? store_by_unit(db, "one", told) : store(db, "one", true, told);
        boost::asio::co_spawn(here, std::move(work),
                              boost::asio::bind_cancellation_slot(signal.slot(), done));
        std::atomic<bool> cancelled = false;
        const auto cancel = [&] {
            signal.emit(boost::asio::cancellation_type::terminal);
            cancelled = true;
        };
        auto ends = server.when_one_waits([&](std::int32_t backend, int) {
            boost::asio::post(here, cancel);
            while (!cancelled) ::usleep(1'000);
            (*server).terminate(backend);
        });
        boost::asio::steady_timer timer(here);
        auto over = ended.get_future();
        for (int i = 0; i < 3000 && over.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
             ++i) {
            timer.expires_after(std::chrono::milliseconds(10));
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
        ends.get();
        CHECK(!failure);
        CHECK(told == 1);
    });
    CHECK(stored(fresh) == 1);
}

TEST_CASE("resolve_commit costs no round trip, and nothing where nothing is written", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const fresh_database&) -> task<> {
        hawser::transaction reads = co_await db.begin({.read_only = true, .resolve_commit = true});
        const hawser::sql number("select coalesce(pg_current_xact_id_if_assigned()::text, 'none')");
        const auto none = co_await reads.query_one<std::string>(number);
        CHECK(none == "none");
        co_await reads.commit();
        hawser::transaction plain = co_await db.begin();
        const auto not_yet = co_await plain.query_one<std::string>(number);
        CHECK(not_yet == "none");
        co_await plain.commit();
        hawser::transaction writes = co_await db.begin({.resolve_commit = true});
        const auto given = co_await writes.query_one<std::string>(number);
        CHECK(given != "none");
        CHECK(writes.get().held->number == given);
        co_await writes.commit();
    });
}

TEST_CASE("on SQLite resolve_commit has nothing to do", "[postgres]") {
    on_market([](hawser::database& db) -> task<> {
        int told = 0;
        co_await store(db, "one", true, told);
        CHECK(told == 1);
    });
}
