#pragma once
// Bounded admission: callers wait, in order, for room in a queue.
#include <hawser/async/deadline.hpp>
#include <hawser/async/task.hpp>
#include <cstddef>
#include <deque>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <mutex>
#include <vector>

namespace hawser::async {

// Counts what is inside by number and bytes. Callers that find it full wait first come, first served, until
// there is room, the deadline passes, or the gate is closed. All members are thread-safe.
class gate {
public:
    struct limits {
        std::size_t count;
        std::size_t bytes;
    };

    explicit gate(limits l) noexcept;
    ~gate();

    // Takes one place for so many bytes if there is room and nobody waits. More than the limit fit while nothing else
    // is inside.
    [[nodiscard]] bool try_enter(std::size_t bytes = 0) noexcept;
    // Takes one place, waiting for it. Throws pool_exhausted at the deadline, closed once the gate is shut,
    // cancelled on any cancellation.
    [[nodiscard]] task<void> enter(deadline due, std::size_t bytes = 0);
    // Bytes that were not known when the place was taken. All are taken back by leave().
    void weigh(std::size_t bytes) noexcept;
    void leave(std::size_t count, std::size_t bytes) noexcept;

    // Fails the waiters whose deadline is not after `now`; the earliest deadline that is left.
    deadline expire(clock::time_point now);
    // Fails all waiters and all later ones with closed.
    void shut() noexcept;

    struct counts {
        std::size_t inside;
        std::size_t bytes;
        std::size_t waiting;
    };
    [[nodiscard]] counts count() const noexcept;

    // Called, with the deadline, when a waiter is queued, so that its keeper can set an alarm. Must not call the gate.
    void (*on_waiting)(void* keeper, deadline due) noexcept = nullptr;
    void* keeper = nullptr;

private:
    class waiter;
    class unclaimed;
    using waiter_ptr = boost::intrusive_ptr<waiter>;

    void enlist(waiter_ptr w);
    void admit(std::vector<waiter_ptr>& to);
    [[nodiscard]] bool has_room(std::size_t bytes) const noexcept {
        if (inside_ == 0) return true;
        return inside_ < limits_.count && bytes_ < limits_.bytes && bytes <= limits_.bytes - bytes_;
    }

    const limits limits_;
    mutable std::mutex mutex_;
    std::size_t inside_ = 0;
    std::size_t bytes_ = 0;
    bool shut_ = false;
    std::deque<waiter_ptr> waiting_;
};

} // namespace hawser::async
