#pragma once
// Hex digits.
#include <string_view>

namespace hawser::detail {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

// 0 to 15, or -1 for what is no hex digit.
constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace hawser::detail
