#pragma once
// Jobs on their way to a thread.
#include <condition_variable>
#include <deque>
#include <iterator>
#include <hawser/async/deadline.hpp>
#include <hawser/engine/job.hpp>
#include <mutex>

namespace hawser::sqlite {

// First come, first served. push() wakes the consumer only when it turns from empty to not empty.
class job_queue {
public:
    // False: shut.
    bool push(engine::job_ptr j) {
        {
            std::lock_guard lock(mutex_);
            if (shut_) return false;
            jobs_.push_back(std::move(j));
        }
        changed_.notify_one();
        return true;
    }

    // Waits for jobs, at most until `until`; moves all there are behind those in `to`. False: shut and empty.
    bool wait_and_drain(std::deque<engine::job_ptr>& to, deadline until) {
        std::unique_lock lock(mutex_);
        const auto ready = [this] { return !jobs_.empty() || shut_; };
        if (until == no_deadline) changed_.wait(lock, ready);
        else changed_.wait_until(lock, until, ready);
        take(to, jobs_.size());
        return !to.empty() || !shut_;
    }

    // Same for several consumers: takes a fair share, at most `most`.
    bool wait_and_share(std::deque<engine::job_ptr>& to, std::size_t consumers, std::size_t most) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !jobs_.empty() || shut_; });
        take(to, std::min(most, (jobs_.size() + consumers - 1) / consumers));
        return !to.empty() || !shut_;
    }

    void drain(std::deque<engine::job_ptr>& to) {
        std::lock_guard lock(mutex_);
        take(to, jobs_.size());
    }

    // Returns jobs to the front, in their order, so that they are visited like those that never left.
    void put_back(std::deque<engine::job_ptr>& from) {
        std::lock_guard lock(mutex_);
        jobs_.insert(jobs_.begin(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
        from.clear();
    }

    // Visits those that wait.
    template <class Visit>
    void each(Visit visit) {
        std::lock_guard lock(mutex_);
        for (const auto& j : jobs_) visit(j);
    }

    [[nodiscard]] std::size_t size() const {
        std::lock_guard lock(mutex_);
        return jobs_.size();
    }

    // Refuses what comes later; what is in is still handed out.
    void shut() {
        std::lock_guard lock(mutex_);
        shut_ = true;
        changed_.notify_all();
    }

private:
    void take(std::deque<engine::job_ptr>& to, std::size_t count) {
        if (to.empty() && count == jobs_.size()) return to.swap(jobs_);
        for (; count > 0; --count) {
            to.push_back(std::move(jobs_.front()));
            jobs_.pop_front();
        }
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<engine::job_ptr> jobs_;
    bool shut_ = false;
};

} // namespace hawser::sqlite
