#include <algorithm>
#include <array>
#include <charconv>
#include <hawser/core/decimal_digits.hpp>
#include <limits>
#include "pgwire/codec/interval.hpp"
#include "pgwire/codec/plain_codec.hpp"
#include "pgwire/input.hpp"
#include <span>

namespace hawser::pgwire {
namespace {

using hawser::detail::int128;

// What a text says so far. Wider than an interval, so that it is looked at once, at the end.
struct sums {
    int128 microseconds = 0;
    int128 days = 0;
    int128 months = 0;

    bool give(interval_value& out) const noexcept {
        if (!in_range<std::int64_t>(microseconds) || !in_range<std::int32_t>(days) ||
            !in_range<std::int32_t>(months))
            return false;
        out = {static_cast<std::int64_t>(microseconds), static_cast<std::int32_t>(days),
               static_cast<std::int32_t>(months)};
        return true;
    }

private:
    template <class I>
    static bool in_range(int128 v) noexcept {
        return v >= std::numeric_limits<I>::min() && v <= std::numeric_limits<I>::max();
    }
};

struct unit {
    std::string_view name;
    std::int64_t months;
    std::int64_t days;
    std::int64_t microseconds;

    [[nodiscard]] bool is_same(const unit& other) const noexcept {
        return months == other.months && days == other.days && microseconds == other.microseconds;
    }
    [[nodiscard]] bool is_clock() const noexcept { return months == 0 && days == 0 && microseconds == 0; }
    // Both cannot stand in one text.
    [[nodiscard]] bool excludes(const unit& other) const noexcept {
        return is_same(other) || (is_clock() && other.microseconds != 0) ||
               (other.is_clock() && microseconds != 0);
    }
};

// Names are as the server knows them, without the s of their plural.
constexpr std::array units{
    unit{"year", 12, 0, 0},
    unit{"yr", 12, 0, 0},
    unit{"y", 12, 0, 0},
    unit{"month", 1, 0, 0},
    unit{"mon", 1, 0, 0},
    unit{"week", 0, 7, 0},
    unit{"w", 0, 7, 0},
    unit{"day", 0, 1, 0},
    unit{"d", 0, 1, 0},
    unit{"hour", 0, 0, microseconds_per_hour},
    unit{"hr", 0, 0, microseconds_per_hour},
    unit{"h", 0, 0, microseconds_per_hour},
    unit{"ms", 0, 0, 1000}, // no plural of m
    unit{"minute", 0, 0, microseconds_per_minute},
    unit{"min", 0, 0, microseconds_per_minute},
    unit{"m", 0, 0, microseconds_per_minute},
    unit{"second", 0, 0, microseconds_per_second},
    unit{"sec", 0, 0, microseconds_per_second},
    unit{"s", 0, 0, microseconds_per_second},
    unit{"millisecond", 0, 0, 1000},
    unit{"msec", 0, 0, 1000},
    unit{"microsecond", 0, 0, 1},
    unit{"usec", 0, 0, 1},
    unit{"us", 0, 0, 1},
};
constexpr unit clock{"", 0, 0, 0}; // hours, minutes and seconds between colons
constexpr std::array iso_date_units{unit{"Y", 12, 0, 0}, unit{"M", 1, 0, 0}, unit{"W", 0, 7, 0},
                                    unit{"D", 0, 1, 0}};
constexpr std::array iso_time_units{unit{"H", 0, 0, microseconds_per_hour},
                                    unit{"M", 0, 0, microseconds_per_minute},
                                    unit{"S", 0, 0, microseconds_per_second}};

// A number with a sign, whole or with millionths.
struct amount {
    bool negative = false;
    std::int64_t whole = 0;
    std::int64_t millionths = 0;

