#pragma once
#include "measure.hpp"
#include <vector>

namespace bench {

// Hawser on SQLite against the plain C API.
[[nodiscard]] std::vector<bench_case> sqlite_suite();

} // namespace bench
