#include "sqlite/forked.hpp"
#include <atomic>
#include <hawser/core/error.hpp>
#include <pthread.h>

namespace hawser::sqlite {
namespace {

std::atomic<unsigned> process{0}; // another number in each child
std::atomic<unsigned> open{0};    // made by this process and alive
std::atomic<bool> inherits{false};

void note_fork() noexcept {
    process.fetch_add(1);
    if (open.exchange(0) > 0) inherits.store(true);
}

unsigned this_process() {
    static const int once = ::pthread_atfork(nullptr, nullptr, note_fork);
    static_cast<void>(once);
    return process.load();
}

} // namespace

process_bound::process_bound() : process_(this_process()) {
    if (inherits.load())
        throw_error(errc::connect_failed,
                    "a process that was forked while databases were open cannot open any: "
                    "fork first, or let the child call exec()");
    open.fetch_add(1);
}

process_bound::~process_bound() {
    if (!is_inherited()) open.fetch_sub(1);
}

bool process_bound::is_inherited() const noexcept {
    return process.load(std::memory_order_relaxed) != process_;
}

} // namespace hawser::sqlite
