#pragma once
#include "sqlite/suite.hpp"

namespace bench {

[[nodiscard]] cases flat_memory_cases(const context& with);
[[nodiscard]] cases big_file_cases(const context& with);

// All of them. They take minutes and gigabytes of the disk.
[[nodiscard]] cases memory_suite(const context& with);

} // namespace bench
