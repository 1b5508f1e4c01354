#pragma once
// What a connection is running just now, so that it can be stopped by others.
#include "sqlite/connection.hpp"
#include "sqlite/keeper.hpp"
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <hawser/engine/job.hpp>
#include <mutex>

namespace hawser::sqlite {

// Stops a job only while that very job is running: a late cancellation hits nobody else's work. A cancellation
// interrupts reads; a write that has begun ends as it may, and a bulk statement is asked to stop at its next chunk.
class slot final : public engine::job::canceller, public connection::listener {
public:
    explicit slot(keeper& k) noexcept : keeper_(k) {}

    // The connection in use; null before it is opened and after it is closed.
    void use(connection* c) noexcept {
        std::lock_guard lock(mutex_);
        connection_ = c;
    }

    // Before the job is started, so that from its start on it can be stopped. `due`: when to interrupt it.
    void enter(engine::job& j, deadline due) noexcept {
        {
            std::lock_guard lock(mutex_);
            current_ = &j;
            due_ = due;
            timed_out_ = false;
            struck_ = false;
            stop_.store(false, std::memory_order_relaxed);
            interrupted_.store(closing_ && reads(j), std::memory_order_relaxed);
        }
        j.runner.store(this, std::memory_order_release);
        keeper_.alarm_at(due);
    }
    // What has struck the job while it ran.
    struct outcome {
        bool timed_out; // its deadline
        bool struck;    // any interrupt: SQLite may go on interrupting until nothing is under way
        explicit operator bool() const noexcept { return timed_out; }
    };
    outcome leave(engine::job& j) noexcept {
        j.runner.store(nullptr, std::memory_order_release);
        std::lock_guard lock(mutex_);
        current_ = nullptr;
        interrupted_.store(false, std::memory_order_relaxed);
        left_.notify_all();
        return {timed_out_, struck_};
    }

    // A quick read, begun: nothing stops it, but past its deadline its caller is let go.
    void enter_quick(engine::job& j) noexcept {
        if (j.due == no_deadline) return;
        quick_.store(&j, std::memory_order_release);
        keeper_.alarm_at(j.due);
    }
    void leave_quick() noexcept {
        if (quick_.load(std::memory_order_relaxed) == nullptr) return;
        // Whoever looks at the job just now does so under the lock.
        if (quick_.exchange(nullptr, std::memory_order_acq_rel) != looked_at()) return;
        std::lock_guard lock(mutex_);
    }

    // Ends a read that runs, and later ones unless they are quick: the driver closes.
    void stop_reads() noexcept {
        std::lock_guard lock(mutex_);
        closing_ = true;
        if (current_ && reads(*current_)) interrupt();
    }
    [[nodiscard]] bool closing() const noexcept { return closing_.load(std::memory_order_relaxed); }

    // For jobs that go back to where their deadlines are watched.
    void remind(deadline due) noexcept { keeper_.alarm_at(due); }

    // Raised by a cancellation; for statements that ask between their rows.
    [[nodiscard]] const std::atomic<bool>& stop() const noexcept { return stop_; }

    // partial lets the caller of a read go, terminal stops the work.
    void cancel(engine::job& running, boost::asio::cancellation_type type) noexcept override {
        using boost::asio::cancellation_type;
        const bool terminal = (type & cancellation_type::terminal) != cancellation_type::none;
        const bool partial = (type & cancellation_type::partial) != cancellation_type::none;
        if (!terminal && !partial) return;
        const bool read = reads(running);
        {
            std::lock_guard lock(mutex_);
            if (current_ != &running) return;
            if (!read) stop_.store(true, std::memory_order_release);
            if (read && terminal) interrupt();
        }
        if (read && running.abandon()) deliver(running);
    }

    void abandon(engine::job& running) noexcept override {
        const bool borrows = std::any_of(running.batch.requests.begin(), running.batch.requests.end(),
                                         [](const engine::request& r) { return r.bulk != nullptr; });
        if (!borrows) return;
        std::unique_lock lock(mutex_);
        if (current_ != &running) return;
        stop_.store(true, std::memory_order_release);
        left_.wait(lock, [&] { return current_ != &running; });
    }

    // Interrupts a job whose deadline is not after `now`; the deadline that is left to watch.
    deadline expire(clock::time_point now) noexcept {
        std::lock_guard lock(mutex_);
        const deadline next = expire_quick(now);
        if (current_ == nullptr || timed_out_) return next;
        if (due_ > now) return std::min(due_, next);
        timed_out_ = true;
        interrupt();
        return next;
    }
    bool statement_goes_on() noexcept override { return !interrupted_.load(std::memory_order_acquire); }

    // Ends a wait for locks; used when the driver closes.
    void stop_waiting() noexcept {
        std::lock_guard lock(mutex_);
        if (connection_) connection_->stop_waiting();
    }

private:
    static bool reads(const engine::job& j) noexcept { return j.batch.mode == engine::batch_mode::read; }
    static engine::job* looked_at() noexcept {
        static char mark;
        return reinterpret_cast<engine::job*>(&mark);
    }
    // The mark keeps the job's thread from going on with it meanwhile.
    deadline expire_quick(clock::time_point now) noexcept {
        engine::job* running = quick_.load(std::memory_order_acquire);
        if (running == nullptr ||
            !quick_.compare_exchange_strong(running, looked_at(), std::memory_order_acq_rel))
            return no_deadline;
        const deadline due = running->due;
        if (due <= now) {
            if (running->expire()) deliver(*running);
            return no_deadline;
        }
        engine::job* mark = looked_at();
        quick_.compare_exchange_strong(mark, running, std::memory_order_acq_rel);
        return due;
    }
    void interrupt() noexcept {
        interrupted_.store(true, std::memory_order_release);
        struck_ = true;
        if (connection_) connection_->interrupt();
    }

    keeper& keeper_;
    std::mutex mutex_;
    std::condition_variable left_;
    std::atomic<bool> stop_{false};
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> closing_{false};
    connection* connection_ = nullptr;
    engine::job* current_ = nullptr;
    std::atomic<engine::job*> quick_{nullptr};
    deadline due_ = no_deadline;
    bool timed_out_ = false;
    bool struck_ = false;
};

} // namespace hawser::sqlite
