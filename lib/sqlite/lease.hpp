#pragma once
// A connection in one caller's hands: an interactive transaction, or a session with transactions within.
#include "sqlite/connection.hpp"
#include "sqlite/cursors.hpp"
#include "sqlite/slot.hpp"
#include <atomic>
#include <condition_variable>
#include <deque>
#include <hawser/core/errc.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/engine/lease.hpp>
#include <hawser/observe/observer.hpp>
#include <memory>
#include <mutex>
#include <string>

namespace hawser::sqlite {

class inner_transaction;

// Invariants
// 1. Jobs are accepted from the moment the lease's first job has succeeded until it has ended; each is answered.
// 2. Once ended, it stays ended: `why_` says why, and every later job fails with that.
// 3. Only the serving thread touches the connection.
// 4. The serving thread does not share in the caller's handle: dropping its last copy releases the lease.
// 5. A job of a transaction never runs outside of it: get_autocommit() is asked after each.
class held_lease final : public engine::lease, public std::enable_shared_from_this<held_lease> {
public:
    explicit held_lease(engine::lease_terms terms) : terms_(std::move(terms)) {}

    // The caller's handle of a new lease, and the lease behind a handle.
    [[nodiscard]] static std::shared_ptr<engine::lease> make(engine::lease_terms terms);
    [[nodiscard]] static std::shared_ptr<held_lease> behind(const std::shared_ptr<engine::lease>& handle);
    // The handle is of a transaction within a session: behind it is the session's lease.
    [[nodiscard]] static bool within_session(const engine::lease& handle) noexcept;

    // False: this is no first job of the lease, or it has had one.
    [[nodiscard]] bool claim(const engine::job& first) noexcept {
        return (first.what == engine::verb::connect) == terms_.session && !claimed_.exchange(true);
    }
    // Gives a job to the serving thread, or refuses it.
    void submit(engine::job_ptr j) noexcept;
    void release() noexcept override;
    // Rolls a transaction within this session back, after the jobs that are queued.
    void drop(std::shared_ptr<inner_transaction> t) noexcept;
    // Ends it from outside: the driver closes.
    void stop() noexcept;
    // Fails queued jobs whose deadline is not after `now`; the earliest deadline that is left.
    deadline expire_queued(clock::time_point now) noexcept;

    // "the writer is held by transaction 'apply_fill' (desk.cpp:42) for 1.2 s; inside its body use tx, not the
    // database"
    [[nodiscard]] std::string describe() const;
    [[nodiscard]] const engine::lease_terms& terms() const noexcept { return terms_; }

    struct limits {
        clock::duration total;
        clock::duration idle;
        bool savepoints = true; // false: pages may spill, after which nothing short of all may be rolled back
        bool snapshot = false;  // it only reads, and its age is told
        clock::duration lock_wait{}; // of a session's own BEGINs and statements
    };
    // Runs the caller's jobs until the lease ends: in the transaction that has just been opened for `first`, or on
    // the bare connection of a session. The connection is left outside any transaction. False: it met an error
    // after which it is not to be trusted.
    [[nodiscard]] bool serve(connection& c, slot& s, const engine::job_ptr& first, limits l,
                             hawser::observer* watch);

private:
    friend class inner_transaction;
    struct entry {
        engine::job_ptr job;                      // null: `inner` was dropped, and is to be undone
        std::shared_ptr<inner_transaction> inner; // null: the lease itself
    };
    struct next {
        entry what;
        enum class reason { job, released, stopped, idle, too_long } why;
    };
    next wait(deadline idle);
    void serve_job(connection& c, slot& s, const entry& e);
    void run(connection& c, slot& s, const engine::job_ptr& j);
    void run_verb(connection& c, slot& s, engine::job& j);
    void run_requests(connection& c, slot& s, engine::job& j, bool savepoint);
    void run_autocommit(connection& c, slot& s, engine::job& j);
    void run_script(connection& c, const std::string& text);
    void roll_back(connection& c);
    void begin_inner(connection& c, slot& s, const entry& e);
    void end_inner(connection& c, slot& s, const engine::job_ptr& j);
    void leave_inner(connection& c, transaction_outcome outcome, errc kind, std::string why);
    void notice_end(connection& c);
    [[nodiscard]] std::exception_ptr finish(connection& c, slot& s, engine::job& j, const std::string& name);
    void end(errc kind, std::string why) noexcept;
    [[nodiscard]] std::exception_ptr inner_refusal(const engine::job& j,
                                                   const inner_transaction* inner) const;
    [[nodiscard]] std::exception_ptr refusal(const engine::job& j, const inner_transaction* inner) const;
    [[nodiscard]] std::string title() const;
    // The name of the innermost transaction, or of the session. The serving thread's own.
    [[nodiscard]] std::string_view holder() const noexcept;

    const engine::lease_terms terms_;
    std::atomic<bool> claimed_{false};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<entry> jobs_;
    bool begun_ = false;
    bool released_ = false;
    bool stopped_ = false;
    std::string why_; // not empty: ended
    errc kind_{};     // of the failure of later jobs
    clock::time_point since_{};

    // The serving thread's own.
    limits limits_{};
    deadline total_ = no_deadline;
    hawser::sqlite::cursors cursors_;
    std::size_t statements_ = 0;
    bool poisoned_ = false;
    bool in_doubt_ = false;
    bool committed_ = false;
    std::shared_ptr<inner_transaction> open_; // within this session
    bool query_only_ = false;                 // the session's own choice, while a read-only one is open
    engine::job_ptr last_;                    // answered when all is over
    hawser::observer* watch_ = nullptr;
};

} // namespace hawser::sqlite
