#pragma once
#include <hawser/async/task.hpp>
#include <vector>

namespace day {

// Runs the tasks side by side to their end, on this many threads. Rethrows the first failure; the others have
// ended by then as well.
void run_all(unsigned threads, std::vector<hawser::task<void>> tasks);

} // namespace day
