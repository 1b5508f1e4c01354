#include <algorithm>
#include <charconv>
#include <cstring>
#include "pgwire/codec/calendar.hpp"

namespace hawser::pgwire {
namespace {

constexpr std::string_view infinity = "infinity";

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char* print_digits(char* to, std::uint64_t v) noexcept {
    return std::to_chars(to, to + 20, v).ptr;
}

} // namespace

char* print_padded(char* to, std::uint64_t v, unsigned digits) noexcept {
    std::uint64_t first = 1;
    for (unsigned i = 1; i < digits; ++i) first *= 10;
    for (; first > 1 && v < first; first /= 10) *to++ = '0';
    return print_digits(to, v);
}

char* print_date(char* to, const civil& date) noexcept {
    to = print_padded(to, static_cast<std::uint64_t>(date.year > 0 ? date.year : 1 - date.year), 4);
    *to++ = '-';
    to = print_padded(to, date.month, 2);
    *to++ = '-';
    return print_padded(to, date.day, 2);
}

char* print_era(char* to, const civil& date) noexcept {
    if (date.year > 0) return to;
    return std::copy_n(" BC", 3, to);
}

char* print_clock(char* to, std::uint64_t microseconds) noexcept {
    constexpr auto second = static_cast<std::uint64_t>(microseconds_per_second);
    const std::uint64_t seconds = microseconds / second;
    to = print_padded(to, seconds / 3600, 2);
    *to++ = ':';
    to = print_padded(to, seconds / 60 % 60, 2);
    *to++ = ':';
    to = print_padded(to, seconds % 60, 2);
    const std::uint64_t fraction = microseconds % second;
    if (fraction == 0) return to;
    *to++ = '.';
    to = print_padded(to, fraction, 6);
    while (to[-1] == '0') --to;
    return to;
}

char* print_zone(char* to, std::int32_t west) noexcept {
    const std::int64_t wide = west;
    const auto size = static_cast<std::uint64_t>(wide > 0 ? wide : -wide);
    *to++ = wide <= 0 ? '+' : '-';
    to = print_padded(to, size / 3600, 2);
    if (size % 3600 == 0) return to;
    *to++ = ':';
    to = print_padded(to, size / 60 % 60, 2);
    if (size % 60 == 0) return to;
    *to++ = ':';
    return print_padded(to, size % 60, 2);
}

bool time_text::take(char c) noexcept {
    if (front() != c || left_.empty()) return false;
    skip(1);
    return true;
}

bool time_text::number(unsigned least, unsigned most, std::int64_t& out) noexcept {
    std::size_t n = 0;
    while (n < left_.size() && is_digit(left_[n])) ++n;
    if (n < least || n > most) return false;
    const std::string_view digits = left_.substr(0, n);
    const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), out).ec == std::errc{};
    skip(n);
    return fits;
}

bool time_text::millionths(std::int64_t& out) noexcept {
    out = 0;
    unsigned digits = 0;
    for (; is_digit(front()); skip(1), ++digits) {
        if (digits < 6)
            out = out * 10 + (front() - '0');
        else if (front() != '0')
            return false;
    }
    if (digits == 0) return false;
    for (; digits < 6; ++digits) out *= 10;
    return true;
}

bool time_text::date(civil& out) noexcept {
    constexpr std::string_view before_christ = " BC";
    const bool early = left_.size() >= before_christ.size() &&
                       std::equal(left_.end() - 3, left_.end(), before_christ.begin(),
                                  [](char a, char b) { return lower(a) == lower(b); });
    if (early) left_.remove_suffix(before_christ.size());
    std::int64_t year = 0, month = 0, day = 0;
    if (!number(4, 7, year) || year == 0 || !take('-')) return false;
    if (!number(2, 2, month) || month < 1 || month > 12 || !take('-')) return false;
    out = {early ? 1 - year : year, static_cast<unsigned>(month), 1};
    if (!number(2, 2, day) || day < 1 || day > days_in(out.year, out.month)) return false;
    out.day = static_cast<unsigned>(day);
    return true;
}

bool time_text::clock(std::int64_t& microseconds) noexcept {
    std::int64_t hours = 0, minutes = 0, seconds = 0, fraction = 0;
    if (!number(2, 2, hours) || !take(':') || !number(2, 2, minutes) || minutes > 59) return false;
    if (take(':')) {
        if (!number(2, 2, seconds) || seconds > 60) return false;
        if (take('.') && !millionths(fraction)) return false;
    }
    microseconds = hours * microseconds_per_hour + minutes * microseconds_per_minute +
                   seconds * microseconds_per_second + fraction;
    return microseconds <= microseconds_per_day;
}

bool time_text::zone(std::int32_t& west) noexcept {
    west = 0;
    if (left_.empty() || take('Z') || take('z')) return true;
    const bool east = front() == '+';
    if (!east && front() != '-') return false;
    skip(1);
    std::int64_t hours = 0, minutes = 0, seconds = 0;
    if (left_.size() >= 4 && is_digit(left_[2])) {
        if (!number(4, 4, hours)) return false;
        minutes = hours % 100;
        hours /= 100;
    } else {
        if (!number(2, 2, hours)) return false;
        if (take(':') && (!number(2, 2, minutes) || (take(':') && !number(2, 2, seconds)))) return false;
    }
    if (hours > 15 || minutes > 59 || seconds > 59) return false;
    const auto size = static_cast<std::int32_t>(hours * 3600 + minutes * 60 + seconds);
    west = east ? -size : size;
    return true;
}

char* print_infinity(char* to, bool negative) noexcept {
    if (negative) *to++ = '-';
    return std::copy(infinity.begin(), infinity.end(), to);
}

int infinity_in(std::string_view text) noexcept {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    if (!std::equal(text.begin(), text.end(), infinity.begin(), infinity.end(),
                    [](char a, char b) { return lower(a) == b; }))
        return 0;
    return negative ? -1 : 1;
}

} // namespace hawser::pgwire
