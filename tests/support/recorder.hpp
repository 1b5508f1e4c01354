#pragma once
// An observer that remembers, and on which a test can wait.
#include <condition_variable>
#include <hawser/observe/observer.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace support {

class recorder final : public hawser::observer {
public:
    struct statement {
        std::string name;
        std::string sql;
        std::thread::id thread;
        std::optional<hawser::errc> failure;
        std::int64_t rows = 0;
    };
    struct events {
        std::vector<statement> started;
        std::vector<statement> ended;
        std::vector<hawser::group_committed> groups;
        std::vector<hawser::checkpointed> checkpoints;
        std::vector<std::pair<std::string, hawser::transaction_outcome>> transactions;
        std::vector<std::string> warnings;
        std::size_t waited = 0;
    };

    [[nodiscard]] events seen() const {
        std::lock_guard lock(mutex_);
        return events_;
    }
    void forget() {
        std::lock_guard lock(mutex_);
        events_ = {};
    }
    // Blocks until condition(events) holds.
    template <class Condition>
    void wait(Condition condition) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return condition(events_); });
    }
    // Blocks until a statement whose text holds `part` has been started.
    void wait_for_start(const std::string& part) {
        wait([&](const events& e) {
            for (const auto& s : e.started)
                if (s.sql.find(part) != std::string::npos) return true;
            return false;
        });
    }

    void on(const hawser::statement_started& e) noexcept override {
        note([&](events& all) {
            all.started.push_back({std::string(e.name), std::string(e.sql), std::this_thread::get_id(), {}});
        });
    }
    void on(const hawser::statement_ended& e) noexcept override {
        note([&](events& all) {
            all.ended.push_back(
                {std::string(e.name), std::string(e.sql), std::this_thread::get_id(), e.failure, e.rows});
        });
    }
    void on(const hawser::writer_waited&) noexcept override {
        note([](events& all) { ++all.waited; });
    }
    void on(const hawser::group_committed& e) noexcept override {
        note([&](events& all) { all.groups.push_back(e); });
    }
    void on(const hawser::transaction_ended& e) noexcept override {
        note([&](events& all) { all.transactions.emplace_back(e.name, e.outcome); });
    }
    void on(const hawser::checkpointed& e) noexcept override {
        note([&](events& all) { all.checkpoints.push_back(e); });
    }
    void on(const hawser::warning& e) noexcept override {
        note([&](events& all) { all.warnings.emplace_back(e.text); });
    }

private:
    template <class Add>
    void note(Add add) noexcept {
        std::lock_guard lock(mutex_);
        add(events_);
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    events events_;
};

} // namespace support
