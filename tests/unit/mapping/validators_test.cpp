#include "support/catch.hpp"
#include <hawser/mapping/validate.hpp>
#include <limits>
#include <string>
#include "app_schema.hpp"

using hawser::max_length;
using hawser::not_empty;
using hawser::range;
using hawser::violation;

namespace {

struct reading {
    std::string sensor;
    std::optional<std::string> unit;
    double value{};
    std::optional<double> error;
    std::uint32_t count{};
    hawser::timestamp at{};
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(reading, (), (sensor, unit, value, error, count, at, id))
consteval auto hawser_table(hawser::of<reading>) {
    using std::chrono::seconds;
    return hawser::table<reading>(
        "readings", hawser::primary_key<&reading::id>,
        hawser::validate<&reading::sensor>(not_empty, max_length(4)),
        hawser::validate<&reading::unit>(not_empty, max_length(2)),
        hawser::validate<&reading::value>(range(-1.5, 1e-9)), hawser::validate<&reading::error>(range(0, 1)),
        hawser::validate<&reading::count>(range(-5, 5)),
        hawser::validate<&reading::at>(range(hawser::timestamp(seconds(0)), hawser::timestamp(seconds(60)))));
}

std::vector<violation> violations_of(const reading& r, std::optional<std::size_t> index = {}) {
    std::vector<violation> found;
    hawser::detail::validate_row<reading>(&r, index, found);
    return found;
}
reading valid() {
    reading r;
    r.sensor = "s";
    return r;
}

} // namespace

TEST_CASE("a row that keeps all rules has no violations", "[mapping][validate]") {
    CHECK(violations_of(valid()).empty());
}

TEST_CASE("all violations of a row are collected, in the order of the facts", "[mapping][validate]") {
    reading r = valid();
    r.sensor = "";
    r.unit = "meter";
    r.value = 2;
    r.error = -0.1;
    r.count = 6;
    r.at = hawser::timestamp(std::chrono::seconds(61));
    const auto found = violations_of(r);
    REQUIRE(found.size() == 6);
    CHECK(found[0] == violation{"sensor", "not_empty", "must not be empty", {}});
    CHECK(found[1] == violation{"unit", "max_length", "must have at most 2 characters", {}});
    CHECK(found[2] == violation{"value", "range", "must be from -1.5 to 1e-09", {}});
    CHECK(found[3] == violation{"error", "range", "must be from 0 to 1", {}});
    CHECK(found[4] == violation{"count", "range", "must be from -5 to 5", {}});
    CHECK(found[5] ==
          violation{
              "at", "range", "must be from 1970-01-01T00:00:00.000000Z to 1970-01-01T00:01:00.000000Z", {}});
}

TEST_CASE("one member may break several rules", "[mapping][validate]") {
    std::vector<violation> found;
    const auto fact = hawser::validate<&reading::sensor>(max_length(1), max_length(2));
    reading r = valid();
    r.sensor = "abc";
    hawser::detail::apply_fact(r, fact, {}, found);
    CHECK(found.size() == 2);
}

TEST_CASE("an optional member without a value breaks no rule", "[mapping][validate]") {
    reading r = valid();
    r.unit.reset();
    r.error.reset();
    CHECK(violations_of(r).empty());
    r.unit = "";
    CHECK(violations_of(r).size() == 1);
}

TEST_CASE("lengths are counted in code points", "[mapping][validate]") {
    reading r = valid();
    r.sensor = "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\x80z"; // 4 code points in 10 bytes
    CHECK(violations_of(r).empty());
    r.sensor += 'z';
    CHECK(violations_of(r).size() == 1);
    CHECK(hawser::detail::code_points("e\xCC\x81") == 2); // a letter and its combining accent
    CHECK(hawser::detail::code_points("") == 0);
}

TEST_CASE("both ends belong to a range, and NaN to none", "[mapping][validate]") {
    reading r = valid();
    for (const double inside : {-1.5, 0.0, 1e-9}) {
        r.value = inside;
        CHECK(violations_of(r).empty());
    }
    for (const double outside :
         {std::numeric_limits<double>::quiet_NaN(), -1.6, 1e-8, std::numeric_limits<double>::infinity()}) {
        r.value = outside;
        CHECK(violations_of(r).size() == 1);
    }
    r.value = 0;
    r.error = std::numeric_limits<double>::quiet_NaN();
    CHECK(violations_of(r).size() == 1);
}

TEST_CASE("an unsigned member is compared with a negative end by value", "[mapping][validate]") {
    reading r = valid();
    r.count = 0;
    CHECK(violations_of(r).empty());
    r.count = 5;
    CHECK(violations_of(r).empty());
    r.count = std::numeric_limits<std::uint32_t>::max(); // -1 in disguise
    CHECK(violations_of(r).size() == 1);
}

TEST_CASE("a decimal may be ranged by decimals and by integers", "[mapping][validate]") {
    app::account a;
    a.email = "a@b";
    std::vector<violation> found;
    a.balance = hawser::decimal<18, 2>::parse("-0.50");
    hawser::detail::validate_row<app::account>(&a, {}, found);
    CHECK(found.empty());
    a.balance = hawser::decimal<18, 2>::parse("-0.51");
    hawser::detail::validate_row<app::account>(&a, {}, found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].message == "must be from -0.50 to 100.00");
}

