#pragma once
// What PostgreSQL reads as a value, and prints for it, in UTC: made here by arithmetic, so that no codec has a part in it.
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <hawser/core/decimal_digits.hpp>
#include <string>
#include <string_view>

namespace server_text {

template <class Real>
std::string real(Real v) {
    char text[64];
    const char* const end = std::to_chars(text, text + sizeof text, v).ptr;
    const std::string made(static_cast<const char*>(text), end);
    return made == "inf" ? "Infinity" : made == "-inf" ? "-Infinity" : made.ends_with("nan") ? "NaN" : made;
}

inline std::string decimal(hawser::detail::int128 scaled, unsigned scale) {
    const bool negative = scaled < 0;
    std::string made;
    for (unsigned place = 0; scaled != 0 || place <= scale; ++place, scaled /= 10) {
        if (place == scale && scale != 0) made.insert(0, 1, '.');
        const int digit = static_cast<int>(scaled % 10);
        made.insert(0, 1, static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    }
    return negative ? '-' + made : made;
}

inline std::string hexadecimal(std::string_view bytes) {
    std::string made;
    for (const char c : bytes)
        for (const int shift : {4, 0})
            made += "0123456789abcdef"[(static_cast<unsigned char>(c) >> shift) & 15];
    return made;
}
inline std::string bytea(std::string_view bytes) {
    return "\\x" + hexadecimal(bytes);
}
inline std::string uuid(std::string_view bytes) {
    std::string made = hexadecimal(bytes);
    for (const std::size_t dash : {20u, 16u, 12u, 8u}) made.insert(dash, 1, '-');
    return made;
}

// Days since 1970-01-01: years of 365 days, one more every 4th but not every 100th but every 400th.
inline std::string day(std::int64_t days, bool& before_christ) {
    days += 719'468; // since 0000-03-01
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t of_era = days - era * 146'097;
    const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * of_year + 2) / 153; // from March
    const std::int64_t year = year_of_era + era * 400 + (month >= 10 ? 1 : 0);
    before_christ = year <= 0;
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04lld-%02lld-%02lld",
                  static_cast<long long>(year > 0 ? year : 1 - year),
                  static_cast<long long>(month < 10 ? month + 3 : month - 9),
                  static_cast<long long>(of_year - (153 * month + 2) / 5 + 1));
    return text.data();
}
inline std::string date(std::int64_t days) {
    bool before_christ = false;
    const std::string made = day(days, before_christ);
    return before_christ ? made + " BC" : made;
}

// Without zeros at the end of the fraction.
inline std::string clock(std::int64_t microseconds) {
    std::array<char, 80> text{};
    const std::int64_t seconds = microseconds / 1'000'000;
    std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld.%06lld",
                  static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                  static_cast<long long>(seconds % 60), static_cast<long long>(microseconds % 1'000'000));
    std::string made = text.data();
    while (made.back() == '0') made.pop_back();
    if (made.back() == '.') return made.substr(0, made.size() - 1);
    return made;
}

// Microseconds since 1970; `zone`: "+00", or nothing for a timestamp without one.
inline std::string instant(std::int64_t microseconds, const char* zone) {
    constexpr std::int64_t whole = 86'400'000'000;
    const std::int64_t days = microseconds / whole - (microseconds % whole < 0 ? 1 : 0);
    bool before_christ = false;
    const std::string of_calendar = day(days, before_christ);
    return of_calendar + ' ' + clock(microseconds - days * whole) + zone + (before_christ ? " BC" : "");
}

} // namespace server_text
