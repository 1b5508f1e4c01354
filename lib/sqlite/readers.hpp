#pragma once
// Connections that only read, each on its own thread, fed from one queue.
#include "async/turn.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/keeper.hpp"
#include "sqlite/lease.hpp"
#include "sqlite/queue.hpp"
#include "sqlite/slot.hpp"
#include <atomic>
#include <deque>
#include <hawser/async/gate.hpp>
#include <hawser/sqlite/settings.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hawser::sqlite {

// Invariant: a read transaction serves only jobs that were queued before its BEGIN; none joins an open one. So a
// read that is submitted after a write was acknowledged sees that write, from any thread.
// Leases never take the last of several readers: reads of the shared lane always find one.
class readers final : async::turn::listener {
public:
    // Opens all connections; throws hawser::error.
    readers(const settings& s, async::gate& room, keeper& k);
    ~readers();
    readers(const readers&) = delete;
    readers& operator=(const readers&) = delete;

    // False: shut. For quick reads a thread is woken at the end of the caller's turn, or when there are enough.
    bool submit(engine::job_ptr j);
    bool submit_at_once(engine::job_ptr j);
    // Takes no new jobs; those queued are still done. Ends leases and waits for foreign locks.
    void shut() noexcept;
    // Waits for the threads and closes the connections.
    void join() noexcept;
    deadline expire(clock::time_point now) noexcept;
    // Ends reads that run, and those that wait: the driver closes, and has waited for them long enough.
    void stop_reads() noexcept;
    [[nodiscard]] std::size_t threads() const noexcept { return readers_.size(); }

private:
    struct reader {
        explicit reader(keeper& k) noexcept : slot(k) {}

        std::unique_ptr<hawser::sqlite::connection> connection;
        hawser::sqlite::slot slot;
        std::mutex lease_mutex;
        std::shared_ptr<held_lease> lease;
        std::thread thread;
    };

    void turn_ended() noexcept override;
    void turn_missed() noexcept override { queue_.wake(1); }

    void run(reader& me) noexcept;
    void run_reads(reader& me);
    void run_leases(reader& me, engine::job_ptr begin);
    void run_lease(reader& me, const engine::job_ptr& j);
    void renew(reader& me) noexcept;

    const settings settings_;
    async::gate& room_;
    keeper& keeper_;
    job_queue queue_;
    async::turn turn_{*this};
    std::mutex leases_mutex_;
    std::size_t leases_ = 0;             // readers that serve one
    std::deque<engine::job_ptr> begins_; // wait for one of those
    std::atomic<bool> closing_{false};
    std::vector<std::unique_ptr<reader>> readers_;
};

} // namespace hawser::sqlite
