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
            stop_.store(false, std::memory_order_relaxed);
            interrupted_.store(false, std::memory_order_relaxed);
        }
        j.runner.store(this, std::memory_order_release);
        keeper_.alarm_at(due);
    }
    // True: the deadline has struck while the job ran.
    bool leave(engine::job& j) noexcept {
        j.runner.store(nullptr, std::memory_order_release);
        std::lock_guard lock(mutex_);
        current_ = nullptr;
        interrupted_.store(false, std::memory_order_relaxed);
        left_.notify_all();
        return timed_out_;
    }

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
        const bool reads = running.batch.mode == engine::batch_mode::read;
        {
            std::lock_guard lock(mutex_);
            if (current_ != &running) return;
            if (!reads) stop_.store(true, std::memory_order_release);
            if (reads && terminal) interrupt();
        }
        if (reads && running.abandon()) deliver(running);
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
        if (current_ == nullptr || timed_out_) return no_deadline;
        if (due_ > now) return due_;
        timed_out_ = true;
        interrupt();
        return no_deadline;
    }
    bool statement_goes_on() noexcept override { return !interrupted_.load(std::memory_order_acquire); }

    // Ends a wait for locks; used when the driver closes.
    void stop_waiting() noexcept {
        std::lock_guard lock(mutex_);
        if (connection_) connection_->stop_waiting();
    }

private:
    void interrupt() noexcept {
        interrupted_.store(true, std::memory_order_release);
        if (connection_) connection_->interrupt();
    }

    keeper& keeper_;
    std::mutex mutex_;
    std::condition_variable left_;
    std::atomic<bool> stop_{false};
    std::atomic<bool> interrupted_{false};
    connection* connection_ = nullptr;
    engine::job* current_ = nullptr;
    deadline due_ = no_deadline;
    bool timed_out_ = false;
};

} // namespace hawser::sqlite
