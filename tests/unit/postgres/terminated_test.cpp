// A server that ends connections at random, under many coroutines: nothing hangs, nothing is done twice, and what was
// acknowledged is there.
#include "support/catch.hpp"
#include "support/postgres_cluster.hpp"
#include "support/sanitized.hpp"
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <condition_variable>
#include <hawser/hawser.hpp>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

using hawser::errc;
using hawser::task;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr std::size_t coroutines = 1000;
constexpr int terminations = support::is_sanitized ? 15 : 60;

enum class fate : unsigned char { done, unknown, not_done };

// A write, or two in a transaction.
struct deed {
    std::int64_t id;
    bool pair;
    fate became;
};

struct trial {
    std::atomic<bool> enough = false;
    std::vector<std::vector<deed>> deeds{coroutines}; // of each coroutine

    std::mutex guard;
    std::condition_variable changed;
    std::size_t finished = 0;               // coroutines
    std::map<std::string, std::size_t> odd; // what may not happen

    void note(const std::string& what) {
        const std::lock_guard lock(guard);
        ++odd[what];
    }
};

task<> insert(hawser::database& db, std::int64_t id) {
    const auto n = co_await db.execute<"insert into t (id) values ($1)">(id);
    if (n != 1) hawser::throw_error(errc::misuse, "an insert of one row has touched another number");
}

task<> insert_pair(hawser::database& db, std::int64_t id) {
    auto both = [id](hawser::transaction& tx) -> task<> {
        co_await tx.execute<"insert into t (id) values ($1)">(id);
        co_await tx.execute<"insert into t (id) values ($1)">(id + 1);
    };
    co_await db.transaction(both);
}

task<> look_for(hawser::database& db, std::int64_t id) {
    const auto n = co_await db.query_one<std::int64_t, "select count(*) from t where id = $1">(id);
    if (n != 1) hawser::throw_error(errc::misuse, "an acknowledged row is not there");
}

// Null where it has ended well.
task<std::exception_ptr> failure_of(task<> what) {
    std::exception_ptr failure;
    try {
        co_await std::move(what);
    } catch (...) { failure = std::current_exception(); }
    co_return failure;
}

fate fate_of(const std::exception_ptr& failure, trial& t) {
    if (!failure) return fate::done;
    try {
        std::rethrow_exception(failure);
    } catch (const hawser::error& e) {
        const bool expected = e.kind() == errc::connection_lost || e.kind() == errc::commit_unknown ||
                              e.kind() == errc::connect_failed;
        if (!expected) t.note(e.what());
        return e.may_have_executed() ? fate::unknown : fate::not_done;
    } catch (const std::exception& e) { t.note(e.what()); }
    return fate::unknown;
}

task<> work(hawser::database db, trial& t, std::size_t me) {
    std::vector<deed>& mine = t.deeds[me];
    std::int64_t stored = 0;
    for (std::size_t i = 0; i < 4 || !t.enough; ++i) {
        const std::int64_t id = static_cast<std::int64_t>(me * 1000000 + 2 * i + 1);
        const std::size_t kind = (me + i) % 10;
        if (kind < 3 && stored != 0) {
            const auto failure = co_await failure_of(look_for(db, stored));
            fate_of(failure, t);
        } else {
            const bool pair = kind == 9;
            task<> write = pair ? insert_pair(db, id) : insert(db, id);
            const auto failure = co_await failure_of(std::move(write));
            const fate became = fate_of(failure, t);
            mine.push_back({id, pair, became});
            if (became == fate::done) stored = id;
        }
    }
}

std::set<std::int64_t> stored_in(const support::fresh_database& fresh) {
    auto look = fresh.look();
    const std::string all = look.text("select coalesce(string_agg(id::text, ','), '') from t");
    std::set<std::int64_t> ids;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find(',', at), all.size());
        ids.insert(std::stoll(all.substr(at, end - at)));
        at = end + 1;
    }
    return ids;
}

// Each operation has left the engine, and none twice.
bool holds_nothing(const hawser::database& db) {
    const auto late = hawser::clock::now() + 20s;
    for (; hawser::clock::now() < late; std::this_thread::sleep_for(1ms)) {
        const auto count = db.get().database->engine->room().count();
        if (count.inside == 0 && count.bytes == 0 && count.waiting == 0) return true;
    }
    return false;
}

} // namespace

TEST_CASE(
    "whatever connections the server ends under 1000 coroutines, none hangs and no write is told wrongly",
    "[postgres][concurrency]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    fresh.look().exec("create table t (id bigint primary key)");
    const std::string ends_one = "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" +
                                 fresh.name() + "' order by random() limit 1";
    trial t;
    asio::io_context io;
    auto idle = asio::make_work_guard(io);
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([&io] { io.run(); });

    auto open = [&]() -> task<hawser::database> {
        hawser::open_options options;
        options.pool.shared_connections = 4;
        options.pool.max_connections = 8; // four more for transactions
        co_return co_await hawser::open(fresh.url(), options);
    };
    hawser::database db = hawser::wait(io.get_executor(), open());
    for (std::size_t me = 0; me < coroutines; ++me) {
        const auto over = [&t](const std::exception_ptr& failure) {
            if (failure) t.note("a coroutine ended by an exception");
            const std::lock_guard lock(t.guard);
            ++t.finished;
            t.changed.notify_all();
        };
        if (me % 2 == 0)
            asio::co_spawn(io, work(db, t, me), over);
        else
            asio::co_spawn(asio::make_strand(io), work(db, t, me), over);
    }

    auto admin = fresh.cluster().admin();
    for (int i = 0; i < terminations; ++i) {
        admin.exec(ends_one);
        admin.exec("select pg_sleep(random() * 0.04)");
    }
    t.enough = true;
    {
        std::unique_lock lock(t.guard);
        const bool all = t.changed.wait_for(lock, 60s, [&] { return t.finished == coroutines; });
        CHECK(all);
        CHECK(t.finished == coroutines);
        for (const auto& [what, times] : t.odd) FAIL_CHECK(times << " x " << what);
    }
    CHECK(holds_nothing(db));
    hawser::wait(io.get_executor(), db.close());
    idle.reset();
    for (std::thread& one : threads) one.join();

    const auto ids = stored_in(fresh);
    std::size_t done = 0, unknown = 0, not_done = 0, wrong = 0;
    for (const auto& of_one : t.deeds) {
        for (const deed& d : of_one) {
            const bool there = ids.contains(d.id);
            ++(d.became == fate::done ? done : d.became == fate::unknown ? unknown : not_done);
            if (d.became == fate::done && !there) ++wrong;
            if (d.became == fate::not_done && there) ++wrong;
            if (d.pair && there != ids.contains(d.id + 1)) ++wrong;
        }
    }
    INFO(done << " done, " << unknown << " unknown, " << not_done << " not done");
    CHECK(wrong == 0);
    CHECK(done > coroutines);
    CHECK(unknown + not_done > 0); // else nothing was hit
}
