#pragma once
// Awaited inserts, many in flight: the work of several cases.
#include "measure.hpp"
#include "sqlite/database.hpp"
#include <cstddef>

namespace bench {

struct inserting {
    std::size_t callers;
    std::size_t each;
    hawser::durability durability = hawser::durability::full;
    threading on = threading::thread;
    unsigned io_threads = 1;
    bool pinned = true; // where the writer has a thread: inline nothing is handed over
};

// Each coroutine awaits its insert before it sends the next; closing, which copies the log back, is part of it.
[[nodiscard]] sample awaited_inserts(const inserting& how);

} // namespace bench
