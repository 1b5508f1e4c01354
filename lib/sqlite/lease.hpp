#pragma once
// An interactive transaction: one caller's jobs on a connection that waits for them.
#include "sqlite/connection.hpp"
#include "sqlite/slot.hpp"
#include <atomic>
#include <condition_variable>
#include <deque>
#include <hawser/async/gate.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/engine/lease.hpp>
#include <mutex>
#include <string>

namespace hawser::sqlite {

// Invariants
// 1. Jobs are accepted from the moment the lease's `begin` has succeeded until it has ended; each is answered.
// 2. Once ended, it stays ended: `why_` says why, and every later job fails with that.
// 3. Only the serving thread touches the connection.
class held_lease final : public engine::lease {
public:
    held_lease(std::string holder, bool read_only) : holder_(std::move(holder)), read_only_(read_only) {}

    // Gives a job to the serving thread, or refuses it.
    void submit(engine::job_ptr j) noexcept;
    void release() noexcept override;
    // Ends it from outside: the driver closes.
    void stop() noexcept;
    void expire_queued(clock::time_point now) noexcept;

    [[nodiscard]] bool read_only() const noexcept { return read_only_; }
    [[nodiscard]] const std::string& holder() const noexcept { return holder_; }
    // "the writer is held by transaction 'apply_fill' since 1.2 s; inside its body use tx"
    [[nodiscard]] std::string describe() const;

    struct limits {
        clock::duration total;
        clock::duration idle;
    };
    // Runs the caller's jobs in the transaction that `begin` has just opened, until it ends. The connection is
    // left outside any transaction.
    void serve(connection& c, slot& s, const engine::job_ptr& begin, limits l, hawser::observer* watch);

private:
    struct next {
        engine::job_ptr job;
        enum class reason { job, released, stopped, idle, too_long } why;
    };
    next wait(deadline idle, deadline total);
    void run(connection& c, slot& s, engine::job& j);
    void end(std::string why) noexcept;

    const std::string holder_;
    const bool read_only_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<engine::job_ptr> jobs_;
    bool begun_ = false;
    bool released_ = false;
    bool stopped_ = false;
    std::string why_; // not empty: ended
    clock::time_point since_{};
    std::size_t statements_ = 0;
    hawser::observer* watch_ = nullptr;
};

} // namespace hawser::sqlite
