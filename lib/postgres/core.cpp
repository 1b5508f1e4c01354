#include "postgres/core.hpp"

namespace hawser::postgres {
namespace {

constexpr unsigned cancelled_at_once = 16;

} // namespace

void core::join(const std::shared_ptr<neighbour>& n) {
    std::lock_guard lock(mutex_);
    std::erase_if(neighbours_, [](const auto& one) { return one.expired(); });
    neighbours_.push_back(n);
}

std::vector<std::shared_ptr<core::neighbour>> core::neighbours() {
    std::vector<std::shared_ptr<neighbour>> all;
    std::lock_guard lock(mutex_);
    for (const auto& one : neighbours_)
        if (auto alive = one.lock()) all.push_back(std::move(alive));
    return all;
}

std::shared_ptr<void> core::place_to_cancel() const {
    const auto leave = [all = cancelling_](std::atomic<unsigned>* count) { --*count; };
    std::shared_ptr<void> place(cancelling_.get(), leave);
    if (++*cancelling_ > cancelled_at_once) place.reset();
    return place;
}

void core::tell_room(bool by_failure) noexcept {
    if (wanting.load() == 0) return;
    for (const auto& n : neighbours()) n->room_found(by_failure);
}

bool core::ask_for_room(const neighbour& who) noexcept {
    for (const auto& n : neighbours())
        if (n.get() != &who && n->spare_one()) return true;
    return false;
}

void core::watch_by(watchdog* w) noexcept {
    std::lock_guard lock(watchdog_mutex_);
    watchdog_ = w;
}

void core::alarm_at(deadline due) noexcept {
    if (due == no_deadline) return;
    std::lock_guard lock(watchdog_mutex_);
    if (watchdog_ != nullptr) watchdog_->alarm_at(due);
}

} // namespace hawser::postgres
