// Hawser inside programs whose coroutines, tokens and contexts are their own.
#include "on_each_market.hpp"
#include "support/recorder.hpp"
#include "support/threads.hpp"
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;
namespace asio = boost::asio;

namespace {

using io_executor = asio::io_context::executor_type;
// [own-awaitable]
template <class T>
using own_awaitable = asio::awaitable<T, asio::io_context::executor_type>;
inline constexpr asio::use_awaitable_t<asio::io_context::executor_type> use_own_awaitable;
// [/own-awaitable]

hawser::database open_at(const support::fresh_place& at, hawser::observer* watch = nullptr) {
    hawser::database db = hawser::run(hawser::open(at.url(), {.observer = watch}));
    hawser::run(db.create_tables<position, trade, prediction>());
    return db;
}

// A read that ends when it is stopped. PostgreSQL stops none that is on a shared connection: there it waits for a lock
// until that is given back.
class endless_read {
public:
    explicit endless_read(const support::fresh_place& at) {
        if (!at.on_postgres()) return;
        lock_.emplace(at.server().look());
        lock_->exec("begin; lock table positions");
    }
    [[nodiscard]] hawser::sql text() const {
        return hawser::sql(lock_ ? "select count(*) from positions"
                                 : "with recursive n(i) as (select 1 union all select i + 1 from n) "
                                   "select count(*) from n");
    }
    void give_back() {
        if (lock_) lock_->exec("rollback");
    }

private:
    std::optional<support::raw_postgres> lock_;
};

} // namespace

TEST_CASE("a coroutine of another executor type bridges with co_spawn", "[db][embedding]") {
    support::on_each_engine([](const support::fresh_place& at) {
        hawser::database db = open_at(at);
        asio::io_context io;
        int seen = 0;
        auto serve = [&]() -> own_awaitable<void> {
            // [bridge]
            const io_executor ex = co_await asio::this_coro::executor;
            hawser::repository<position> positions{db};
            position p = make_position("P");
            co_await asio::co_spawn(ex, positions.insert(p), use_own_awaitable);
            const position back = co_await asio::co_spawn(ex, positions.get(p.id), use_own_awaitable);
            // [/bridge]
            CHECK(back.symbol == "P");
            CHECK(ex.running_in_this_thread());
            ++seen;
            bool thrown = false;
            try {
                (void)co_await asio::co_spawn(ex, positions.get(-1), use_own_awaitable);
            } catch (const hawser::not_found&) { thrown = true; }
            CHECK(thrown);
            // [as-tuple]
            auto [failure, found] =
                co_await asio::co_spawn(ex, positions.find(-1), asio::as_tuple(use_own_awaitable));
            // [/as-tuple]
            CHECK_FALSE(failure);
            CHECK_FALSE(found.has_value());
            auto result = co_await asio::co_spawn(ex, positions.get(-1), asio::as_tuple(use_own_awaitable));
            CHECK(std::get<0>(result) != nullptr);
            ++seen;
        };
        asio::co_spawn(io, serve(), [&](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
        io.run();
        CHECK(seen == 2);
    });
}

TEST_CASE("futures, callbacks and deferred operations take a task's end", "[db][embedding][concurrency]") {
    support::on_each_engine([](const support::fresh_place& at) {
        hawser::database db = open_at(at);
        hawser::repository<position> positions{db};
        support::io_threads io(1);
        // [future]
        std::future<std::int64_t> count = asio::co_spawn(io.executor(), positions.count(), asio::use_future);
        // [/future]
        CHECK(count.get() == 0);
        CHECK_THROWS_AS(asio::co_spawn(io.executor(), positions.get(1), asio::use_future).get(),
                        hawser::not_found);

        std::promise<std::pair<bool, std::int64_t>> called;
        // [callback]
        asio::co_spawn(io.executor(), positions.count(), [&](std::exception_ptr failure, std::int64_t n) {
            called.set_value({failure == nullptr, n}); // on the executor
        });
        // [/callback]
        CHECK(called.get_future().get() == std::pair{true, std::int64_t{0}});

        auto later = asio::co_spawn(io.executor(), positions.count(), asio::deferred);
        position p = make_position("P");
        hawser::wait(io.executor(), positions.insert(p));
        std::promise<std::int64_t> n;
        std::move(later)([&](std::exception_ptr, std::int64_t found) { n.set_value(found); });
        CHECK(n.get_future().get() == 1); // nothing had begun before
    });
}

TEST_CASE("a callback may be called on another executor", "[db][embedding][concurrency]") {
    support::on_each_engine([](const support::fresh_place& at) {
        hawser::database db = open_at(at);
        support::io_threads io(1);
        support::io_threads other(1);
        std::promise<bool> there;
        asio::co_spawn(io.executor(), hawser::repository<position>{db}.count(),
                       asio::bind_executor(other.executor(), [&](std::exception_ptr, std::int64_t) {
                           there.set_value(other.here());
                       }));
        CHECK(there.get_future().get());
    });
}

TEST_CASE("a cancellation slot stops a running read and leaves the database usable",
          "[db][embedding][concurrency]") {
    support::on_each_engine([](const support::fresh_place& at) {
        support::recorder seen;
        hawser::database db = open_at(at, &seen);
        endless_read read(at);
        support::io_threads io(1);
        asio::cancellation_signal stop;
        std::promise<std::exception_ptr> ended;
        asio::co_spawn(io.executor(), db.query_one<std::int64_t>(read.text()),
                       asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, std::int64_t) {
                           ended.set_value(std::move(e));
                       }));
        seen.wait_for_start("count(*)");
        asio::post(io.executor(), [&] { stop.emit(asio::cancellation_type::terminal); });
        const auto failure = ended.get_future().get();
        REQUIRE(failure);
        CHECK_THROWS_AS(std::rethrow_exception(failure), boost::system::system_error);
        read.give_back();
        CHECK(hawser::wait(io.executor(), db.query_one<std::int64_t, "select 7">()) == 7);
        hawser::wait(io.executor(), db.close());
    });
}

