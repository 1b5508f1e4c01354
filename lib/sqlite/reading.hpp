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
// slow read nothing waits: what was taken with it goes back to the queue, and what ran before it is answered.
class reading final : connection::listener {
public:
    reading(connection& c, slot& s, job_queue& queue, async::gate& room, hawser::observer* watch);
    ~reading();
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;

    // Runs reads that were pushed before `until` and are wanted(job), at most `most`; takes its share of the queue.
    template <class Wanted>
    void run(job_queue::mark until, Wanted wanted, std::size_t consumers, std::size_t most) {
        for (std::size_t count = 0; count < most; ++count) {
            if (taken_.empty())
                queue_.take(taken_, until, wanted, consumers, std::min(taken_at_once, most - count));
            if (taken_.empty()) return;
            const engine::job_ptr j = std::move(taken_.front().job);
            taken_.pop_front();
            run(j);
        }
    }
    void run(const engine::job_ptr& j);
    // An error was met after which the connection is not to be trusted.
    [[nodiscard]] bool poisoned() const noexcept { return poisoned_; }

private:
    bool statement_goes_on() noexcept override {
        give_back();
        answer_late();
        return slot_.statement_goes_on();
    }
    void give_back() noexcept;
    void answer_late() noexcept;
    void answer_all() noexcept;
    std::exception_ptr run_job(engine::job& j);

    static constexpr std::size_t taken_at_once = 8;

    connection& connection_;
    slot& slot_;
    job_queue& queue_;
    async::gate& room_;
    hawser::observer* watch_;
    std::deque<job_queue::entry> taken_; // not begun
    std::vector<engine::job_ptr> done_;
    clock::time_point first_done_{};
    bool poisoned_ = false;
};

} // namespace hawser::sqlite
