#include "stop.hpp"
#include <atomic>
#include <csignal>

namespace day {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

} // namespace

void listen_for_stop() {
    struct sigaction action{};
    action.sa_handler = [](int) { requested.store(true, std::memory_order_relaxed); };
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

void request_stop() noexcept {
    requested.store(true, std::memory_order_relaxed);
}
void forget_stop() noexcept {
    requested.store(false, std::memory_order_relaxed);
}
bool stop_requested() noexcept {
    return requested.load(std::memory_order_relaxed);
}

} // namespace day