    // False: it has a fraction of what cannot be cut, or one finer than a microsecond.
    bool add_to(sums& to, const unit& u) const noexcept {
        if (millionths != 0 && u.microseconds == 0) return false;
        const int128 fraction = static_cast<int128>(millionths) * u.microseconds;
        if (fraction % microseconds_per_second != 0) return false;
        const int128 sign = negative ? -1 : 1;
        to.months += sign * whole * u.months;
        to.days += sign * whole * u.days;
        to.microseconds +=
            sign * (static_cast<int128>(whole) * u.microseconds + fraction / microseconds_per_second);
        return true;
    }
};

constexpr unsigned most_digits = 19; // of the longest that the server prints, which is below 2^63

bool read_sign(time_text& from, bool& negative) noexcept {
    negative = from.take('-');
    return negative || from.take('+');
}

bool read_amount(time_text& from, amount& out) noexcept {
    if (!from.number(1, most_digits, out.whole)) return false;
    return !from.take('.') || from.millionths(out.millionths);
}

// Behind "hours:", which were read already.
bool read_clock(time_text& from, const amount& hours, sums& to) noexcept {
    std::int64_t minutes = 0, seconds = 0, fraction = 0;
    if (hours.millionths != 0 || !from.number(2, 2, minutes) || minutes > 59) return false;
    if (from.take(':')) {
        if (!from.number(2, 2, seconds) || seconds > 59) return false;
        if (from.take('.') && !from.millionths(fraction)) return false;
    }
    const int128 size = static_cast<int128>(hours.whole) * microseconds_per_hour +
                        static_cast<int128>(minutes) * microseconds_per_minute +
                        static_cast<int128>(seconds) * microseconds_per_second + fraction;
    to.microseconds += hours.negative ? -size : size;
    return true;
}

std::string_view read_word(time_text& from) noexcept {
    const std::string_view left = from.left();
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto end = std::find_if_not(left.begin(), left.end(), letter);
    const auto n = static_cast<std::size_t>(end - left.begin());
    from.skip(n);
    return left.substr(0, n);
}

const unit* unit_named(std::string_view word) noexcept {
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    for (const unit& u : units) {
        const std::string_view stem = word.size() == u.name.size() + 1 && (word.back() | 0x20) == 's'
                                          ? word.substr(0, u.name.size())
                                          : word;
        if (std::equal(stem.begin(), stem.end(), u.name.begin(), u.name.end(), same)) return &u;
    }
    return nullptr;
}

void skip_spaces(time_text& from) noexcept {
    while (from.take(' ')) {}
}

// Each unit once, and hours, minutes and seconds either by units or between colons, as on the server.
bool parse_words(time_text& from, sums& to) noexcept {
    std::array<const unit*, 10> seen{};
    std::size_t parts = 0;
    skip_spaces(from);
    do {
        amount size;
        static_cast<void>(read_sign(from, size.negative));
        if (parts == seen.size() || !read_amount(from, size)) return false;
        const unit* u = &clock;
        if (from.take(':')) {
            if (!read_clock(from, size, to)) return false;
        } else {
            skip_spaces(from);
            u = unit_named(read_word(from));
            if (u == nullptr || !size.add_to(to, *u)) return false;
        }
        if (std::any_of(seen.begin(), seen.begin() + parts,
                        [&](const unit* one) { return one->excludes(*u); }))
            return false;
        seen[parts++] = u;
        skip_spaces(from);
    } while (!from.empty());
    return true;
}

bool parse_iso(time_text& from, sums& to) noexcept {
    bool in_time = false;
    do {
        if (from.take('T')) {
            if (in_time) return false;
            in_time = true;
        }
        amount size;
        static_cast<void>(read_sign(from, size.negative));
        if (!read_amount(from, size)) return false;
        const std::span<const unit> known = in_time ? std::span<const unit>(iso_time_units) : iso_date_units;
        const auto u = std::find_if(known.begin(), known.end(),
                                    [&](const unit& one) { return one.name.front() == from.front(); });
        if (u == known.end() || !size.add_to(to, *u)) return false;
        from.skip(1);
    } while (!from.empty());
    return true;
}

// Writes the parts with a space between them; one behind a negative part shows a sign.
struct parts {
    char* to;
    bool first = true;
    bool behind_negative = false;

    void number(std::int64_t v, std::string_view name) noexcept {
        if (v == 0) return;
        if (!first) *to++ = ' ';
        if (behind_negative && v > 0) *to++ = '+';
        to = std::to_chars(to, to + 20, v).ptr;
        *to++ = ' ';
        to = std::copy(name.begin(), name.end(), to);
        if (v != 1) *to++ = 's';
        behind_negative = v < 0;
        first = false;
    }
    void clock(std::int64_t v) noexcept {
        if (v == 0 && !first) return;
        if (!first) *to++ = ' ';
        if (v < 0)
            *to++ = '-';
        else if (behind_negative)
            *to++ = '+';
        const auto bits = static_cast<std::uint64_t>(v);
        to = print_clock(to, v < 0 ? 0 - bits : bits);
    }
};

} // namespace

bool decode(std::string_view binary, interval_value& out) noexcept {
    input in(binary);
    out.microseconds = in.integer<std::int64_t>();
    out.days = in.integer<std::int32_t>();
    out.months = in.integer<std::int32_t>();
    return in.finished();
}

void encode(output& out, const interval_value& v) {
    out.integer(v.microseconds);
    out.integer(v.days);
    out.integer(v.months);
}

bool parse(std::string_view text, interval_value& out) noexcept {
    if (text.empty()) return false;
    sums found;
    time_text from(text);
    const bool read = from.take('P') ? parse_iso(from, found) : parse_words(from, found);
    return read && found.give(out);
}

char* print(char* to, const interval_value& v) noexcept {
    parts p{to};
    p.number(v.months / 12, "year");
    p.number(v.months % 12, "mon");
    p.number(v.days, "day");
    p.clock(v.microseconds);
    return p.to;
}

fit convert(const interval_value& v, std::chrono::microseconds& out) noexcept {
    if (v.months != 0) return fit::differs;
    std::int64_t sum = 0;
    if (__builtin_mul_overflow(std::int64_t{v.days}, microseconds_per_day, &sum) ||
        __builtin_add_overflow(sum, v.microseconds, &sum))
        return fit::beyond;
    out = std::chrono::microseconds(sum);
    return fit::exact;
}

constinit const codec interval_codec = plain_codec<interval_value, longest_interval_text>;

} // namespace hawser::pgwire
