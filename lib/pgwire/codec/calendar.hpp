#pragma once
// Days and dates, and the parts that texts of dates and times are made of.
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

inline constexpr std::int64_t microseconds_per_second = 1'000'000;
inline constexpr std::int64_t microseconds_per_minute = 60 * microseconds_per_second;
inline constexpr std::int64_t microseconds_per_hour = 60 * microseconds_per_minute;
inline constexpr std::int64_t microseconds_per_day = 24 * microseconds_per_hour;
// From 1970-01-01 to 2000-01-01, where the server begins to count.
inline constexpr std::int64_t days_before_2000 = 10957;

// Whether a value of the server has an equal one of the application's type.
enum class fit : std::uint8_t {
    exact,
    infinite, // the server's infinity or -infinity
    beyond,   // outside of the type's range
    differs   // of another nature: an interval with months is no duration
};

// Of the Gregorian calendar, also before it began. Year 0 is 1 BC.
struct civil {
    std::int64_t year = 0;
    unsigned month = 1;
    unsigned day = 1;
};

[[nodiscard]] constexpr bool is_leap(std::int64_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
[[nodiscard]] constexpr unsigned days_in(std::int64_t year, unsigned month) noexcept {
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Days since 2000-01-01, by counting years from March on: then the leap day is the last of its year. Years within
// ten millions.
[[nodiscard]] constexpr std::int64_t days_of(const civil& c) noexcept {
    const std::int64_t y = c.month > 2 ? c.year : c.year - 1;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t of_era = y - era * 400;
    const std::int64_t month = c.month > 2 ? c.month - 3 : c.month + 9;
    const std::int64_t of_year = (153 * month + 2) / 5 + c.day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 730'425;
}

// The date so many days after 2000-01-01.
[[nodiscard]] constexpr civil civil_of(std::int64_t days) noexcept {
    const std::int64_t from_march = days + 730'425; // since 0000-03-01
    const std::int64_t era = (from_march >= 0 ? from_march : from_march - 146'096) / 146'097;
    const std::int64_t of_era = from_march - era * 146'097;
    const std::int64_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::int64_t month = (5 * of_year + 2) / 153;
    const auto day = static_cast<unsigned>(of_year - (153 * month + 2) / 5 + 1);
    const auto real_month = static_cast<unsigned>(month < 10 ? month + 3 : month - 9);
    return {year + era * 400 + (real_month <= 2 ? 1 : 0), real_month, day};
}

static_assert(days_of({2000, 1, 1}) == 0 && days_of({1970, 1, 1}) == -days_before_2000);
static_assert(civil_of(-1).year == 1999 && civil_of(59).month == 2 && civil_of(59).day == 29);

// Texts are written to room that suffices; the end is given.
inline constexpr std::size_t longest_time_text = 64;

[[nodiscard]] char* print_padded(char* to, std::uint64_t v, unsigned digits) noexcept;
// "2000-01-01"; a year before 1 as the years before Christ that it is, for which print_era() writes " BC".
[[nodiscard]] char* print_date(char* to, const civil& date) noexcept;
[[nodiscard]] char* print_era(char* to, const civil& date) noexcept;
// "12:00:00", with a fraction where there is one and without zeros at its end. Hours have two digits or more.
[[nodiscard]] char* print_clock(char* to, std::uint64_t microseconds) noexcept;
// "+00", "-03:30", "+00:00:01" of seconds west of Greenwich.
[[nodiscard]] char* print_zone(char* to, std::int32_t west) noexcept;

// Takes a text apart from its front. False: the front is not what was asked for.
class time_text {
public:
    explicit time_text(std::string_view text) noexcept : left_(text) {}

    bool take(char c) noexcept;
    // Decimal digits, as many as there are; no sign. The numbers given are the least and the most digits.
    bool number(unsigned least, unsigned most, std::int64_t& out) noexcept;
    // Digits behind a point, as so many millionths. A seventh digit that is not 0 is refused.
    bool millionths(std::int64_t& out) noexcept;
    // YYYY-MM-DD with four digits of the year or more. Removes " BC" from the end, and such a year is 0 or less.
    bool date(civil& out) noexcept;
    // HH:MM, HH:MM:SS, HH:MM:SS.ffffff up to 24:00:00. As on the server, second 60 is the next minute's first.
    bool clock(std::int64_t& microseconds) noexcept;
    // Z, +HH, +HHMM, +HH:MM, +HH:MM:SS and the same with a minus, less than 16 hours. Nothing there is UTC.
    bool zone(std::int32_t& west) noexcept;

    [[nodiscard]] bool empty() const noexcept { return left_.empty(); }
    [[nodiscard]] char front() const noexcept { return left_.empty() ? '\0' : left_.front(); }
    [[nodiscard]] std::string_view left() const noexcept { return left_; }
    void skip(std::size_t n) noexcept { left_.remove_prefix(n); }

private:
    std::string_view left_;
};

[[nodiscard]] char* print_infinity(char* to, bool negative) noexcept;
// "infinity" is 1, "-infinity" is -1, in any case of letters; 0: another text.
[[nodiscard]] int infinity_in(std::string_view text) noexcept;

} // namespace hawser::pgwire
