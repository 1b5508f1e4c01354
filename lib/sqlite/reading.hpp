#pragma once
// Runs reads and answers them: many quick ones together, none of them behind a slow one.
#include "sqlite/connection.hpp"
#include "sqlite/queue.hpp"
#include "sqlite/slot.hpp"
#include <algorithm>
#include <deque>
#include <hawser/async/gate.hpp>
#include <hawser/engine/job.hpp>
#include <vector>

namespace hawser {
class observer;
}

namespace hawser::sqlite {

// For one connection and its thread; everything that has run is answered at the latest by the destructor. Behind a
// slow read nothing waits: what was taken with it goes back to the queue, and what ran before it is answered. Slow is
// what has run for some time, and what has not shown yet that it is not.
class reading final : connection::listener {
public:
    reading(connection& c, slot& s, job_queue& queue, async::gate& room, hawser::observer* watch);
    ~reading();
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;

    // Runs reads that were pushed before `until` and are wanted(job), at most `most`; takes its share of the queue.
    template <class Wanted>
    void run(job_queue::mark until, Wanted wanted, std::size_t consumers, std::size_t most) {
        for (std::size_t count = 0; count < most && !handed_on_; ++count) {
            if (taken_.empty())
                queue_.take(taken_, until, wanted, consumers, std::min(taken_at_once, most - count));
            if (taken_.empty()) return;
            const engine::job_ptr j = std::move(taken_.front().job);
            taken_.pop_front();
            run(j);
        }
    }
    void run(const engine::job_ptr& j);

    // One read transaction, for what was pushed before it.
    template <class Wanted>
    void run_together(Wanted wanted, std::size_t consumers) {
        const auto before = queue_.now();
        engine::job_ptr j = queue_.take(before, wanted);
        if (!j) return;
        const bool together = queue_.size() > 0;
        if (together || j->batch.requests.size() > 1) connection_.exec_own("begin");
        run(j);
        j.reset();
        if (together) run(before, wanted, consumers, jobs_per_transaction);
        if (connection_.in_transaction()) connection_.exec_own("commit");
        if (connection_.in_transaction()) connection_.undo_own("rollback");
    }

    // An error was met after which the connection is not to be trusted.
    [[nodiscard]] bool poisoned() const noexcept { return poisoned_; }

    // Where nobody may wait: a quick read that meets a lock goes back to the queue, and nothing more is run.
    void hand_on_what_meets_locks() noexcept { hands_on_ = true; }
    [[nodiscard]] bool handed_on() const noexcept { return handed_on_; }

private:
    bool statement_goes_on() noexcept override {
        give_back();
        answer_late();
        return slot_.statement_goes_on();
    }
    void statement_may_take_long() noexcept override {
        give_back();
        answer_all();
    }
    void run_quick(const engine::job_ptr& j);
    void keep(const engine::job_ptr& j) noexcept;
    void give_back() noexcept;
    void answer_late() noexcept;
    void answer_all() noexcept;
    std::exception_ptr run_job(engine::job& j);

    static constexpr std::size_t taken_at_once = 8;
    static constexpr std::size_t jobs_per_transaction = 64;

    connection& connection_;
    slot& slot_;
    job_queue& queue_;
    async::gate& room_;
    hawser::observer* watch_;
    std::deque<job_queue::entry> taken_; // not begun
    std::vector<engine::job_ptr> done_;
    clock::time_point first_done_{};
    bool poisoned_ = false;
    bool hands_on_ = false;
    bool handed_on_ = false;
};

} // namespace hawser::sqlite
