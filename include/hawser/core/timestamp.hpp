#pragma once
// Points in time with microseconds, and their text.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

// A point in time, UTC, in microseconds: TIMESTAMPTZ in PostgreSQL, microseconds since 1970 in SQLite.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// "2026-03-01T12:34:56.123456Z": UTC, always six fraction digits. Years 1 to 9999, others throw out_of_range.
[[nodiscard]] std::string to_iso8601(timestamp time);

// Reads YYYY-MM-DD, alone (midnight) or followed by T or one space, HH:MM, then optionally :SS and a
// fraction, then optionally Z, +HH, -HH, +HH:MM or -HH:MM; without one of these the time is UTC.
//
// Text of another form throws hawser::error of kind type_mismatch. A field beyond the calendar, the clock
// (24:00 and second 60 too), an offset of 16 hours, the years 1 to 9999 in UTC, or a seventh fraction digit
// other than 0 throws out_of_range. The message names the position, from 1, and the cause.
[[nodiscard]] timestamp parse_timestamp(std::string_view text);

// As parse_timestamp, and empty where that throws.
[[nodiscard]] std::optional<timestamp> try_parse_timestamp(std::string_view text) noexcept;

} // namespace hawser
