#pragma once
#include "postgres/known_types.hpp"
#include <atomic>
#include <hawser/async/deadline.hpp>
#include <hawser/async/gate.hpp>
#include <hawser/postgres/settings.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace hawser::postgres {

// What the driver and its homes have in common. Outlives both.
struct core {
    explicit core(const postgres::settings& s)
        : settings(std::make_shared<const postgres::settings>(s)),
          room({.count = s.queue_jobs, .bytes = s.queue_bytes}) {}

    const std::shared_ptr<const postgres::settings> settings;
    known_types types;
    async::gate room;

    // All homes share the connections that may be made.
    class neighbour {
    public:
        // A connection may be made that could not be before. `by_failure`: since one of another home was not made.
        virtual void room_found(bool by_failure) noexcept = 0;
        // Closes a connection that does nothing, for somebody who waits elsewhere. False: there is none.
        [[nodiscard]] virtual bool spare_one() noexcept = 0;

    protected:
        ~neighbour() = default;
    };
    void join(const std::shared_ptr<neighbour>& n);
    // To be called without locks.
    void tell_room(bool by_failure) noexcept;
    // False: nobody has closed one.
    bool ask_for_room(const neighbour& who) noexcept;

    // Calls home::expire() when it is time to.
    class watchdog {
    public:
        virtual void alarm_at(deadline due) noexcept = 0;

    protected:
        ~watchdog() = default;
    };
    void watch_by(watchdog* w) noexcept; // null: nobody, from its return on
    void alarm_at(deadline due) noexcept;

    [[nodiscard]] bool is_full() const noexcept { return connections.load() >= settings->max_connections; }

    std::atomic<unsigned> connections{0}; // made or being made, in all homes
    std::atomic<unsigned> wanting{0};     // leases that wait, and no connection is made for them

    // A place among the CancelRequests that are on their way. Null: there are enough of them.
    [[nodiscard]] std::shared_ptr<void> place_to_cancel() const;

private:
    [[nodiscard]] std::vector<std::shared_ptr<neighbour>> neighbours();

    const std::shared_ptr<std::atomic<unsigned>> cancelling_ = std::make_shared<std::atomic<unsigned>>(0);

    std::mutex mutex_;
    std::vector<std::weak_ptr<neighbour>> neighbours_;
    std::mutex watchdog_mutex_;
    watchdog* watchdog_ = nullptr;
};

// A connection's place among all, from before it is made until it has ended.
class slot {
public:
    explicit slot(std::shared_ptr<core> of) noexcept : core_(std::move(of)) { ++core_->connections; }
    slot(slot&&) noexcept = default;
    slot& operator=(slot&&) = delete;
    ~slot() { leave(false); }
    void leave(bool by_failure) noexcept {
        const auto from = std::move(core_);
        if (!from) return;
        --from->connections;
        from->tell_room(by_failure);
    }

private:
    std::shared_ptr<core> core_; // null: given back
};

} // namespace hawser::postgres