TEST_CASE("whichever of a query and a timer is first stops the other", "[db][embedding]") {
    support::on_each_engine([](const support::fresh_place& at) {
        hawser::database db = open_at(at);
        endless_read read(at);
        using namespace asio::experimental::awaitable_operators;
        auto main = [&]() -> task<> {
            asio::steady_timer timer(co_await asio::this_coro::executor, 20ms);
            auto slow = db.query_one<std::int64_t>(read.text());
            const auto timed = co_await (std::move(slow) || timer.async_wait(asio::use_awaitable));
            CHECK(timed.index() == 1);
            read.give_back();
            timer.expires_after(1h);
            auto quick = db.query_one<std::int64_t, "select 7">();
            const auto quickly = co_await (std::move(quick) || timer.async_wait(asio::use_awaitable));
            REQUIRE(quickly.index() == 0);
            CHECK(std::get<0>(quickly) == 7);
            auto one = db.query_one<std::int64_t, "select 1">();
            auto two = db.query_one<std::int64_t, "select 2">();
            const auto both = co_await (std::move(one) && std::move(two));
            CHECK(std::get<0>(both) + std::get<1>(both) == 3);
        };
        hawser::run(main());
    });
}

TEST_CASE("operations resume on strand, pool and context of their caller, and all share one database",
          "[db][embedding][concurrency]") {
    support::on_each_engine([](const support::fresh_place& at) {
        hawser::database db = open_at(at);
        support::io_threads first(2);
        support::io_threads second(1);
        asio::thread_pool pool(2);
        std::atomic<int> strays{0};
        auto work = [&](std::string name, auto is_home) -> task<> {
            hawser::repository<position> positions{db};
            for (int i = 0; i < 10; ++i) {
                position p = make_position(name + std::to_string(i));
                co_await positions.insert(p);
                if (!is_home()) ++strays;
                const auto back = co_await positions.get(p.id);
                if (!is_home() || back.symbol != p.symbol) ++strays;
            }
        };
        const auto strand = asio::make_strand(first.executor());
        const auto pool_strand = asio::make_strand(pool.get_executor());
        std::vector<std::future<void>> ends;
        for (int n = 0; n < 3; ++n) {
            const std::string name(1, static_cast<char>('A' + n));
            ends.push_back(asio::co_spawn(
                strand, work(name + "s", [&] { return strand.running_in_this_thread(); }), asio::use_future));
            ends.push_back(asio::co_spawn(first.executor(), work(name + "f", [&] { return first.here(); }),
                                          asio::use_future));
            ends.push_back(asio::co_spawn(second.executor(), work(name + "o", [&] { return second.here(); }),
                                          asio::use_future));
            ends.push_back(asio::co_spawn(
                pool_strand, work(name + "p", [&] { return pool_strand.running_in_this_thread(); }),
                asio::use_future));
        }
        for (auto& e : ends) e.get();
        CHECK(strays == 0);
        CHECK(hawser::wait(second.executor(), hawser::repository<position>{db}.count()) == 120);
        hawser::wait(first.executor(), db.close());
    });
}

TEST_CASE("a server's context may go away before the database, with calls in it", "[db][embedding]") {
    support::on_each_engine([](const support::fresh_place& at) {
        hawser::database db = open_at(at);
        {
            asio::io_context io;
            auto insert = [&]() -> own_awaitable<void> {
                position p = make_position("P");
                const io_executor ex = co_await asio::this_coro::executor;
                co_await asio::co_spawn(ex, hawser::repository<position>{db}.insert(p), use_own_awaitable);
            };
            asio::co_spawn(io, insert(), asio::detached);
            io.poll_one();
        }
        CHECK(hawser::run(db.query_one<std::int64_t, "select 7">()) == 7);
    });
}
