#pragma once
// The one connection that writes, on its own thread, with group commit.
#include "sqlite/connection.hpp"
#include "sqlite/keeper.hpp"
#include "sqlite/lease.hpp"
#include "sqlite/queue.hpp"
#include "sqlite/slot.hpp"
#include <atomic>
#include <exception>
#include <hawser/async/gate.hpp>
#include <hawser/sqlite/settings.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hawser::sqlite {

// Invariants
// 1. A job is answered with success only after the COMMIT that holds its work has succeeded.
// 2. No caller's failure undoes another caller's work: where SQLite ends the whole group, the members that had
//    succeeded are run again, each in a transaction of its own, exactly once.
// 3. This connection does all writes and all checkpoints of the process on its file.
// 4. The thread waits for no completion handler, and for a reader only when it empties an overgrown log: 100 ms.
class writer {
public:
    // Opens the connection; throws hawser::error.
    writer(const settings& s, async::gate& room, keeper& k);
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    // False: shut.
    bool submit(engine::job_ptr j) { return queue_.push(std::move(j)); }
    // Takes no new jobs; those queued are still done. Ends a lease and a wait for foreign locks.
    void shut() noexcept;
    // Waits for the thread, empties the log and closes the connection. Readers are closed first.
    void join() noexcept;

    // Fails jobs that wait past their deadline, stops a statement that runs past its; the next deadline to watch.
    deadline expire(clock::time_point now) noexcept;

private:
    void run() noexcept;
    void serve();

    // BEGIN IMMEDIATE for the jobs at the front, which stay in the queue meanwhile.
    bool begin();
    // A group: members run one after the other, then COMMIT, then the answers.
    void run_group();
    [[nodiscard]] bool run_member(engine::job& j);
    void commit(std::vector<engine::job_ptr>& members, std::size_t failed, clock::time_point start);
    void replay(std::vector<engine::job_ptr>& members);
    [[nodiscard]] bool replay_member(engine::job& j);
    // A bulk statement or a script: a transaction of its own.
    void run_alone();
    void run_bulk(engine::job& j);
    void run_lease(bool spills);
    void run_reads();
    void refuse_first(const std::exception_ptr& why);

    class spilling;
    void forbid_spilling() noexcept;
    void replace_poisoned() noexcept;
    void checkpoint(bool idle) noexcept;
    [[nodiscard]] bool in_memory() const noexcept { return settings_.path == ":memory:"; }
    void close_connection() noexcept;
    void reopen() noexcept;
    void warn(const std::string& text) noexcept;

    const settings settings_;
    async::gate& room_;
    keeper& keeper_;
    job_queue queue_;
    slot slot_;
    std::unique_ptr<connection> connection_;
    std::exception_ptr down_; // why there is no connection
    bool poisoned_ = false;   // a statement met an error after which the connection is not to be trusted
    bool careful_ =
        false; // a deferred foreign key has cost a group: every member gets a savepoint from now on
    int truncate_at_ = 0; // frames in the log
    std::mutex lease_mutex_;
    std::shared_ptr<held_lease> lease_; // being served
    std::atomic<bool> closing_{false};
    std::atomic<bool> locked_out_{false}; // waiting for another connection's lock
    std::thread thread_;
};

} // namespace hawser::sqlite
