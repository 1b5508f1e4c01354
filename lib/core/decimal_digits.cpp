#include <hawser/core/decimal_wide.hpp>
#include <algorithm>
#include <hawser/core/decimal_digits.hpp>
#include <system_error>

namespace hawser::detail {
namespace {

// 256 bits, least significant limb first.
using limbs = std::array<std::uint64_t, 4>;

constexpr std::uint64_t low(uint128 value) noexcept {
    return static_cast<std::uint64_t>(value);
}

constexpr std::uint64_t high(uint128 value) noexcept {
    return static_cast<std::uint64_t>(value >> 64);
}

limbs limbs_of_product(uint128 a, uint128 b) noexcept {
    const uint128 low_low = static_cast<uint128>(low(a)) * low(b);
    const uint128 low_high = static_cast<uint128>(low(a)) * high(b);
    const uint128 high_low = static_cast<uint128>(high(a)) * low(b);
    const uint128 high_high = static_cast<uint128>(high(a)) * high(b);

    const uint128 middle = static_cast<uint128>(high(low_low)) + low(low_high) + low(high_low);
    const uint128 upper = high_high + high(low_high) + high(high_low) + high(middle);
    return {low(low_low), low(middle), low(upper), high(upper)};
}

// Divides in place and returns the remainder.
std::uint64_t divide(limbs& value, std::uint64_t divisor) noexcept {
    uint128 rest = 0;
    for (auto limb = value.rbegin(); limb != value.rend(); ++limb) {
        const uint128 part = (rest << 64) | *limb;
        *limb = low(part / divisor);
        rest = part % divisor;
    }
    return low(rest);
}

constexpr unsigned chunk_digits = 19;
constexpr auto chunk = static_cast<std::uint64_t>(power_of_ten(chunk_digits));

char* write_padded(char* out, std::uint64_t value, unsigned width) noexcept {
    char digits[chunk_digits + 1];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const auto length = end - digits;
    if (length < static_cast<std::ptrdiff_t>(width))
        out = std::fill_n(out, static_cast<std::ptrdiff_t>(width) - length, '0');
    return std::copy(static_cast<const char*>(digits), end, out);
}

char* write_digits(char* out, std::uint64_t value, unsigned width) noexcept {
    return write_padded(out, value, width);
}

char* write_digits(char* out, uint128 value, unsigned width) noexcept {
    if (value < chunk && width <= chunk_digits) return write_padded(out, low(value), width);
    out = write_padded(out, low(value / chunk), width > chunk_digits ? width - chunk_digits : 1);
    return write_padded(out, low(value % chunk), chunk_digits);
}

template <class Magnitude>
std::to_chars_result write(char* first, char* last, bool negative, Magnitude value, unsigned scale) noexcept {
    char digits[max_scaled_chars];
    char* const end = write_digits(digits, value, scale + 1);
    char* const point = end - scale;
    const std::ptrdiff_t needed = (end - digits) + (negative ? 1 : 0) + (scale > 0 ? 1 : 0);
    if (last - first < needed) return {last, std::errc::value_too_large};
    if (negative) *first++ = '-';
    first = std::copy(digits, point, first);
    if (scale > 0) *first++ = '.';
    return {std::copy(point, end, first), std::errc{}};
}

} // namespace

std::optional<int128> multiply_rescaled(int128 a, int128 b, unsigned drop) noexcept {
    if (drop > max_power_of_ten) return wide_product(a, b, drop, 0, digits_lost::rounded);
    limbs product = limbs_of_product(magnitude(a), magnitude(b));

    const unsigned first = std::min(drop, chunk_digits);
    uint128 rest = divide(product, low(static_cast<uint128>(power_of_ten(first))));
    rest += static_cast<uint128>(divide(product, low(static_cast<uint128>(power_of_ten(drop - first))))) *
            static_cast<uint128>(power_of_ten(first));
    if (product[2] != 0 || product[3] != 0) return std::nullopt;

    uint128 result = (static_cast<uint128>(product[1]) << 64) | product[0];
    const bool negative = (a < 0) != (b < 0);
    const uint128 greatest = negative ? int128_sign_bit : int128_sign_bit - 1;
    const bool up = 2 * rest >= static_cast<uint128>(power_of_ten(drop));
    if (result > greatest || (up && result == greatest)) return std::nullopt;
    result += up ? 1 : 0;
    return static_cast<int128>(negative ? -result : result);
}

std::to_chars_result write_scaled(char* first, char* last, std::int64_t value, unsigned scale) noexcept {
    if (scale >= chunk_digits) return write_scaled(first, last, static_cast<int128>(value), scale);
    const auto bits = static_cast<std::uint64_t>(value);
    return write(first, last, value < 0, value < 0 ? -bits : bits, scale);
}

std::to_chars_result write_scaled(char* first, char* last, int128 value, unsigned scale) noexcept {
    return write(first, last, value < 0, magnitude(value), scale);
}

std::string scaled_to_string(int128 value, unsigned scale) {
    char text[max_scaled_chars];
    return std::string(text, write_scaled(text, text + sizeof text, value, scale).ptr);
}

std::array<std::byte, 16> encode_ordered(int128 value) noexcept {
    uint128 bits = static_cast<uint128>(value) ^ int128_sign_bit;
    std::array<std::byte, 16> bytes{};
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, bits >>= 8)
        *byte = static_cast<std::byte>(bits & 0xff);
    return bytes;
}

int128 decode_ordered(std::span<const std::byte, 16> bytes) noexcept {
    uint128 bits = 0;
    for (const std::byte byte : bytes) bits = (bits << 8) | std::to_integer<unsigned>(byte);
    return static_cast<int128>(bits ^ int128_sign_bit);
}

} // namespace hawser::detail
