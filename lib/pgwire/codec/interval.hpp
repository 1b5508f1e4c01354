#pragma once
// interval: months, days and a time, each of its own sign, https://www.postgresql.org/docs/15/datatype-datetime.html
#include <chrono>
#include <cstdint>
#include "pgwire/codec/calendar.hpp"
#include "pgwire/codec/codec.hpp"
#include <string_view>

namespace hawser::pgwire {

struct interval_value {
    std::int64_t microseconds = 0;
    std::int32_t days = 0;
    std::int32_t months = 0;

    bool operator==(const interval_value&) const = default;
};

// False: not 16 bytes.
[[nodiscard]] bool decode(std::string_view binary, interval_value& out) noexcept;
void encode(output& out, const interval_value& v);
// What the server prints with IntervalStyle postgres, "1 year 2 mons -3 days +04:05:06.789"; the same with other units
// and in any order, "90 minutes", "1.5 h"; and ISO 8601, "P1Y2M3DT4H5M6.7S". A part that is less than a second may be
// given by fractions of hours, minutes and seconds down to whole microseconds; months and days have none.
[[nodiscard]] bool parse(std::string_view text, interval_value& out) noexcept;
inline constexpr std::size_t longest_interval_text = 128;
// To longest_interval_text of room; gives the end.
[[nodiscard]] char* print(char* to, const interval_value& v) noexcept;

// A duration is what has no months. Days count as 24 hours: a session's time zone is UTC, whose days all are, and the
// server itself makes days of what it gets by subtracting one timestamp from another.
[[nodiscard]] fit convert(const interval_value& v, std::chrono::microseconds& out) noexcept;
// Microseconds alone, so that every duration is stored exactly and comes back as it was.
[[nodiscard]] constexpr interval_value interval_of(std::chrono::microseconds v) noexcept {
    return {v.count(), 0, 0};
}

extern const codec interval_codec;

} // namespace hawser::pgwire