TEST_CASE("a violation in a bulk call bears its row's index", "[mapping][validate]") {
    reading r = valid();
    r.sensor = "";
    std::vector<violation> found;
    hawser::detail::validate_row<reading>(&r, 0, found);
    hawser::detail::validate_row<reading>(&r, 17, found);
    REQUIRE(found.size() == 2);
    CHECK(found[0].row == std::size_t{0});
    CHECK(found[1].row == std::size_t{17});
}

namespace {

struct shift {
    std::int64_t id{};
    std::chrono::milliseconds length{};
    std::chrono::sys_days day{};
    std::chrono::year_month_day due{};
    std::chrono::sys_seconds begins{};
};
BOOST_DESCRIBE_STRUCT(shift, (), (id, length, day, due, begins))
consteval auto hawser_table(hawser::of<shift>) {
    using namespace std::chrono;
    using hawser::validate;
    return hawser::table<shift>(
        "shifts", hawser::primary_key<&shift::id>,
        validate<&shift::length>(range(seconds(0), minutes(90)), hawser::one_of(hours(1), weeks(1))),
        validate<&shift::day>(range(sys_days(2026y / 1 / 1), sys_days(2026y / 12 / 31))),
        validate<&shift::due>(range(2026y / January / 1, 2026y / December / 31)),
        validate<&shift::begins>(range(sys_seconds(seconds(0)), sys_seconds(seconds(60)))));
}

} // namespace

TEST_CASE("durations, dates and points in time have ranges, told in their own words", "[mapping][validate]") {
    using namespace std::chrono;
    std::vector<violation> found;
    const shift good{1, hours(1), 2026y / 12 / 31, 2026y / 1 / 1, sys_seconds(seconds(60))};
    hawser::detail::validate_row<shift>(&good, {}, found);
    CHECK(found.empty());
    const shift bad{1, milliseconds(-1), 2027y / 1 / 1, 2025y / 12 / 31, sys_seconds(seconds(61))};
    hawser::detail::validate_row<shift>(&bad, {}, found);
    REQUIRE(found.size() == 5);
    CHECK(found[0].message == "must be from 0s to 90min");
    CHECK(found[1].message == "must be one of 1h, 604800000000us");
    CHECK(found[2].message == "must be from 2026-01-01 to 2026-12-31");
    CHECK(found[3].message == "must be from 2026-01-01 to 2026-12-31");
    CHECK(found[4].message == "must be from 1970-01-01T00:00:00.000000Z to 1970-01-01T00:01:00.000000Z");
}

TEST_CASE("bytes that are no UTF-8 are counted one by one", "[mapping][validate]") {
    using hawser::detail::code_points;
    CHECK(code_points(std::string(1000, '\x80')) == 1000);
    CHECK_FALSE(hawser::detail::max_length_rule{32}.holds(std::string(1'000'000, '\x80')));
    CHECK(code_points("\xC3\xA4\x80") == 2);
    CHECK(code_points("\xE2\x82") == 2);         // cut off
    CHECK(code_points("\xC0\x80") == 2);         // longer than it needs be
    CHECK(code_points("\xE0\x80\x80") == 3);     // same
    CHECK(code_points("\xED\xA0\x80") == 3);     // a surrogate
    CHECK(code_points("\xF4\x90\x80\x80") == 4); // beyond U+10FFFF
    CHECK(code_points("\xF4\x8F\xBF\xBF") == 1); // the last one
    CHECK(code_points("\xED\x9F\xBF\xEE\x80\x80") == 2);
}
