#include "pinning.hpp"
#include <filesystem>
#include <sched.h>
#include <string>
#include <unistd.h>

namespace bench {
namespace {

cpu_set_t processors() {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(getpid(), sizeof set, &set);
    return set;
}

// Before anything was pinned.
const cpu_set_t all = processors();

int first_of(const cpu_set_t& set) {
    int at = 0;
    while (at < CPU_SETSIZE - 1 && !CPU_ISSET(at, &set)) ++at;
    return at;
}

} // namespace

split_pins::split_pins() {
    if (!on || CPU_COUNT(&all) < 2) return;
    const int own = first_of(all);
    cpu_set_t mine, others = all;
    CPU_ZERO(&mine);
    CPU_SET(own, &mine);
    CPU_CLR(own, &others);
    const int self = gettid();
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        const int thread = std::stoi(task.path().filename().string());
        if (sched_setaffinity(thread, sizeof mine, thread == self ? &mine : &others) == 0)
            threads_.push_back(thread);
    }
}

split_pins::~split_pins() {
    for (const int thread : threads_) sched_setaffinity(thread, sizeof all, &all);
}

} // namespace bench
