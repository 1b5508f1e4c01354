#pragma once
// Connections that only read, each on its own thread, fed from one queue.
#include "sqlite/connection.hpp"
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
    readers(const settings& s, async::gate& room);
    ~readers();
    readers(const readers&) = delete;
    readers& operator=(const readers&) = delete;

    bool submit(engine::job_ptr j) { return queue_.push(std::move(j)); }
    void shut() noexcept;
    void join() noexcept;
    deadline expire(clock::time_point now) noexcept;

private:
    struct reader {
        std::unique_ptr<hawser::sqlite::connection> connection;
        hawser::sqlite::slot slot;
        std::mutex lease_mutex;
        std::shared_ptr<held_lease> lease;
        std::thread thread;
    };

    void run(reader& me) noexcept;
    void run_batch_of(reader& me, std::vector<engine::job_ptr>& batch);
    void run_lease(reader& me, const engine::job_ptr& j);
    void run_one(reader& me, engine::job& j);
    void renew(reader& me) noexcept;

    const settings settings_;
    async::gate& room_;
    job_queue queue_;
    std::atomic<bool> closing_{false};
    std::vector<std::unique_ptr<reader>> readers_;
};

} // namespace hawser::sqlite
