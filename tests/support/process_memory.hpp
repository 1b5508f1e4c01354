#pragma once
// What this process holds in memory, from /proc.
#include "support/sanitized.hpp"
#include <cstddef>

namespace support {

// False under a sanitizer, whose own memory counts.
inline constexpr bool memory_is_its_own = !is_sanitized;

[[nodiscard]] std::size_t resident_bytes();
// Since the process began, or since reset_largest().
[[nodiscard]] std::size_t largest_resident_bytes();
// What was freed before is given back to the system, so that it counts when it is used again.
void reset_largest();

} // namespace support
