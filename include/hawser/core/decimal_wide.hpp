#pragma once
// Products and quotients of 128-bit integers by way of 256 bits, also in constant expressions.
#include <cstdint>
#include <hawser/core/decimal_digits.hpp>
#include <optional>

namespace hawser::detail {

struct uint256 {
    uint128 high = 0;
    uint128 low = 0;
};

constexpr uint256 full_product(uint128 a, uint128 b) noexcept {
    constexpr uint128 mask = ~std::uint64_t{};
    const uint128 low_low = (a & mask) * (b & mask);
    const uint128 low_high = (a & mask) * (b >> 64);
    const uint128 high_low = (a >> 64) * (b & mask);
    const uint128 middle = (low_low >> 64) + (low_high & mask) + (high_low & mask);
    return {(a >> 64) * (b >> 64) + (low_high >> 64) + (high_low >> 64) + (middle >> 64),
            (middle << 64) | (low_low & mask)};
}

// Divides in place and returns the remainder. The divisor is from 1 to 2^127.
constexpr uint128 divide(uint256& value, uint128 divisor) noexcept {
    uint128 rest = value.high % divisor;
    value.high /= divisor;
    if (rest == 0) {
        rest = value.low % divisor;
        value.low /= divisor;
        return rest;
    }
    uint128 quotient = 0;
    for (int bit = 127; bit >= 0; --bit) {
        rest = (rest << 1) | ((value.low >> bit) & 1);
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    value.low = quotient;
    return rest;
}

// value * factor; false if it does not fit.
constexpr bool multiply(uint256& value, uint128 factor) noexcept {
    const uint256 upper = full_product(value.high, factor);
    const uint256 lower = full_product(value.low, factor);
    if (upper.high != 0 || upper.low > ~uint128{} - lower.high) return false;
    value = {upper.low + lower.high, lower.low};
    return true;
}

// The signed value of a magnitude of at most 38 digits.
constexpr std::optional<int128> signed_value(const uint256& value, bool negative) noexcept {
    if (value.high != 0 || value.low >= static_cast<uint128>(power_of_ten(max_power_of_ten)))
        return std::nullopt;
    return negative ? -static_cast<int128>(value.low) : static_cast<int128>(value.low);
}

// 2^128 - 1 is beyond 38 digits, and stays so.
constexpr void round_up(uint256& value) noexcept {
    if (value.low != ~uint128{}) ++value.low;
}

enum class digits_lost { refused, rounded };

// value / 10^digits, half away from zero, or nothing if a digit other than 0 would be lost; `inexact` says that
// value stands for a little more. digits <= 76.
constexpr bool drop_digits(uint256& value, unsigned digits, bool inexact, digits_lost rule) noexcept {
    if (digits > max_power_of_ten) {
        inexact =
            divide(value, static_cast<uint128>(power_of_ten(digits - max_power_of_ten))) != 0 || inexact;
        digits = max_power_of_ten;
    }
    const auto divisor = static_cast<uint128>(power_of_ten(digits));
    const uint128 rest = divide(value, divisor);
    if (rule == digits_lost::refused) return rest == 0 && !inexact;
    // What was lost before cannot decide: 10^digits is even, so a rest below its half is so by 1 at least.
    if (digits > 0 && 2 * rest >= divisor) round_up(value);
    return true;
}

// a * b as a number of scale `to`, where a * b has scale `from`; from and to differ by at most 76.
constexpr std::optional<int128> wide_product(int128 a, int128 b, unsigned from, unsigned to,
                                             digits_lost rule) noexcept {
    uint256 product = full_product(magnitude(a), magnitude(b));
    const bool negative = (a < 0) != (b < 0);
    if (to >= from) {
        if (!multiply(product, static_cast<uint128>(power_of_ten(to - from)))) return std::nullopt;
    } else if (!drop_digits(product, from - to, false, rule)) {
        return std::nullopt;
    }
    return signed_value(product, negative);
}

// a * 10^up / b, half away from zero; up is from -38 to 76, b is not 0, both have at most 38 digits.
constexpr std::optional<int128> wide_quotient(int128 a, int128 b, int up) noexcept {
    const bool negative = (a < 0) != (b < 0);
    const uint128 divisor = magnitude(b);
    uint256 value{0, magnitude(a)};
    for (unsigned left = up > 0 ? static_cast<unsigned>(up) : 0; left > 0;) {
        const unsigned step = left < max_power_of_ten ? left : max_power_of_ten;
        // Beyond 256 bits, so the quotient is beyond 38 digits.
        if (!multiply(value, static_cast<uint128>(power_of_ten(step)))) return std::nullopt;
        left -= step;
    }
    const uint128 rest = divide(value, divisor);
    if (up < 0)
        drop_digits(value, static_cast<unsigned>(-up), rest != 0, digits_lost::rounded);
    else if (rest >= divisor - rest)
        round_up(value);
    return signed_value(value, negative);
}

} // namespace hawser::detail
