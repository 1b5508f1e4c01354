#pragma once
// Jobs on their way to a thread.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <algorithm>
#include <deque>
#include <hawser/async/deadline.hpp>
#include <hawser/engine/job.hpp>
#include <iterator>
#include <limits>
#include <mutex>
#include <thread>

namespace hawser::sqlite {

// First come, first served. Jobs are handed out one by one or a few at a time, so that nearly all that have not begun
// are still in here, where their deadlines are watched. Producers and consumers have a lock each.
class job_queue {
public:
    // How many jobs had ever been pushed at some moment: a consumer that takes up to a mark takes none that came later.
    using mark = std::uint64_t;
    static constexpr mark any = std::numeric_limits<mark>::max();
    struct entry {
        engine::job_ptr job;
        mark number; // of those pushed before it
    };

    // False: shut.
    bool push(engine::job_ptr j) {
        if (!push_quietly(std::move(j))) return false;
        changed_.notify_one();
        return true;
    }
    // Same, without waking a consumer.
    bool push_quietly(engine::job_ptr j) {
        std::lock_guard lock(back_mutex_);
        if (shut_) return false;
        back_.push_back({std::move(j), pushed_++});
        size_.fetch_add(1, std::memory_order_release);
        return true;
    }
    void wake(std::size_t consumers) noexcept {
        for (; consumers > 0; --consumers) changed_.notify_one();
    }

    // Waits for jobs, at most until `until`, and for the first `spin` of it without going to sleep. False: shut and
    // empty.
    bool wait(deadline until = no_deadline, clock::duration spin = {}) {
        if (spin.count() > 0 && size() == 0) {
            // Yielding, so that a producer that shares the core gets on with it.
            const deadline spin_until = std::min(until, clock::now() + spin);
            while (size() == 0 && clock::now() < spin_until) std::this_thread::yield();
        }
        std::unique_lock lock(back_mutex_);
        const auto ready = [this] { return size() > 0 || shut_; };
        if (until == no_deadline)
            changed_.wait(lock, ready);
        else
            changed_.wait_until(lock, until, ready);
        return size() > 0 || !shut_;
    }

    // For a consumer that others may serve in place of: it is called where they cannot.
    void call() {
        {
            std::lock_guard lock(back_mutex_);
            called_ = true;
        }
        changed_.notify_one();
    }
    // Waits for a call. False: shut and empty.
    bool wait_for_call() {
        std::unique_lock lock(back_mutex_);
        changed_.wait(lock, [this] { return called_ || shut_; });
        called_ = false;
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
        return has_front(until, wanted) ? pop().job : nullptr;
    }
    engine::job_ptr take(mark until = any) {
        return take(until, [](const engine::job&) { return true; });
    }

    // Appends a fair share for one of `consumers`, at most `most`, of the same.
    template <class Wanted>
    void take(std::deque<entry>& to, mark until, Wanted wanted, std::size_t consumers, std::size_t most) {
        std::lock_guard lock(front_mutex_);
        std::size_t share = std::min(most, (size() + consumers - 1) / consumers);
        for (; share > 0 && has_front(until, wanted); --share) to.push_back(pop());
    }
    // Gives back what was taken and not begun, to be taken before all others; wakes who may take what waits.
    void put_back(std::deque<entry>& from) {
        if (!from.empty()) {
            std::scoped_lock lock(front_mutex_, back_mutex_);
            size_.fetch_add(from.size(), std::memory_order_release);
            front_.insert(front_.begin(), std::make_move_iterator(from.begin()),
                          std::make_move_iterator(from.end()));
            from.clear();
        }
        if (size() > 0) changed_.notify_all();
    }

    // Visits those that wait.
    template <class Visit>
    void each(Visit visit) {
        std::scoped_lock lock(front_mutex_, back_mutex_);
        for (const entry& e : front_) visit(e.job);
        for (const entry& e : back_) visit(e.job);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

    // Refuses what comes later; what is in is still handed out.
    void shut() {
        std::lock_guard lock(back_mutex_);
        shut_ = true;
        changed_.notify_all();
    }

private:
    template <class Wanted>
    bool has_front(mark until, Wanted& wanted) {
        if (size() == 0) return false;
        if (front_.empty()) {
            std::lock_guard lock(back_mutex_);
            front_.swap(back_);
        }
        return front_.front().number < until && wanted(*front_.front().job);
    }
    entry pop() {
        entry e = std::move(front_.front());
        front_.pop_front();
        size_.fetch_sub(1, std::memory_order_relaxed);
        return e;
    }

    std::mutex front_mutex_; // before back_mutex_
    std::deque<entry> front_;

    mutable std::mutex back_mutex_;
    std::condition_variable changed_;
    std::deque<entry> back_;
    mark pushed_ = 0;
    bool shut_ = false;
    bool called_ = false;

    std::atomic<std::size_t> size_{0};
};

} // namespace hawser::sqlite
