#pragma once
// A connection that reads rows by their key between the handlers of the callers' executor.
#include "async/turn.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/keeper.hpp"
#include "sqlite/queue.hpp"
#include "sqlite/readers.hpp"
#include "sqlite/slot.hpp"
#include <hawser/async/gate.hpp>
#include <hawser/sqlite/settings.hpp>
#include <memory>
#include <mutex>

namespace hawser::sqlite {

// Invariant: as of `readers`, a transaction serves only what was queued before its BEGIN.
class inline_reader final : async::turn::listener {
public:
    // Opens the connection; throws hawser::error. What it has no time for goes to `rest`.
    inline_reader(const settings& s, async::gate& room, keeper& k, readers& rest);
    ~inline_reader() { join(); }

    // Whether the job may run here.
    [[nodiscard]] static bool wants(const engine::job& j) noexcept;
    bool submit(engine::job_ptr j);

    // Takes no new jobs; those queued are still done.
    void shut() noexcept;
    // No job is under way afterwards, and the connection is closed.
    void join() noexcept;
    deadline expire(clock::time_point now) noexcept;
    void stop_reads() noexcept;

private:
    void turn_ended() noexcept override;
    void turn_missed() noexcept override { pass_on(); }
    void pass_on() noexcept;
    bool run_once(); // false: nothing more may run here now

    const settings settings_;
    async::gate& room_;
    readers& rest_;
    job_queue queue_;
    slot slot_;
    std::mutex turn_mutex_; // held by whoever reads
    std::unique_ptr<connection> connection_;
    async::turn turn_{*this};
};

} // namespace hawser::sqlite
