#include "pgwire/codec/plain_codec.hpp"
#include "pgwire/codec/timestamp.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {
namespace {

struct moment {
    civil date;
    std::uint64_t of_day = 0;
};

moment moment_of(std::int64_t microseconds) noexcept {
    std::int64_t days = microseconds / microseconds_per_day;
    std::int64_t of_day = microseconds % microseconds_per_day;
    if (of_day < 0) {
        of_day += microseconds_per_day;
        --days;
    }
    return {civil_of(days), static_cast<std::uint64_t>(of_day)};
}

char* print_moment(char* to, const moment& m) noexcept {
    to = print_date(to, m.date);
    *to++ = ' ';
    return print_clock(to, m.of_day);
}

bool parse_moment(std::string_view text, timestamp_value& out, std::int32_t& west) noexcept {
    west = 0;
    if (const int sign = infinity_in(text); sign != 0) {
        out.microseconds = sign > 0 ? timestamp_value::infinity : timestamp_value::minus_infinity;
        return true;
    }
    time_text from(text);
    civil date;
    std::int64_t of_day = 0;
    if (!from.date(date)) return false;
    if (!from.empty()) {
        if (!from.take(' ') && !from.take('T') && !from.take('t')) return false;
        if (!from.clock(of_day) || !from.zone(west) || !from.empty()) return false;
    }
    // A day more on both sides than there are timestamps, for the offset; still far from the ends of the integer.
    constexpr std::int64_t first = timestamp_value::first / microseconds_per_day - 1;
    constexpr std::int64_t last = timestamp_value::last / microseconds_per_day + 1;
    const std::int64_t days = days_of(date);
    if (days < first || days > last) return false;
    out.microseconds = days * microseconds_per_day + of_day + west * microseconds_per_second;
    return out.finite() && out.valid();
}

} // namespace

void encode(output& out, timestamp_value v) {
    out.integer(v.microseconds);
}

bool parse(std::string_view text, timestamp_value& out) noexcept {
    std::int32_t west = 0;
    return parse_moment(text, out, west) && west == 0;
}

bool parse(std::string_view text, timestamptz_value& out) noexcept {
    std::int32_t west = 0;
    return parse_moment(text, out, west);
}

char* print(char* to, timestamp_value v) noexcept {
    if (!v.finite()) return print_infinity(to, v.microseconds < 0);
    const moment m = moment_of(v.microseconds);
    return print_era(print_moment(to, m), m.date);
}

char* print(char* to, timestamptz_value v) noexcept {
    if (!v.finite()) return print_infinity(to, v.microseconds < 0);
    const moment m = moment_of(v.microseconds);
    return print_era(print_zone(print_moment(to, m), 0), m.date);
}

constinit const codec timestamp_codec = plain_codec<timestamp_value, longest_time_text>;
constinit const codec timestamptz_codec = plain_codec<timestamptz_value, longest_time_text>;

} // namespace hawser::pgwire
