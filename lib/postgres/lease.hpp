#pragma once
// A connection in one caller's hands: an interactive transaction, or a session with transactions within.
#include <deque>
#include <exception>
#include <hawser/core/errc.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/engine/lease.hpp>
#include <memory>
#include <mutex>
#include <string>

namespace hawser::async {
class gate;
}

namespace hawser {
class observer;
}

namespace hawser::postgres {

class connection;
class home;

// Invariants
// 1. Jobs are accepted from the lease's first job until it has ended; each is answered.
// 2. Once ended, it stays ended, and every later job fails with why_.
// 3. The connection goes back only outside of any transaction, as its last ReadyForQuery says, or when it has ended; a
//    session's, and a dirty one, after a reset.
// 4. mutex_ guards all members; connection and home are called without it.
class held_lease final : public engine::lease, public std::enable_shared_from_this<held_lease> {
public:
    // How long it may last in all, and pause; the longest duration: for ever.
    struct limits {
        clock::duration total = clock::duration::max();
        clock::duration idle = clock::duration::max();
        clock::duration acquire = clock::duration::max(); // before it, for a connection
    };
    held_lease(engine::lease_terms terms, limits l, async::gate& room, hawser::observer* watch)
        : terms_(std::move(terms)), limits_(l), room_(room), watch_(watch) {}

    // The caller's handle of a new lease, and the lease behind a handle. A transaction within a session has the
    // session's.
    [[nodiscard]] static std::shared_ptr<engine::lease> make(engine::lease_terms terms, limits l,
                                                             async::gate& room, hawser::observer* watch);
    [[nodiscard]] static std::shared_ptr<held_lease> behind(const std::shared_ptr<engine::lease>& handle);
    [[nodiscard]] static bool within_session(const engine::lease& handle) noexcept;

    // The first job, which waits for a connection of `from`.
    void start(const std::shared_ptr<home>& from, engine::job_ptr first) noexcept;
    void submit(engine::job_ptr j) noexcept;
    void release() noexcept override;
    // A transaction within this session was dropped; its members are guarded by this one's mutex.
    void undo(const bool& begun, bool& ended) noexcept;

    // Of the home.
    void take(std::shared_ptr<connection> c) noexcept;
    void refuse(const std::exception_ptr& why) noexcept;
    void progressed() noexcept;
    void lost(const std::string& why) noexcept;
    // It has none, and nobody waits for one any more: it needs none.
    [[nodiscard]] bool gives_up() noexcept;
    // Lets callers go whose deadline has passed, and ends a lease that has lasted or paused for too long. The next time
    // to look.
    [[nodiscard]] deadline expire(clock::time_point now) noexcept;

private:
    [[nodiscard]] std::exception_ptr refusal(const engine::job& j, const engine::lease* handle) const;
    [[nodiscard]] std::string title() const;
    // Somebody waits for an answer, and for a connection. Under the lock.
    [[nodiscard]] bool is_asked() const noexcept;
    void note(const engine::job& j, engine::lease* handle);
    struct accepted {
        engine::job_ptr job;
        bool inside; // a transaction that was begun by a job before it
        std::shared_ptr<const std::string> within;
    };
    void pass_on(const std::shared_ptr<connection>& to, const accepted& a, bool queued) noexcept;
    void end(const std::exception_ptr& why, errc kind, std::string told) noexcept;

    [[nodiscard]] deadline hold_until(clock::time_point now) noexcept;
    void tell_snapshot() const noexcept;

    const engine::lease_terms terms_;
    const std::shared_ptr<const std::string> name_ = std::make_shared<const std::string>(terms_.holder);
    limits limits_;
    async::gate& room_;
    hawser::observer* const watch_;
    mutable std::mutex mutex_;
    std::shared_ptr<home> home_;
    std::shared_ptr<connection> connection_;
    std::deque<accepted> waiting_; // for the connection
    bool started_ = false;
    bool released_ = false;
    deadline acquire_until_ = no_deadline;
    deadline total_until_ = no_deadline;
    deadline given_up_at_ = no_deadline; // with what is under way: it has lasted for too long
    clock::time_point since_{};          // it has a connection
    clock::time_point paused_from_{};    // as seen by expire(): no clock is read for each job
    unsigned calls_ = 0;
    unsigned calls_seen_ = 0;
    unsigned coming_ = 0;  // jobs on their way to the connection
    bool undoing_ = false; // the driver's own ROLLBACK was sent
    bool within_ = false;  // of a session: a transaction on it is open
    bool reset_ = false;   // nothing of the caller's is left on the connection
    std::string why_;      // not empty: ended
    errc kind_{};
};

} // namespace hawser::postgres
