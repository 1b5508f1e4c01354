#pragma once
// How often a test with random choices tries them: many times in a plain build, few under a sanitizer.
#include "support/sanitized.hpp"

namespace support {

constexpr int rounds(int plain, int sanitized) {
    return is_sanitized ? sanitized : plain;
}

} // namespace support
