// Transactions that are cancelled wherever they wait: within BEGIN, COMMIT and ROLLBACK as well. Whoever gets their
// connection next finds no transaction open.
#include "fixture.hpp"
#include "support/jobs.hpp"
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <optional>
#include <thread>

using namespace market;
using hawser::errc;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

enum class ends : unsigned char { by_commit, by_rollback, by_body };

task<> transact(hawser::database& db, ends how, std::string symbol) {
    if (how == ends::by_body) {
        const auto body = [&symbol](hawser::transaction& tx) -> task<> {
            position p = make_position(symbol);
            co_await hawser::repository<position>{tx}.insert(p);
        };
        co_await db.transaction(body);
        co_return;
    }
    hawser::transaction tx = co_await db.begin();
    position p = make_position(symbol);
    co_await hawser::repository<position>{tx}.insert(p);
    if (how == ends::by_commit)
        co_await tx.commit();
    else
        co_await tx.rollback();
}

// What has become of it, after `handlers` handlers had run; none: it had ended before.
struct run {
    bool interrupted = false;
    std::exception_ptr failure;
};

run cancelled_after(asio::io_context& io, hawser::database& db, ends how, const std::string& symbol,
                    std::size_t handlers) {
    run r;
    bool over = false;
    asio::cancellation_signal signal;
    const auto done = [&](std::exception_ptr failure) {
        over = true;
        r.failure = std::move(failure);
    };
    asio::co_spawn(io, transact(db, how, symbol), asio::bind_cancellation_slot(signal.slot(), done));
    io.restart();
    for (std::size_t i = 0; i < handlers && !over; ++i) io.run_one_for(10s);
    r.interrupted = !over;
    bool emitted = over;
    const auto emit = [&] {
        signal.emit(asio::cancellation_type::terminal);
        emitted = true;
    };
    if (!over) asio::post(io, emit);
    const auto late = hawser::clock::now() + 20s;
    while (!(over && emitted) && hawser::clock::now() < late) {
        io.restart();
        io.run_one_for(100ms);
    }
    CHECK(over);
    return r;
}

template <class T>
T wait(asio::io_context& io, task<T> what) {
    std::optional<T> value;
    const auto keep = [&]() -> task<> { value.emplace(co_await std::move(what)); };
    asio::co_spawn(io, keep(), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    const auto late = hawser::clock::now() + 20s;
    while (!value && hawser::clock::now() < late) {
        io.restart();
        io.run_one_for(100ms);
    }
    return value.value();
}

// A cancelled caller is let go while its connection is on its way back.
bool none_open(asio::io_context& io, support::raw_postgres& look) {
    const auto late = hawser::clock::now() + 20s;
    for (; hawser::clock::now() < late; io.restart(), io.run_for(1ms))
        if (look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                         "state like 'idle in transaction%'") == 0)
            return true;
    return false;
}

} // namespace

TEST_CASE("a transaction that is cancelled at any of its waits is stored whole or not at all, and its "
          "connection is "
          "given back outside of any",
          "[postgres]") {
    NEED_POSTGRES();
    const ends how = GENERATE(ends::by_commit, ends::by_rollback, ends::by_body);
    const support::fresh_database fresh;
    fresh.look().exec(std::string(hawser::create_postgres<position>));
    auto look = fresh.look();
    asio::io_context io;
    hawser::open_options one;
    one.pool.max_connections = 2;
    one.pool.shared_connections = 1;
    hawser::database db = wait(io, hawser::open(fresh.url(), one));
    std::size_t handlers = 0;
    for (bool interrupted = true; interrupted && handlers < 500; ++handlers) {
        const std::string symbol = "S" + std::to_string(handlers);
        INFO("cancelled after " << handlers << " handlers");
        const run r = cancelled_after(io, db, how, symbol, handlers);
        interrupted = r.interrupted;
        // The next borrower, of the only connection that is lent.
        const auto next = [&]() -> task<std::int64_t> {
            hawser::session s = co_await db.session();
            const auto n = co_await s.query_one<std::int64_t>(
                hawser::sql("select count(*) from positions where symbol = $1"), symbol);
            auto tx = co_await s.begin();
            co_await tx.rollback();
            co_await s.close();
            co_return n;
        };
        const std::int64_t stored = wait(io, next());
        if (!r.failure) CHECK(stored == (how == ends::by_rollback ? 0 : 1));
        if (how == ends::by_rollback) CHECK(stored == 0);
        CHECK(none_open(io, look));
    }
    CHECK(handlers > 5);
    CHECK(handlers < 500);
    const auto closing = [&]() -> task<bool> {
        co_await db.close();
        co_return true;
    };
    CHECK(wait(io, closing()));
}

