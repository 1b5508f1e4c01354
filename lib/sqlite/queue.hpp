#pragma once
// Jobs on their way to a thread.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <hawser/async/deadline.hpp>
#include <hawser/engine/job.hpp>
#include <limits>
#include <mutex>

namespace hawser::sqlite {

// First come, first served; handed out one by one, so that every job that has not begun is still in here, where its
// deadline is watched. Producers and consumers have a lock each.
class job_queue {
public:
    // How many jobs had ever been pushed at some moment: a consumer that takes up to a mark takes none that came later.
    using mark = std::uint64_t;
    static constexpr mark any = std::numeric_limits<mark>::max();

    // False: shut.
    bool push(engine::job_ptr j) {
        {
            std::lock_guard lock(back_mutex_);
            if (shut_) return false;
            back_.push_back(std::move(j));
            ++pushed_;
            size_.fetch_add(1, std::memory_order_release);
        }
        changed_.notify_one();
        return true;
    }

    // Waits for jobs, at most until `until`. False: shut and empty.
    bool wait(deadline until = no_deadline) {
        std::unique_lock lock(back_mutex_);
        const auto ready = [this] { return size() > 0 || shut_; };
        if (until == no_deadline)
            changed_.wait(lock, ready);
        else
            changed_.wait_until(lock, until, ready);
        return size() > 0 || !shut_;
    }

    [[nodiscard]] mark now() const {
        std::lock_guard lock(back_mutex_);
        return pushed_;
    }

    // The first job, if it was pushed before `until` and wanted(job) holds; else null.
    template <class Wanted>
    engine::job_ptr take(mark until, Wanted wanted) {
        std::lock_guard lock(front_mutex_);
        if (popped_ >= until || size() == 0) return nullptr;
        if (front_.empty()) refill();
        if (!wanted(*front_.front())) return nullptr;
        engine::job_ptr j = std::move(front_.front());
        front_.pop_front();
        ++popped_;
        size_.fetch_sub(1, std::memory_order_relaxed);
        return j;
    }
    engine::job_ptr take(mark until = any) {
        return take(until, [](const engine::job&) { return true; });
    }

    // Visits those that wait.
    template <class Visit>
    void each(Visit visit) {
        std::scoped_lock lock(front_mutex_, back_mutex_);
        for (const auto& j : front_) visit(j);
        for (const auto& j : back_) visit(j);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

    // Refuses what comes later; what is in is still handed out.
    void shut() {
        std::lock_guard lock(back_mutex_);
        shut_ = true;
        changed_.notify_all();
    }

private:
    void refill() {
        std::lock_guard lock(back_mutex_);
        front_.swap(back_);
    }

    std::mutex front_mutex_; // before back_mutex_
    std::deque<engine::job_ptr> front_;
    mark popped_ = 0;

    mutable std::mutex back_mutex_;
    std::condition_variable changed_;
    std::deque<engine::job_ptr> back_;
    mark pushed_ = 0;
    bool shut_ = false;

    std::atomic<std::size_t> size_{0};
};

} // namespace hawser::sqlite
