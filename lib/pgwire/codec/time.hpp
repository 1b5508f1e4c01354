#pragma once
// time and timetz: a time of day, https://www.postgresql.org/docs/15/datatype-datetime.html
#include <cstdint>
#include "pgwire/codec/calendar.hpp"
#include "pgwire/codec/codec.hpp"
#include <string_view>

namespace hawser::pgwire {

struct time_value {
    std::int64_t microseconds = 0; // of the day, up to 24:00:00

    [[nodiscard]] constexpr bool valid() const noexcept {
        return microseconds >= 0 && microseconds <= microseconds_per_day;
    }
    bool operator==(const time_value&) const = default;
};

struct timetz_value {
    std::int64_t microseconds = 0; // of the day there, up to 24:00:00
    std::int32_t west = 0;         // seconds that the clocks there are behind UTC: -19800 is +05:30

    [[nodiscard]] constexpr bool valid() const noexcept {
        constexpr std::int32_t limit = 16 * 3600;
        return time_value{microseconds}.valid() && west > -limit && west < limit;
    }
    bool operator==(const timetz_value&) const = default;
};

// False: the bytes are no time, or one that the server does not have.
[[nodiscard]] bool decode(std::string_view binary, time_value& out) noexcept;
[[nodiscard]] bool decode(std::string_view binary, timetz_value& out) noexcept;
void encode(output& out, time_value v);
void encode(output& out, timetz_value v);
// HH:MM, HH:MM:SS or HH:MM:SS.ffffff with an offset behind it or none. Of a time that has no time zone the offset must
// be zero: the server would not look at it.
[[nodiscard]] bool parse(std::string_view text, time_value& out) noexcept;
[[nodiscard]] bool parse(std::string_view text, timetz_value& out) noexcept;
// To longest_time_text of room; gives the end.
[[nodiscard]] char* print(char* to, time_value v) noexcept;
[[nodiscard]] char* print(char* to, timetz_value v) noexcept;

extern const codec time_codec;
extern const codec timetz_codec;

} // namespace hawser::pgwire
