#pragma once
// The SQLite engine: sends each job to the thread that may run it, and watches deadlines.
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
    async::gate& room() noexcept override { return room_; }
    void submit(hawser::engine::job_ptr j) noexcept override;
    std::shared_ptr<hawser::engine::lease> make_lease(std::string holder, bool read_only) override;
    void close(hawser::engine::job_ptr done) noexcept override;

private:
    void alarm_at(deadline due) noexcept override;
    void thread_ended() noexcept override;

    void watch() noexcept;
    [[nodiscard]] deadline expire() noexcept;
    void finish_close() noexcept;

    const hawser::engine::capabilities capabilities_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<clock::rep> alarm_{no_deadline.time_since_epoch().count()};
    std::size_t threads_ = 0; // of writer and readers, that have not ended
    bool closing_ = false;
    bool closed_ = false;
    std::vector<hawser::engine::job_ptr> waiting_for_close_;

    async::gate room_;
    writer writer_;
    std::optional<readers> readers_;
    std::thread watchdog_;
};

} // namespace hawser::sqlite
