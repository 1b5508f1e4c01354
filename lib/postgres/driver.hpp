#pragma once
// The PostgreSQL engine: sends each job to the connections of its caller's context, and watches deadlines.
#include "postgres/core.hpp"
#include <atomic>
#include <condition_variable>
#include <hawser/engine/engine.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace boost::asio {
class execution_context;
}

namespace hawser::postgres {

class home;

class driver final : public engine::engine, private hawser::engine::job::canceller, private core::watchdog {
public:
    explicit driver(const settings& s);
    ~driver() override;

    const hawser::engine::capabilities& describe() const noexcept override { return capabilities_; }
    async::gate& room() noexcept override { return core_->room; }
    void submit(hawser::engine::job_ptr j) noexcept override;
    using hawser::engine::engine::make_lease;
    std::shared_ptr<hawser::engine::lease> make_lease(hawser::engine::lease_terms terms) override;
    void close(hawser::engine::job_ptr done) noexcept override;

private:
    void cancel(hawser::engine::job& running, boost::asio::cancellation_type type) noexcept override;
    void abandon(hawser::engine::job& running) noexcept override;

    [[nodiscard]] std::shared_ptr<home> home_of(const async::operation& op);
    [[nodiscard]] std::vector<std::shared_ptr<home>> homes() const;
    void alarm_at(deadline due) noexcept override;
    void watch() noexcept;

    const std::shared_ptr<core> core_;
    hawser::engine::capabilities capabilities_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<const boost::asio::execution_context*, std::shared_ptr<home>> homes_;
    std::atomic<deadline> alarm_ = no_deadline; // set under the lock
    deadline stop_at_ = no_deadline;
    bool closing_ = false;
    bool closed_ = false;
    std::vector<hawser::engine::job_ptr> waiting_for_close_;
    std::thread watchdog_;
};

} // namespace hawser::postgres
