#pragma once
// A market whose threads can be stopped where a statement begins, and operations that can be cancelled there.
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

// Keeps a thread of the driver in the beginning of a statement whose text holds `part`.
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
    // Until so many groups were committed.
    void wait_for_commits(unsigned count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return commits_ >= count; });
    }
    unsigned commits() {
        std::lock_guard lock(mutex_);
        return commits_;
    }
    void on(const hawser::statement_started& e) noexcept override {
        std::unique_lock lock(mutex_);
        if (part_.empty() || e.sql.find(part_) == std::string_view::npos) return;
        standing_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return part_.empty(); });
        standing_ = false;
    }
    void on(const hawser::group_committed&) noexcept override {
        std::lock_guard lock(mutex_);
        ++commits_;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string part_;
    bool standing_ = false;
    unsigned commits_ = 0;
};

// One position "P"; nothing in it ends by itself. A file with one reader, or at a place.
class quiet_market {
public:
    quiet_market() { open("sqlite:" + folder_.file("market.db")); }
    explicit quiet_market(const support::fresh_place& place) { open(place.url()); }
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
    // Nothing is left behind in the queue.
    // Nothing is inside or waits. What was dropped while queued leaves when the engine comes past it: within 10 s.
    [[nodiscard]] bool at_rest() const {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
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
        o.statement_timeout = 0ms;
        o.observer = &at;
        db.emplace(hawser::run(hawser::open(url, o)));
        hawser::run(db->create_tables<position, trade, prediction>());
        p = make_position("P");
        hawser::run(hawser::repository<position>{*db}.insert(p));
    }

    support::temporary_folder folder_;

public:
    barrier at; // outlives the database
    std::optional<hawser::database> db;
    position p;
};

// Runs body(m) on each engine.
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
        io->poll();
    }
    void cancel(cancellation_type how) { signal.emit(how); }
    // Runs it until something has happened elsewhere: for what takes several steps on the way.
    template <class Condition>
    void until(Condition happened) {
        while (!happened() && !ended) {
            io->restart();
            io->poll();
        }
    }
    // "" while it runs, "done", "cancelled", "aborted", or what else it failed with.
    [[nodiscard]] std::string end() {
        io->restart();
        io->run();
        return how();
    }
    [[nodiscard]] std::string how() const {
        if (!ended) return "";
        if (!failure) return "done";
        try {
            std::rethrow_exception(failure);
        } catch (const hawser::error& e) {
            return e.kind() == errc::cancelled ? "cancelled" : std::string(e.what());
        } catch (const boost::system::system_error& e) {
            return e.code() == asio::error::operation_aborted ? "aborted" : e.what();
        }
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

} // namespace market
