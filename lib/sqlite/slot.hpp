#pragma once
// What a connection is running just now, so that it can be stopped by others.
#include "sqlite/connection.hpp"
#include <hawser/engine/job.hpp>
#include <mutex>

namespace hawser::sqlite {

// Interrupts only while the very job that is meant is running: a late cancellation hits nobody else's work.
class slot final : public engine::job::canceller {
public:
    // The connection in use; null before it is opened and after it is closed.
    void use(connection* c) noexcept {
        std::lock_guard lock(mutex_);
        connection_ = c;
    }

    void enter(engine::job& j) noexcept {
        {
            std::lock_guard lock(mutex_);
            current_ = &j;
            due_ = j.due;
            timed_out_ = false;
        }
        j.runner.store(this, std::memory_order_release);
    }
    // True: the deadline has struck while the job ran.
    bool leave(engine::job& j) noexcept {
        j.runner.store(nullptr, std::memory_order_release);
        std::lock_guard lock(mutex_);
        current_ = nullptr;
        return timed_out_;
    }

    // partial lets the caller of a read go, terminal stops the work.
    void cancel(engine::job& running, boost::asio::cancellation_type type) noexcept override {
        using boost::asio::cancellation_type;
        const bool terminal = (type & cancellation_type::terminal) != cancellation_type::none;
        const bool partial = (type & cancellation_type::partial) != cancellation_type::none;
        if (terminal) {
            std::lock_guard lock(mutex_);
            if (current_ == &running && connection_) connection_->interrupt();
        }
        if ((partial || terminal) && running.batch.mode == engine::batch_mode::read && running.abandon())
            deliver(running);
    }

    // Interrupts a job whose deadline is not after `now`; the deadline that is left to watch.
    deadline expire(clock::time_point now) noexcept {
        std::lock_guard lock(mutex_);
        if (current_ == nullptr || timed_out_) return no_deadline;
        if (due_ > now) return due_;
        timed_out_ = true;
        if (connection_) connection_->interrupt();
        return no_deadline;
    }

    // Ends a wait for locks and whatever is running; used when the driver closes.
    void stop() noexcept {
        std::lock_guard lock(mutex_);
        if (connection_) connection_->stop_waiting();
    }

private:
    std::mutex mutex_;
    connection* connection_ = nullptr;
    engine::job* current_ = nullptr;
    deadline due_ = no_deadline;
    bool timed_out_ = false;
};

} // namespace hawser::sqlite
