#pragma once
// The connections whose sockets work on one execution context: a coroutine's bytes never change threads.
#include "postgres/connection.hpp"
#include "postgres/core.hpp"
#include "postgres/upkeep.hpp"
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <hawser/engine/job.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace hawser::postgres {

class held_lease;

// Two lanes. Any number of callers share the connections of the first; those of the second are lent to one caller at a
// time, first come, first served.
//
// Invariants
// 1. mutex_ guards all lists; connections are called without it.
// 2. A connection is in exactly one list: shared_, leaving_, resting_, tried_ or lent_.
// 3. Who waits is told of room, of a connection, or of the failure to make one.
class home final : public std::enable_shared_from_this<home>,
                   private connection::owner,
                   private core::neighbour {
public:
    [[nodiscard]] static std::shared_ptr<home> make(std::shared_ptr<core> c, boost::asio::any_io_executor io);
    home(std::shared_ptr<core> c, boost::asio::any_io_executor io);
    ~home();

    // Of the shared lane.
    void submit(engine::job_ptr j) noexcept;
    // Lends a connection to the lease, now or when there is one.
    void lend_to(std::shared_ptr<held_lease> l) noexcept;
    // It is at rest, outside of any transaction, or has ended.
    void give_back(const std::shared_ptr<connection>& c) noexcept;

    // The earliest deadline of what is here; callers of those that are not after `now` are let go. Connections whose time
    // has come are closed.
    [[nodiscard]] deadline expire(clock::time_point now) noexcept;
    [[nodiscard]] bool abandon(engine::job& j, bool stops) noexcept;
    // On every connection.
    void forget_statements() noexcept;

    // Refuses what comes, and leases that wait. Connections close when the work is done that was taken, or at once.
    void shut(bool at_once) noexcept;
    // The context goes away: sockets are closed in here, and nothing is heard of afterwards.
    void shut_down() noexcept;
    [[nodiscard]] bool at_rest() const noexcept;
    [[nodiscard]] bool is_gone() const noexcept { return gone_.load(); }

private:
    void progressed(connection& c) noexcept override;
    void ended(connection& c, std::vector<engine::job_ptr> unsent, const std::string& why) noexcept override;
    void room_found(bool by_failure) noexcept override;
    [[nodiscard]] bool spare_one() noexcept override;

    [[nodiscard]] std::shared_ptr<connection> choose(const engine::job& j) const;
    [[nodiscard]] bool may_grow() const noexcept;
    void place(engine::job_ptr j, bool queued) noexcept;
    [[nodiscard]] bool grow();
    [[nodiscard]] bool note_wants() noexcept;
    void make_connection(bool shared);
    [[nodiscard]] boost::asio::awaitable<started> reach();
    void made(bool shared, const std::shared_ptr<connection>& c) noexcept;
    void not_made(bool shared, const std::exception_ptr& why) noexcept;
    void feed() noexcept;
    void serve(std::unique_lock<std::mutex> lock) noexcept;
    struct rested {
        std::shared_ptr<connection> what;
        clock::time_point since;
    };
    struct farewell {
        std::shared_ptr<connection> to;
        const char* why;
        bool at_once = false; // whatever is under way
    };
    [[nodiscard]] deadline look_after(clock::time_point now) noexcept;
    [[nodiscard]] deadline choose_those_over(clock::time_point now, const std::vector<rested>& idle,
                                             std::vector<farewell>& over) noexcept;
    void give_up_tries(clock::time_point now, deadline& left, std::vector<farewell>& over) noexcept;
    [[nodiscard]] std::shared_ptr<held_lease> tried_well(const connection& c) noexcept;
    [[nodiscard]] bool tried_in_vain(const connection& c) noexcept;
    [[nodiscard]] rest rest_of(const connection& c, clock::time_point since) const noexcept;
    [[nodiscard]] bool is_shared(const connection& c) const noexcept;
    [[nodiscard]] bool is_leaving(const connection& c) const noexcept;
    [[nodiscard]] bool is_at_limit() const noexcept;
    [[nodiscard]] bool is_over_limit() const noexcept;
    [[nodiscard]] bool is_surplus() const noexcept;
    [[nodiscard]] bool spare_shared() noexcept;
    void shed() noexcept;
    void forget_given_up() noexcept;
    void leave_silent() noexcept;
    [[nodiscard]] std::shared_ptr<held_lease> holder_of(const connection& c) const noexcept;
    [[nodiscard]] std::vector<std::shared_ptr<connection>> working() const;

    const std::shared_ptr<core> core_;
    boost::asio::any_io_executor io_; // empty: its context has gone
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<connection>> shared_;
    std::vector<std::shared_ptr<connection>> leaving_; // once shared: they end what they have
    std::vector<rested> resting_;                      // the last one came last
    struct loan {
        std::shared_ptr<connection> what;
        std::shared_ptr<held_lease> to;
    };
    std::vector<loan> lent_;
    struct trial {
        loan of;
        clock::time_point since; // it rested
        deadline until;
    };
    std::vector<trial> tried_; // whether they answer, before they are lent
    unsigned making_shared_ = 0;
    unsigned making_ = 0;
    std::deque<engine::job_ptr> pending_;
    std::atomic<std::size_t> pending_count_{0};
    std::deque<std::shared_ptr<held_lease>> waiting_;
    bool feeding_ = false;
    bool fed_anew_ = false; // something has come while one was feeding
    unsigned wants_ = 0;    // of core::wanting
    bool shut_ = false;
    bool stopped_ = false;               // and at once
    std::atomic<bool> was_there_{false}; // the server: a connection was made before
    std::atomic<bool> gone_{false};
};

} // namespace hawser::postgres
