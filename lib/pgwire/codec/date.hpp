#pragma once
// date: days since 2000-01-01, https://www.postgresql.org/docs/15/datatype-datetime.html
#include <chrono>
#include <cstdint>
#include <limits>
#include "pgwire/codec/calendar.hpp"
#include "pgwire/codec/codec.hpp"
#include <string_view>

namespace hawser::pgwire {

struct date_value {
    std::int32_t days = 0; // since 2000-01-01

    static constexpr std::int32_t infinity = std::numeric_limits<std::int32_t>::max();
    static constexpr std::int32_t minus_infinity = std::numeric_limits<std::int32_t>::min();
    static constexpr std::int32_t first = -2'451'545;   // 4714-11-24 BC
    static constexpr std::int32_t last = 2'145'031'948; // 5874897-12-31

    [[nodiscard]] constexpr bool finite() const noexcept {
        return days != infinity && days != minus_infinity;
    }
    [[nodiscard]] constexpr bool valid() const noexcept {
        return !finite() || (days >= first && days <= last);
    }
    bool operator==(const date_value&) const = default;
};

// False: the bytes are no date, or one that the server does not have.
[[nodiscard]] bool decode(std::string_view binary, date_value& out) noexcept;
void encode(output& out, date_value v);
// YYYY-MM-DD, also with " BC" behind it, infinity and -infinity.
[[nodiscard]] bool parse(std::string_view text, date_value& out) noexcept;
// To longest_time_text of room; gives the end.
[[nodiscard]] char* print(char* to, date_value v) noexcept;

[[nodiscard]] inline fit convert(date_value v, std::chrono::sys_days& out) noexcept {
    if (!v.finite()) return fit::infinite;
    out = std::chrono::sys_days(std::chrono::days(v.days + days_before_2000));
    return fit::exact;
}
// Finite always.
[[nodiscard]] inline fit convert(std::chrono::sys_days v, date_value& out) noexcept {
    const std::int64_t since_1970 = v.time_since_epoch().count();
    if (since_1970 < date_value::first + days_before_2000 || since_1970 > date_value::last + days_before_2000)
        return fit::beyond;
    out.days = static_cast<std::int32_t>(since_1970 - days_before_2000);
    return fit::exact;
}

extern const codec date_codec;

} // namespace hawser::pgwire
