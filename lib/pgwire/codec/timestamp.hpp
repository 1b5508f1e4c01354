#pragma once
// timestamp and timestamptz: microseconds since 2000-01-01 00:00, of which the latter is in UTC.
// https://www.postgresql.org/docs/15/datatype-datetime.html
#include <chrono>
#include <cstdint>
#include <hawser/core/timestamp.hpp>
#include <limits>
#include "pgwire/codec/calendar.hpp"
#include "pgwire/codec/codec.hpp"
#include "pgwire/network_order.hpp"
#include <string_view>

namespace hawser::pgwire {

struct timestamp_value {
    std::int64_t microseconds = 0; // since 2000-01-01 00:00

    static constexpr std::int64_t infinity = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t minus_infinity = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t first = -211'813'488'000'000'000;     // 4714-11-24 00:00 BC
    static constexpr std::int64_t last = 9'223'371'331'200'000'000 - 1; // 294276-12-31 23:59:59.999999

    [[nodiscard]] constexpr bool finite() const noexcept {
        return microseconds != infinity && microseconds != minus_infinity;
    }
    [[nodiscard]] constexpr bool valid() const noexcept {
        return !finite() || (microseconds >= first && microseconds <= last);
    }
    bool operator==(const timestamp_value&) const = default;
};
// The same with a time zone: in text it has an offset.
struct timestamptz_value : timestamp_value {
    bool operator==(const timestamptz_value&) const = default;
};

// False: the bytes are no timestamp, or one that the server does not have.
[[nodiscard]] inline bool decode(std::string_view binary, timestamp_value& out) noexcept {
    if (binary.size() != sizeof out.microseconds) return false;
    const char* const at = binary.data();
    out.microseconds = load<std::int64_t>(at);
    return out.valid();
}
void encode(output& out, timestamp_value v);
// A date, alone (midnight) or followed by T or one space and a time, infinity and -infinity. Of a timestamp that has
// no time zone the offset, where there is one, must be zero: the server would not look at it. A timestamptz without one
// is in UTC.
[[nodiscard]] bool parse(std::string_view text, timestamp_value& out) noexcept;
[[nodiscard]] bool parse(std::string_view text, timestamptz_value& out) noexcept;
// To longest_time_text of room; gives the end.
[[nodiscard]] char* print(char* to, timestamp_value v) noexcept;
[[nodiscard]] char* print(char* to, timestamptz_value v) noexcept;

inline constexpr std::int64_t microseconds_before_2000 = days_before_2000 * microseconds_per_day;

// Of the years from 294247 on the server has some that hawser::timestamp has not.
[[nodiscard]] inline fit convert(timestamp_value v, hawser::timestamp& out) noexcept {
    if (!v.finite()) return fit::infinite;
    if (v.microseconds > std::numeric_limits<std::int64_t>::max() - microseconds_before_2000)
        return fit::beyond;
    out = hawser::timestamp(std::chrono::microseconds(v.microseconds + microseconds_before_2000));
    return fit::exact;
}
// Finite always. The server begins at 4714 BC.
[[nodiscard]] inline fit convert(hawser::timestamp v, timestamp_value& out) noexcept {
    const std::int64_t since_1970 = v.time_since_epoch().count();
    if (since_1970 < timestamp_value::first + microseconds_before_2000) return fit::beyond;
    out.microseconds = since_1970 - microseconds_before_2000;
    return fit::exact;
}

extern const codec timestamp_codec;
extern const codec timestamptz_codec;

} // namespace hawser::pgwire
