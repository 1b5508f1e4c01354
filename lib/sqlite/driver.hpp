#pragma once
// The SQLite engine: sends each job to the thread that may run it, and watches deadlines.
#include "sqlite/forked.hpp"
#include "sqlite/inline_reader.hpp"
#include "sqlite/keeper.hpp"
#include "sqlite/readers.hpp"
#include "sqlite/writer.hpp"
#include <atomic>
#include <condition_variable>
#include <hawser/engine/engine.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace hawser::sqlite {

class driver final : public engine::engine, private keeper {
public:
    explicit driver(const settings& s);
    ~driver() override;

    const hawser::engine::capabilities& describe() const noexcept override { return capabilities_; }
    async::gate& room() noexcept override;
    void submit(hawser::engine::job_ptr j) noexcept override;
    using hawser::engine::engine::make_lease;
    std::shared_ptr<hawser::engine::lease> make_lease(hawser::engine::lease_terms terms) override;
    void close(hawser::engine::job_ptr done) noexcept override;

    // In a child of fork() every job is refused, closing does nothing, and nothing may be destroyed: the threads and
    // whatever they held are the parent's.
    [[nodiscard]] bool is_inherited() const noexcept { return process_.is_inherited(); }

private:
    [[nodiscard]] bool submit_read(hawser::engine::job_ptr j) noexcept;
    void alarm_at(deadline due) noexcept override;
    void thread_ended() noexcept override;

    void watch() noexcept;
    [[nodiscard]] deadline expire() noexcept;
    void finish_close() noexcept;

    const process_bound process_;
    const hawser::engine::capabilities capabilities_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<clock::rep> alarm_{no_deadline.time_since_epoch().count()};
    std::size_t threads_ = 0; // of writer and readers, that have not ended
    const std::chrono::milliseconds close_after_;
    deadline stop_reads_at_ = no_deadline;
    bool closing_ = false;
    bool closed_ = false;
    std::vector<hawser::engine::job_ptr> waiting_for_close_;

    async::gate room_;
    writer writer_;
    std::optional<readers> readers_;
    std::optional<inline_reader> inline_reader_;
    std::thread watchdog_;
};

} // namespace hawser::sqlite
