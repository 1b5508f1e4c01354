#pragma once
// A market in which nothing ends by itself, and operations that can be cancelled in it. held_up.hpp stops them on the way.
#include "market.hpp"
#include "support/catch.hpp"
#include "support/on_each_engine.hpp"
#include "support/temporary_folder.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace market {

namespace asio = boost::asio;
using asio::cancellation_type;
using hawser::errc;
using hawser::task;

// What does not come within it has failed.
constexpr std::chrono::seconds patience(60);

// Keeps a thread of SQLite's driver in the beginning of a statement whose text holds `part`, or, where that is "commit",
// in the end of a transaction, of which its caller has not heard yet.
class barrier final : public hawser::observer {
public:
    void close(std::string part) {
        std::lock_guard lock(mutex_);
        part_ = std::move(part);
    }
    // Until a thread stands at it.
    void wait_for_thread() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return standing_; });
    }
    bool standing() {
        std::lock_guard lock(mutex_);
        return standing_;
    }
    void open() {
        std::lock_guard lock(mutex_);
        part_.clear();
        changed_.notify_all();
    }
    void on(const hawser::statement_started& e) noexcept override { pass(e.sql); }
    void on(const hawser::transaction_ended&) noexcept override { pass("commit"); }

private:
    void pass(std::string_view text) {
        std::unique_lock lock(mutex_);
        if (part_.empty() || text.find(part_) == std::string_view::npos) return;
        standing_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return part_.empty(); });
        standing_ = false;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string part_;
    bool standing_ = false;
};

// One position "P"; nothing in it ends by itself. On SQLite a file with one reader; on PostgreSQL each context has one
// shared connection, which takes one call at a time, and there is one other for leases.
class quiet_market {
public:
    quiet_market() : server(nullptr) { open("sqlite:" + folder_.file("market.db")); }
    explicit quiet_market(const support::fresh_place& place)
        : server(place.on_postgres() ? &place.server() : nullptr) {
        open(place.url());
    }
    ~quiet_market() {
        at.open();
        hawser::run(db->close());
    }
    quiet_market(const quiet_market&) = delete;
    quiet_market& operator=(const quiet_market&) = delete;

    // "P:0 Q:0": all positions with their quantities
    [[nodiscard]] std::string content() const {
        const hawser::sql text(db->describe().dialect == hawser::dialect::postgres
                                   ? "select coalesce(string_agg(symbol || ':' || quantity::bigint, ' ' "
                                     "order by symbol), '') from positions"
                                   : "select coalesce(group_concat(symbol || ':' || (quantity / 100000000), "
                                     "' '), '') from (select * from positions order by symbol)");
        return hawser::run(db->query_one<std::string>(text));
    }
    // Until what others see is this.
    void wait_for(const std::string& wanted) const {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (content() != wanted && std::chrono::steady_clock::now() < until) std::this_thread::yield();
        REQUIRE(content() == wanted);
    }
    // Nothing is inside or waits. What was dropped while queued leaves when the engine comes past it.
    [[nodiscard]] bool at_rest() const {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            const auto count = db->get().database->engine->room().count();
            if (count.inside == 0 && count.bytes == 0 && count.waiting == 0) return true;
            std::this_thread::yield();
        }
        return false;
    }

private:
    void open(const std::string& url) {
        using namespace std::chrono_literals;
        hawser::open_options o;
        o.sqlite.hold_total = o.sqlite.hold_idle = 1h;
        o.sqlite.readers = 1;
        o.postgres.hold_idle = 1h;
        o.postgres.max_pipeline = 1;
        o.pool.max_connections = 2;
        o.pool.shared_connections = 1;
        o.pool.acquire_timeout = 1h;
        o.statement_timeout = 0ms;
        o.observer = &at;
        db.emplace(hawser::run(hawser::open(url, o)));
        hawser::run(db->create_tables<position, trade, prediction>());
        p = make_position("P");
        hawser::run(hawser::repository<position>{*db}.insert(p));
    }

    support::temporary_folder folder_;

public:
    const support::fresh_database* const server; // null: on SQLite
    barrier at;                                  // outlives the database
    std::optional<hawser::database> db;
    position p;
};

// Runs body(m) on each engine. Once in a test.
template <class Body>
void on_each_quiet_market(Body body) {
    support::on_each_engine([&](const support::fresh_place& place) {
        quiet_market m(place);
        body(m);
    });
}

// An operation on a context of its own, and how it ended.
class cancellable {
public:
    template <class T>
    void start(task<T> operation) {
        auto run = [](task<T> op) -> task<> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await std::move(op);
        };
        asio::co_spawn(*io, run(std::move(operation)),
                       asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr e) {
                           ended = true;
                           failure = std::move(e);
                       }));
        io->restart();
        io->poll();
    }
    // Same, beside it: not to be cancelled, and it must end well.
    template <class T>
    std::shared_ptr<bool> start_aside(task<T> operation) {
        auto over = std::make_shared<bool>(false);
        asio::co_spawn(*io, std::move(operation), [over](std::exception_ptr e) {
            if (e) std::rethrow_exception(std::move(e));
            *over = true;
        });
        io->restart();
        io->poll();
        return over;
    }
    void carry_out(task<> operation) {
        const auto over = start_aside(std::move(operation));
        run_until([&] { return *over; });
        REQUIRE(*over);
    }
    void cancel(cancellation_type how) { signal.emit(how); }
    // Runs it until something has happened elsewhere: for what takes several steps on the way.
    template <class Condition>
    void until(Condition happened) {
        run_until([&] { return ended || happened(); });
    }
    // Also once it has ended.
    template <class Condition>
    void run_until(Condition happened, std::chrono::milliseconds slice = std::chrono::milliseconds(1)) {
        const auto late = std::chrono::steady_clock::now() + patience;
        while (!happened() && std::chrono::steady_clock::now() < late) {
            io->restart();
            if (io->run_for(slice) == 0) std::this_thread::yield();
        }
    }
    // How it has ended, see how().
    [[nodiscard]] std::string end() {
        run_until([&] { return ended; });
        return how();
    }
    // Until nothing is under way on its context: what its callers do not wait for, too.
    void rest() {
        io->restart();
        io->run_for(patience);
        REQUIRE(io->stopped());
    }
    // "" while it runs, "done", "cancelled", "cancelled, may be stored", "aborted", or what else it failed with.
    [[nodiscard]] std::string how() const {
        if (!ended) return "";
        if (!failure) return "done";
        try {
            std::rethrow_exception(failure);
        } catch (const hawser::error& e) {
            if (e.kind() != errc::cancelled) return e.what();
            return e.may_have_executed() ? "cancelled, may be stored" : "cancelled";
        } catch (const boost::system::system_error& e) {
            return e.code() == asio::error::operation_aborted ? "aborted" : e.what();
        }
    }

    [[nodiscard]] std::optional<errc> kind() const {
        try {
            if (failure) std::rethrow_exception(failure);
        } catch (const hawser::error& e) { return e.kind(); } catch (const std::exception&) {
        }
        return std::nullopt;
    }

    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
    asio::cancellation_signal signal;
    bool ended = false;
    std::exception_ptr failure;
};

// An operation, the part of its text at which it can be stopped, and what it leaves where it was carried out.
struct sample {
    const char* name;
    const char* part;
    const char* leaves;
    task<> (*run)(hawser::database db, position p);
};

inline constexpr auto every_type = {cancellation_type::total, cancellation_type::partial,
                                    cancellation_type::terminal};

} // namespace market
