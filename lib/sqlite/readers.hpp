#pragma once
// Connections that only read, each on its own thread, fed from one queue.
#include "sqlite/connection.hpp"
#include "sqlite/keeper.hpp"
#include "sqlite/lease.hpp"
#include "sqlite/queue.hpp"
#include "sqlite/slot.hpp"
#include <atomic>
#include <hawser/async/gate.hpp>
#include <hawser/sqlite/settings.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hawser::sqlite {

// Invariant: a read transaction serves only jobs that were queued before its BEGIN; none joins an open one. So a
// read that is submitted after a write was acknowledged sees that write, from any thread.
class readers {
public:
    // Opens all connections; throws hawser::error.
    readers(const settings& s, async::gate& room, keeper& k);
    ~readers();
    readers(const readers&) = delete;
    readers& operator=(const readers&) = delete;

    bool submit(engine::job_ptr j) { return queue_.push(std::move(j)); }
    // Takes no new jobs; those queued are still done. Ends leases and waits for foreign locks.
    void shut() noexcept;
    // Waits for the threads and closes the connections.
    void join() noexcept;
    deadline expire(clock::time_point now) noexcept;
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

    void run(reader& me) noexcept;
    void run_reads(reader& me);
    void run_lease(reader& me, const engine::job_ptr& j);
    void renew(reader& me) noexcept;

    const settings settings_;
    async::gate& room_;
    keeper& keeper_;
    job_queue queue_;
    std::atomic<bool> closing_{false};
    std::vector<std::unique_ptr<reader>> readers_;
};

} // namespace hawser::sqlite
