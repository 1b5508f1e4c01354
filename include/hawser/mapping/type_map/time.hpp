#pragma once
// Points in time, dates and durations.
#include <chrono>
#include <concepts>
#include <cstdint>
#include <hawser/core/timestamp.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <limits>
#include <optional>
#include <ratio>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

[[noreturn]] void throw_no_date();
[[noreturn]] void throw_beyond_microseconds();

// A duration of whole microseconds. Those of floating point, and finer ones such as nanoseconds, are not mapped: cast
// them to microseconds, so that what is lost is seen.
template <class D>
inline constexpr bool whole_microseconds = false;
template <class Rep, class Period>
inline constexpr bool whole_microseconds<std::chrono::duration<Rep, Period>> =
    std::integral<Rep> && std::ratio_divide<Period, std::micro>::den == 1;

template <class D>
inline constexpr std::int64_t microseconds_in = std::ratio_divide<typename D::period, std::micro>::num;

template <class D>
constexpr std::int64_t to_microseconds(D d) {
    std::int64_t product{};
    if (__builtin_mul_overflow(d.count(), microseconds_in<D>, &product)) throw_beyond_microseconds();
    return product;
}

// False: the type is too coarse for it, or too small.
template <class D>
constexpr bool from_microseconds(std::int64_t v, D& out) {
    if (v % microseconds_in<D> != 0) return false;
    if (!std::in_range<typename D::rep>(v / microseconds_in<D>)) return false;
    out = D(static_cast<typename D::rep>(v / microseconds_in<D>));
    return true;
}

// With zeros in front; `first` is the value of the first digit.
constexpr text_sink& write_padded(text_sink& s, std::int64_t v, std::int64_t first) {
    for (; first > 1 && v < first; first /= 10) s << '0';
    return s.number(v);
}

// '2026-03-01'
constexpr void write_date(text_sink& s, std::chrono::year_month_day ymd) {
    const std::int64_t year = static_cast<int>(ymd.year());
    write_padded(s, year > 0 ? year : 1 - year, 1000) << '-'; // there is no year 0 in SQL
    write_padded(s, static_cast<unsigned>(ymd.month()), 10) << '-';
    write_padded(s, static_cast<unsigned>(ymd.day()), 10);
    if (year <= 0) s << " BC";
}

// PostgreSQL's literal of microseconds since 1970: a constant, so that an index may have it in its condition. Outside
// of the years 1 to 9999 it is a sum, which PostgreSQL takes everywhere else.
constexpr void write_instant(text_sink& s, std::int64_t micros) {
    using namespace std::chrono;
    constexpr sys_days first = year(1) / January / 1, end = year(10000) / January / 1;
    const sys_time<microseconds> at{microseconds(micros)};
    if (at < first || at >= end) {
        (s << "(timestamptz 'epoch' + interval '").number(micros) << " microseconds')";
        return;
    }
    const auto day = floor<days>(at);
    const std::int64_t of_day = (at - day).count();
    s << "timestamptz '";
    write_date(s, day);
    write_padded(s << ' ', of_day / 3'600'000'000, 10) << ':';
    write_padded(s, of_day / 60'000'000 % 60, 10) << ':';
    write_padded(s, of_day / 1'000'000 % 60, 10) << '.';
    write_padded(s, of_day % 1'000'000, 100'000) << "+00'";
}

} // namespace detail

// Of microseconds, or of anything coarser: sys_seconds, sys_time<milliseconds>. A stored time that is not exact in it
// is not decoded.
template <class D>
    requires(detail::whole_microseconds<D> && !std::same_as<D, std::chrono::days>)
struct type_map<std::chrono::sys_time<D>> {
    static constexpr field_type field = field_type::instant;
    static constexpr std::string_view sqlite = "INTEGER"; // microseconds since 1970-01-01 UTC
    static constexpr std::string_view postgres = "timestamptz";
    static void encode(std::chrono::sys_time<D> v, parameters& p) {
        p.timestamp(timestamp(std::chrono::microseconds(detail::to_microseconds(v.time_since_epoch()))));
    }
    static bool decode(const field_view& f, std::chrono::sys_time<D>& out) {
        if (f.type != field_type::int64 && f.type != field_type::instant) return false;
        D since{};
        if (!detail::from_microseconds(f.integer, since)) return false;
        out = std::chrono::sys_time<D>(since);
        return true;
    }
    static constexpr void literal(detail::text_sink& s, std::chrono::sys_time<D> v, dialect d) {
        const std::int64_t micros = detail::to_microseconds(v.time_since_epoch());
        if (d == dialect::sqlite)
            s.number(micros);
        else
            detail::write_instant(s, micros);
    }
};

// Days since 1970-01-01 on SQLite.
template <>
struct type_map<std::chrono::sys_days> {
    static constexpr field_type field = field_type::date;
    static constexpr std::string_view sqlite = "INTEGER";
    static constexpr std::string_view postgres = "date";
    static void encode(std::chrono::sys_days v, parameters& p) { p.date(v); }
    static bool decode(const field_view& f, std::chrono::sys_days& out) {
        if (f.type != field_type::int64 && f.type != field_type::date) return false;
        if (!std::in_range<std::chrono::days::rep>(f.integer)) return false;
        out = std::chrono::sys_days(std::chrono::days(static_cast<std::chrono::days::rep>(f.integer)));
        return true;
    }
    static constexpr void literal(detail::text_sink& s, std::chrono::sys_days v, dialect d) {
        if (d == dialect::sqlite) {
            s.number(v.time_since_epoch().count());
            return;
        }
        s << "date '";
        detail::write_date(s, v);
        s << '\'';
    }
};

// Stored as sys_days. A date that the calendar does not have is refused as out_of_range.
template <>
struct type_map<std::chrono::year_month_day> {
    static constexpr field_type field = field_type::date;
    static constexpr std::string_view sqlite = "INTEGER";
    static constexpr std::string_view postgres = "date";
    static void encode(std::chrono::year_month_day v, parameters& p) {
        if (!v.ok()) detail::throw_no_date();
        p.date(v);
    }
    static bool decode(const field_view& f, std::chrono::year_month_day& out) {
        using namespace std::chrono;
        std::chrono::sys_days at;
        if (!type_map<std::chrono::sys_days>::decode(f, at)) return false;
        constexpr std::chrono::sys_days first = year::min() / January / 1;
        constexpr std::chrono::sys_days last = year::max() / December / 31;
        if (at < first || at > last) return false;
        out = year_month_day(at);
        return true;
    }
    static constexpr void literal(detail::text_sink& s, std::chrono::year_month_day v, dialect d) {
        type_map<std::chrono::sys_days>::literal(s, v, d);
    }
};

// Microseconds on SQLite. A stored duration that is not exact in it is not decoded.
template <class D>
    requires detail::whole_microseconds<D>
struct type_map<D> {
    static constexpr field_type field = field_type::duration;
    static constexpr std::string_view sqlite = "INTEGER";
    static constexpr std::string_view postgres = "interval";
    static void encode(D v, parameters& p) {
        p.duration(std::chrono::microseconds(detail::to_microseconds(v)));
    }
    static bool decode(const field_view& f, D& out) {
        if (f.type != field_type::int64 && f.type != field_type::duration) return false;
        return detail::from_microseconds(f.integer, out);
    }
    static constexpr void literal(detail::text_sink& s, D v, dialect d) {
        const std::int64_t micros = detail::to_microseconds(v);
        if (d == dialect::sqlite)
            s.number(micros);
        else
            (s << "interval '").number(micros) << " microseconds'";
    }
};

} // namespace hawser
