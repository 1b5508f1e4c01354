#pragma once
// The one connection that writes, with group commit, on its own thread or between the handlers of its callers'.
#include "async/turn.hpp"
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
// 5. Whoever runs anything on the connection holds turn_mutex_. A caller's thread never waits for it: where it is
//    taken, and where there is more to do than quick statements, it calls the thread.
// 6. Nothing is begun, nor a connection opened, once the file was removed, renamed or replaced.
class writer final : async::turn::listener {
public:
    // Opens the connection; throws hawser::error.
    writer(const settings& s, async::gate& room, keeper& k);
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    // False: shut.
    bool submit(engine::job_ptr j);
    // Takes no new jobs; those queued are still done. Ends a lease and a wait for foreign locks.
    void shut() noexcept;
    // Waits for the thread, empties the log and closes the connection. Readers are closed first.
    void join() noexcept;

    // Ends reads that run or wait: the driver closes, and has waited for them long enough.
    void stop_reads() noexcept;

    // Fails jobs that wait past their deadline, stops a statement that runs past its; the next deadline to watch.
    deadline expire(clock::time_point now) noexcept;

private:
    // Whose thread it is.
    enum class place : unsigned char { own, caller };

    void turn_ended() noexcept override;
    void turn_missed() noexcept override { queue_.call(); }

    void run() noexcept;
    [[nodiscard]] bool wait_for_work();
    void serve();
    // On a caller's thread, not for long. False: there is work left for the thread.
    [[nodiscard]] bool serve_caller();
    void drop_finished();
    [[nodiscard]] clock::duration longest_group(place p) const noexcept;

    // BEGIN IMMEDIATE for the jobs at the front, which stay in the queue meanwhile.
    bool begin(place p = place::own);
    // A group: members run one after the other, then COMMIT, then the answers.
    void run_group(place p);
    [[nodiscard]] bool run_member(engine::job& j);
    [[nodiscard]] bool commit(std::vector<engine::job_ptr>& members, std::size_t failed,
                              clock::time_point start);
    void replay(std::vector<engine::job_ptr>& members);
    void replay_undone() noexcept;
    [[nodiscard]] bool replay_member(engine::job& j);
    // A bulk statement or a script: a transaction of its own.
    void run_alone();
    void run_bulk(engine::job& j);
    void run_lease(bool spills);
    void run_session();
    void hold(std::shared_ptr<held_lease> l) noexcept;
    void run_reads(place p);
    void refuse_first(const std::exception_ptr& why);

    class spilling;
    void forbid_spilling() noexcept;
    void replace_poisoned() noexcept;
    void checkpoint(bool idle) noexcept;
    [[nodiscard]] bool is_inline() const noexcept { return settings_.writer == writer_mode::inline_; }
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
    const opened_file file_;
    std::vector<engine::job_ptr> undone_; // of a group on a caller's thread, for the thread to run again
    std::exception_ptr down_;             // why there is no connection
    bool poisoned_ = false; // a statement met an error after which the connection is not to be trusted
    bool careful_ =
        false; // a deferred foreign key has cost a group: every member gets a savepoint from now on
    std::int64_t truncate_at_ = 0; // frames in the log
    std::mutex lease_mutex_;
    std::shared_ptr<held_lease> lease_; // being served
    std::atomic<bool> closing_{false};
    std::atomic<bool> locked_out_{false}; // waiting for another connection's lock
    std::mutex turn_mutex_;               // before all others
    async::turn turn_{*this};
    std::thread thread_;
};

} // namespace hawser::sqlite