TEST_CASE("run() does not return while a transaction that was dropped is open", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    fresh.look().exec(std::string(hawser::create_postgres<position>));
    auto look = fresh.look();
    auto lock = fresh.look();
    asio::io_context io;
    hawser::database db = wait(io, hawser::open(fresh.url()));
    std::exception_ptr failure;
    asio::cancellation_signal signal;
    std::atomic<bool> over = false;
    const auto done = [&](std::exception_ptr why) {
        failure = std::move(why);
        over = true;
    };
    lock.exec("begin; lock table positions in share mode");
    asio::co_spawn(io, transact(db, ends::by_commit, "S"), asio::bind_cancellation_slot(signal.slot(), done));
    const auto waits = "select count(*) from pg_locks where relation = 'positions'::regclass and not granted";
    const auto late = hawser::clock::now() + 20s;
    for (io.restart(); look.integer(waits) == 0 && hawser::clock::now() < late; io.restart()) io.run_for(1ms);
    const auto cancel = [&] { signal.emit(asio::cancellation_type::terminal); };
    asio::post(io, cancel);
    std::thread unlocks([&] {
        while (hawser::clock::now() < late && !over) std::this_thread::sleep_for(1ms);
        lock.exec("rollback");
    });
    io.restart();
    io.run();
    unlocks.join();
    CHECK(failure);
    CHECK(look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                       "state like 'idle in transaction%'") == 0);
    CHECK(look.integer("select count(*) from positions") == 0);
}

TEST_CASE("run() returns once the server has stopped what was cancelled, and what was refused was not sent",
          "[postgres]") {
    NEED_POSTGRES();
    const bool refused = GENERATE(true, false);
    const support::fresh_database fresh;
    auto look = fresh.look();
    asio::io_context io;
    hawser::database db = wait(io, hawser::open(fresh.url()));
    const auto sleeps = [&](hawser::transaction& tx) -> task<> {
        co_await tx.execute<"select pg_sleep(600)">();
    };
    const auto call = [&]() -> task<> {
        if (refused)
            co_await db.execute<"copy positions to stdout">();
        else
            co_await db.transaction(sleeps);
    };
    std::exception_ptr failure;
    asio::cancellation_signal signal;
    const auto done = [&](std::exception_ptr why) { failure = std::move(why); };
    asio::co_spawn(io, call(), asio::bind_cancellation_slot(signal.slot(), done));
    const auto asleep = "select count(*) from pg_stat_activity where datname = current_database() and "
                        "wait_event = 'PgSleep'";
    const auto late = hawser::clock::now() + 20s;
    for (io.restart(); !refused && look.integer(asleep) == 0 && hawser::clock::now() < late; io.restart())
        io.run_for(1ms);
    const auto cancel = [&] { signal.emit(asio::cancellation_type::terminal); };
    if (!refused) asio::post(io, cancel);
    io.restart();
    io.run_for(20s);
    CHECK(io.stopped());
    REQUIRE(failure);
    CHECK(support::kind_of(failure) == (refused ? errc::unsupported : errc::cancelled));
    CHECK(look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                       "pid <> pg_backend_pid() and state <> 'idle'") == 0);
}
