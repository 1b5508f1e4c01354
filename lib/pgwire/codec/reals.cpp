#include "pgwire/codec/reals.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <charconv>
#include <cmath>
#include <hawser/core/decimal_digits.hpp>
#include <limits>
#include <system_error>

namespace hawser::pgwire {
namespace {

// d.ddd * 10^exponent, without trailing zeros.
struct digits_of_real {
    char digits[24];
    int count = 0;
    int exponent = 0;
};

digits_of_real read_scientific(const char* at, const char* end) noexcept {
    digits_of_real d;
    for (; at != end && *at != 'e'; ++at)
        if (*at != '.') d.digits[d.count++] = *at;
    while (d.count > 1 && d.digits[d.count - 1] == '0') --d.count;
    at += at[1] == '+' ? 2 : 1; // from_chars reads no plus
    std::from_chars(at, end, d.exponent);
    return d;
}

// Whether the digits lie in the middle between v and a neighbour of it. Read back they are v where ties go to even, but
// the server prints no such digits. Only integers beyond the mantissa can have them.
template <std::floating_point F>
bool is_halfway(const digits_of_real& d, F v) noexcept {
    constexpr int mantissa_bits = std::numeric_limits<F>::digits;
    int exponent = 0;
    const F fraction = std::frexp(v, &exponent);
    const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, mantissa_bits));
    exponent -= mantissa_bits; // v is mantissa * 2^exponent
    int fives = d.exponent - d.count + 1;
    if (exponent < 1 || fives < 0) return false;
    std::uint64_t digits = 0;
    std::from_chars(d.digits, d.digits + d.count, digits);
    const int zeros = std::countr_zero(digits);
    const int twos = fives + zeros;
    hawser::detail::uint128 odd = digits >> zeros;
    for (; fives > 0; --fives) {
        odd *= 5;
        if (odd >> 64 != 0) return false;
    }
    if (twos == exponent - 1 && (odd == 2 * mantissa + 1 || odd == 2 * mantissa - 1)) return true;
    // The neighbours below a power of two lie twice as close.
    return std::has_single_bit(mantissa) && twos == exponent - 2 && odd == 4 * mantissa - 1;
}

// v is finite and not negative.
template <std::floating_point F>
digits_of_real shortest(F v) noexcept {
    char buffer[40];
    char* const end = buffer + sizeof buffer;
    auto found = read_scientific(buffer, std::to_chars(buffer, end, v, std::chars_format::scientific).ptr);
    if (!is_halfway(found, v)) return found;
    constexpr int most = std::numeric_limits<F>::max_digits10;
    for (int behind = found.count; behind < most; ++behind) {
        const auto written = std::to_chars(buffer, end, v, std::chars_format::scientific, behind);
        F back{};
        std::from_chars(buffer, written.ptr, back);
        found = read_scientific(buffer, written.ptr);
        if (back == v && !is_halfway(found, v)) break;
    }
    return found;
}

void append_exponent(std::string& out, int exponent) {
    out += 'e';
    out += exponent < 0 ? '-' : '+';
    const unsigned e = exponent < 0 ? static_cast<unsigned>(-exponent) : static_cast<unsigned>(exponent);
    if (e < 10) out += '0';
    char buffer[8];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, e).ptr);
}

void append_digits(std::string& out, const digits_of_real& d, int most_exponent) {
    const auto count = static_cast<std::size_t>(d.count);
    const std::string_view digits(d.digits, count);
    if (d.exponent < -4 || d.exponent > most_exponent) {
        out += digits[0];
        if (count > 1) out.append(1, '.').append(digits.substr(1));
        append_exponent(out, d.exponent);
    } else if (d.exponent < 0) {
        out.append("0.").append(static_cast<std::size_t>(-d.exponent - 1), '0').append(digits);
    } else {
        const auto whole = static_cast<std::size_t>(d.exponent) + 1;
        if (count <= whole)
            out.append(digits).append(whole - count, '0');
        else
            out.append(digits.substr(0, whole)).append(1, '.').append(digits.substr(whole));
    }
}

template <std::floating_point F>
bool print(std::string_view binary, const type_info&, const types&, std::string& out) {
    F v{};
    if (!decode_real(binary, v)) return false;
    if (std::isnan(v)) {
        out += "NaN";
        return true;
    }
    if (std::signbit(v)) out += '-';
    if (std::isinf(v))
        out += "Infinity";
    else
        append_digits(out, shortest(std::abs(v)), std::numeric_limits<F>::digits10 - 1);
    return true;
}

template <std::floating_point F>
bool read(std::string_view text, F& v) noexcept {
    if (is_word(text, "nan")) {
        v = std::numeric_limits<F>::quiet_NaN();
        return true;
    }
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    if (is_word(text, "infinity") || is_word(text, "inf")) {
        v = std::numeric_limits<F>::infinity();
    } else {
        if (text.empty() || (!is_digit(text.front()) && text.front() != '.')) return false;
        const char* const begin = text.data();
        const char* const end = begin + text.size();
        const auto [ptr, ec] = std::from_chars(begin, end, v);
        if (ec != std::errc() || ptr != end) return false;
    }
    if (negative) v = -v;
    return true;
}

template <std::floating_point F>
bool parse(std::string_view text, const type_info&, const types&, output& out) {
    F v{};
    if (!read(trimmed(text), v)) return false;
    encode_real(out, v);
    return true;
}

} // namespace

const codec float4_codec{print<float>, parse<float>};
const codec float8_codec{print<double>, parse<double>};

} // namespace hawser::pgwire
