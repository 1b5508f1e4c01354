#pragma once
// Exact arithmetic on scaled 128-bit integers, the engine room of decimal and of dec_sum, dec_mul, dec_text.
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

// A scaled integer v with scale s stands for v / 10^s. An empty optional means that the result does not fit.
namespace hawser::detail {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

inline constexpr uint128 int128_sign_bit = static_cast<uint128>(1) << 127;
inline constexpr int128 int128_max = static_cast<int128>(int128_sign_bit - 1);
inline constexpr int128 int128_min = -int128_max - 1;

// The greatest n for which 10^n fits into int128.
inline constexpr unsigned max_power_of_ten = 38;

inline constexpr auto powers_of_ten = [] {
    std::array<int128, max_power_of_ten + 1> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

// 10^exponent; exponent <= max_power_of_ten.
constexpr int128 power_of_ten(unsigned exponent) noexcept {
    return powers_of_ten[exponent];
}

// |value|, also of the least value.
constexpr uint128 magnitude(int128 value) noexcept {
    return value < 0 ? -static_cast<uint128>(value) : static_cast<uint128>(value);
}

constexpr std::optional<int128> checked_add(int128 a, int128 b) noexcept {
    int128 sum{};
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}

// value * 10^digits, any number of digits.
constexpr std::optional<int128> append_zeros(int128 value, unsigned digits) noexcept {
    if (value == 0) return value;
    int128 product{};
    if (digits > max_power_of_ten || __builtin_mul_overflow(value, power_of_ten(digits), &product))
        return std::nullopt;
    return product;
}

// numerator / denominator, rounded half away from zero. The denominator is not 0, the quotient fits.
constexpr int128 divide_half_away(int128 numerator, int128 denominator) noexcept {
    const int128 quotient = numerator / denominator;
    const uint128 rest = magnitude(numerator % denominator);
    if (rest < magnitude(denominator) - rest) return quotient;
    return (numerator < 0) == (denominator < 0) ? quotient + 1 : quotient - 1;
}

// The same number at another scale; empty also if a digit other than 0 would be lost.
// The scales differ by at most max_power_of_ten.
constexpr std::optional<int128> rescale_exact(int128 value, unsigned from, unsigned to) noexcept {
    if (to >= from) return append_zeros(value, to - from);
    const int128 divisor = power_of_ten(from - to);
    if (value % divisor != 0) return std::nullopt;
    return value / divisor;
}

// The nearest number at another scale, half away from zero; scales as above.
constexpr std::optional<int128> rescale_rounded(int128 value, unsigned from, unsigned to) noexcept {
    if (to >= from) return append_zeros(value, to - from);
    return divide_half_away(value, power_of_ten(from - to));
}

// a * b / 10^drop, rounded half away from zero. The product is exact in 256 bits before it is divided.
// drop <= 2 * max_power_of_ten.
std::optional<int128> multiply_rescaled(int128 a, int128 b, unsigned drop) noexcept;

// Room for the longest text of write_scaled: sign, point, 39 digits.
inline constexpr std::size_t max_scaled_chars = 41;

// Decimal text with exactly `scale` fraction digits, at least one digit before the point, no point if the
// scale is 0; scale <= max_power_of_ten. Like std::to_chars: no terminating null, value_too_large and
// nothing of use written if the room does not suffice.
std::to_chars_result write_scaled(char* first, char* last, std::int64_t value, unsigned scale) noexcept;
std::to_chars_result write_scaled(char* first, char* last, int128 value, unsigned scale) noexcept;

std::string scaled_to_string(int128 value, unsigned scale);

// 16 bytes, most significant first, sign bit flipped: memcmp of two encodings orders as the numbers do.
std::array<std::byte, 16> encode_ordered(int128 value) noexcept;
int128 decode_ordered(std::span<const std::byte, 16> bytes) noexcept;

} // namespace hawser::detail
