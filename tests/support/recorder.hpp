#pragma once
// An observer that remembers, and on which a test can wait: the testing kit's recorder, and what else the engine tells.
#include <condition_variable>
#include <hawser/observe/observer.hpp>
#include <hawser/testing/recorder.hpp>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace support {

class recorder final : public hawser::observer {
public:
    struct events {
        std::vector<hawser::group_committed> groups;
        std::vector<hawser::checkpointed> checkpoints;
        std::vector<std::pair<std::string, bool>> snapshots; // name, expired
        std::vector<std::pair<std::string, hawser::transaction_outcome>> transactions;
        std::vector<std::string> warnings;
        std::size_t waited = 0;
    };

    [[nodiscard]] std::vector<hawser::testing::recorded_statement> statements() const {
        return kit_.statements();
    }
    [[nodiscard]] events seen() const {
        std::lock_guard lock(mutex_);
        return all();
    }
    void forget() {
        std::lock_guard lock(mutex_);
        kit_.forget();
        events_ = {};
    }
    // Blocks until condition(events) holds.
    template <class Condition>
    void wait(Condition condition) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return condition(all()); });
    }
    // Blocks until a statement whose text holds `part` has been started.
    void wait_for_start(const std::string& part) {
        wait([&](const events&) {
            for (const auto& s : kit_.statements())
                if (s.sql.find(part) != std::string::npos) return true;
            return false;
        });
    }

    void on(const hawser::statement_started& e) noexcept override {
        note([&] { kit_.on(e); });
    }
    void on(const hawser::statement_ended& e) noexcept override {
        note([&] { kit_.on(e); });
    }
    void on(const hawser::transaction_ended& e) noexcept override {
        note([&] { kit_.on(e); });
    }
    void on(const hawser::warning& e) noexcept override {
        note([&] { kit_.on(e); });
    }
    void on(const hawser::writer_waited&) noexcept override {
        note([&] { ++events_.waited; });
    }
    void on(const hawser::group_committed& e) noexcept override {
        note([&] { events_.groups.push_back(e); });
    }
    void on(const hawser::snapshot_ended& e) noexcept override {
        note([&] { events_.snapshots.emplace_back(std::string(e.name), e.expired); });
    }
    void on(const hawser::checkpointed& e) noexcept override {
        note([&] { events_.checkpoints.push_back(e); });
    }

private:
    template <class Add>
    void note(Add add) noexcept {
        std::lock_guard lock(mutex_);
        add();
        changed_.notify_all();
    }
    [[nodiscard]] events all() const {
        events e = events_;
        e.transactions = kit_.transactions();
        e.warnings = kit_.warnings();
        return e;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    hawser::testing::recorder kit_;
    events events_; // but for transactions and warnings, which the kit keeps
};

} // namespace support
