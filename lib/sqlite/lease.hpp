#pragma once
// An interactive transaction: one caller's jobs on a connection that waits for them.
#include "sqlite/connection.hpp"
#include "sqlite/slot.hpp"
#include <atomic>
#include <condition_variable>
#include <deque>
#include <hawser/core/errc.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/engine/lease.hpp>
#include <memory>
#include <mutex>
#include <string>

namespace hawser::sqlite {

// Invariants
// 1. Jobs are accepted from the moment the lease's `begin` has succeeded until it has ended; each is answered.
// 2. Once ended, it stays ended: `why_` says why, and every later job fails with that.
// 3. Only the serving thread touches the connection.
// 4. The serving thread does not share in the caller's handle: dropping its last copy releases the lease.
class held_lease final : public engine::lease, public std::enable_shared_from_this<held_lease> {
public:
    explicit held_lease(std::string holder) : holder_(std::move(holder)) {}

    // The caller's handle of a new lease, and the lease behind a handle.
    [[nodiscard]] static std::shared_ptr<engine::lease> make(std::string holder);
    [[nodiscard]] static std::shared_ptr<held_lease> behind(const std::shared_ptr<engine::lease>& handle);

    // False: a `begin` has been submitted before. A lease has one transaction.
    [[nodiscard]] bool claim() noexcept { return !claimed_.exchange(true); }
    // Gives a job to the serving thread, or refuses it.
    void submit(engine::job_ptr j) noexcept;
    void release() noexcept override;
    // Ends it from outside: the driver closes.
    void stop() noexcept;
    // Fails queued jobs whose deadline is not after `now`; the earliest deadline that is left.
    deadline expire_queued(clock::time_point now) noexcept;

    // "the writer is held by transaction 'apply_fill' for 1.2 s; inside its body use tx, not the database"
    [[nodiscard]] std::string describe() const;

    struct limits {
        clock::duration total;
        clock::duration idle;
        bool savepoints = true; // false: pages may spill, after which nothing short of all may be rolled back
    };
    // Runs the caller's jobs in the transaction that `begin` has just opened, until it ends. The connection is
    // left outside any transaction. False: it met an error after which it is not to be trusted.
    [[nodiscard]] bool serve(connection& c, slot& s, const engine::job_ptr& begin, limits l,
                             hawser::observer* watch);

private:
    struct next {
        engine::job_ptr job;
        enum class reason { job, released, stopped, idle, too_long } why;
    };
    next wait(deadline idle);
    void run(connection& c, slot& s, const engine::job_ptr& j);
    void run_script(connection& c, const std::string& text) const;
    void run_verb(connection& c, slot& s, engine::job& j);
    void finish_transaction(connection& c, const engine::job_ptr& j);
    void end(errc kind, std::string why) noexcept;
    [[nodiscard]] std::exception_ptr ended(errc kind, const std::string& why, const engine::job& j) const;

    const std::string holder_;
    std::atomic<bool> claimed_{false};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<engine::job_ptr> jobs_;
    bool begun_ = false;
    bool released_ = false;
    bool stopped_ = false;
    std::string why_; // not empty: ended
    errc kind_{};     // of the failure of later jobs
    clock::time_point since_{};

    // The serving thread's own.
    limits limits_{};
    deadline total_ = no_deadline;
    std::size_t statements_ = 0;
    bool poisoned_ = false;
    bool in_doubt_ = false;
    bool committed_ = false;
    hawser::observer* watch_ = nullptr;
};

} // namespace hawser::sqlite
