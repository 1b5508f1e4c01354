#include <hawser/async/gate.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <atomic>
#include <vector>

namespace hawser::async {

// Exactly one of admission, expiry, shutting and cancellation wins the exchange away from `waiting`.
class gate::waiter final : public operation {
public:
    enum class state : unsigned char { waiting, admitted, expired, shut, cancelled };

    waiter(deadline d, std::size_t b) noexcept : due(d), bytes(b) {}

    bool settle(state as) noexcept {
        state expected = state::waiting;
        return state_.compare_exchange_strong(expected, as);
    }
    state result() const noexcept { return state_.load(); }

    const deadline due;
    const std::size_t bytes;

    friend void intrusive_ptr_add_ref(waiter* w) noexcept { w->references_.fetch_add(1); }
    friend void intrusive_ptr_release(waiter* w) noexcept {
        if (w->references_.fetch_sub(1) == 1) delete w;
    }

private:
    void on_cancel(boost::asio::cancellation_type) override {
        if (settle(state::cancelled)) deliver(*this);
    }
    void keep_alive() noexcept override { intrusive_ptr_add_ref(this); }
    void let_go() noexcept override { intrusive_ptr_release(this); }

    std::atomic<state> state_{state::waiting};
    std::atomic<unsigned> references_{0};
};

gate::gate(limits l) noexcept : limits_(l) {}
gate::~gate() = default;

bool gate::try_enter(std::size_t bytes) noexcept {
    std::lock_guard lock(mutex_);
    if (shut_ || !waiting_.empty() || !has_room(bytes)) return false;
    ++inside_;
    bytes_ += bytes;
    return true;
}

// Gives back the place of a coroutine that is destroyed while it waits, admitted or not.
class gate::unclaimed {
public:
    unclaimed(gate& g, waiter& w) noexcept : gate_(g), waiter_(w) {}
    ~unclaimed() {
        if (claimed_) return;
        static_cast<void>(waiter_.settle(waiter::state::cancelled));
        // Whoever waits behind one that does not go in may fit where that did not.
        if (waiter_.result() == waiter::state::admitted)
            gate_.leave(1, waiter_.bytes);
        else
            gate_.leave(0, 0);
    }
    unclaimed(const unclaimed&) = delete;
    unclaimed& operator=(const unclaimed&) = delete;
    void claim() noexcept { claimed_ = true; }

private:
    gate& gate_;
    waiter& waiter_;
    bool claimed_ = false;
};

void gate::enlist(waiter_ptr w) {
    std::unique_lock lock(mutex_);
    if (!shut_ && (!waiting_.empty() || !has_room(w->bytes))) {
        waiting_.push_back(w);
        // Under the lock: nobody can admit the waiter, and so end the gate's life, before its keeper knows.
        if (on_waiting) on_waiting(keeper, w->due);
        return;
    }
    const bool settled = w->settle(shut_ ? waiter::state::shut : waiter::state::admitted);
    if (settled && !shut_) {
        ++inside_;
        bytes_ += w->bytes;
    }
    lock.unlock();
    if (settled) deliver(*w);
}

task<void> gate::enter(deadline due, std::size_t bytes) {
    if (try_enter(bytes)) co_return;
    const waiter_ptr w(new waiter(due, bytes));
    unclaimed place(*this, *w);
    co_await wait(*w, [this, &w] { enlist(w); });
    switch (w->result()) {
    case waiter::state::admitted: place.claim(); co_return;
    case waiter::state::shut: throw_error(errc::closed, "the database is closed");
    case waiter::state::cancelled:
        throw_error(errc::cancelled, "cancelled while waiting for room in the queue");
    default: throw_error(errc::pool_exhausted, "no room in the queue before the deadline");
    }
}

void gate::weigh(std::size_t bytes) noexcept {
    std::lock_guard lock(mutex_);
    bytes_ += bytes;
}

// Under the lock.
void gate::admit(std::vector<waiter_ptr>& to) {
    while (!waiting_.empty()) {
        const waiter_ptr w = waiting_.front();
        if (w->result() == waiter::state::waiting) {
            if (!has_room(w->bytes)) return;
            if (w->settle(waiter::state::admitted)) {
                ++inside_;
                bytes_ += w->bytes;
                to.push_back(w);
            }
        }
        waiting_.pop_front();
    }
}

void gate::leave(std::size_t count, std::size_t bytes) noexcept {
    std::vector<waiter_ptr> admitted;
    {
        std::lock_guard lock(mutex_);
        inside_ -= count;
        bytes_ -= bytes;
        admit(admitted);
    }
    for (auto& w : admitted) deliver(*w);
}

deadline gate::expire(clock::time_point now) {
    std::vector<waiter_ptr> expired;
    deadline next = no_deadline;
    {
        std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [&](waiter_ptr& w) {
            if (w->due > now) {
                next = std::min(next, w->due);
                return w->result() != waiter::state::waiting;
            }
            if (w->settle(waiter::state::expired)) expired.push_back(w);
            return true;
        });
    }
    for (auto& w : expired) deliver(*w);
    return next;
}

void gate::shut() noexcept {
    std::deque<waiter_ptr> all;
    {
        std::lock_guard lock(mutex_);
        shut_ = true;
        all.swap(waiting_);
    }
    for (auto& w : all)
        if (w->settle(waiter::state::shut)) deliver(*w);
}

gate::counts gate::count() const noexcept {
    std::lock_guard lock(mutex_);
    return {inside_, bytes_, waiting_.size()};
}

} // namespace hawser::async
