#include "forms.hpp"
#include "pgwire/codec/date.hpp"
#include <chrono>
#include <random>

namespace pg = hawser::pgwire;
using namespace forms;
using pg::date_codec, pg::date_value, pg::fit;

namespace {

std::int32_t days_in_text(std::string_view text) {
    date_value v;
    REQUIRE(parse(text, v));
    return v.days;
}

bool is_refused(std::string_view text) {
    return binary_of(date_codec, text) == refused;
}

} // namespace

TEST_CASE("dates have the server's bytes and text", "[pgwire][date]") {
    check_forms(date_codec, "2000-01-01", "00000000");
    check_forms(date_codec, "1999-12-31", "ffffffff");
    check_forms(date_codec, "1970-01-01", "ffffd533");
    check_forms(date_codec, "2024-02-29", "00002279");
    check_forms(date_codec, "9999-12-31", "002c95d3");
}

TEST_CASE("years before Christ and above 9999 are dates", "[pgwire][date]") {
    check_forms(date_codec, "0044-03-15 BC", "fff49d7b");
    check_forms(date_codec, "0001-01-01", "fff4dbf9");
    check_forms(date_codec, "0001-12-31 BC", "fff4dbf8");
    check_forms(date_codec, "10000-01-01", "002c95d4");
}

TEST_CASE("a leap year before Christ has its leap day", "[pgwire][date]") {
    check_forms(date_codec, "0005-02-29 BC", "fff4d511");
    CHECK(days_in_text("0001-03-01 BC") - days_in_text("0001-02-28 BC") == 2);
    CHECK(is_refused("0004-02-29 BC"));
    CHECK(is_refused("0101-02-30 BC"));
    CHECK(is_refused("1900-02-29"));
}

TEST_CASE("the first and the last date are read, and none beyond them", "[pgwire][date]") {
    check_forms(date_codec, "4714-11-24 BC", "ffda97a7");
    check_forms(date_codec, "5874897-12-31", "7fda970c");
    check_no_binary(date_codec, "ffda97a6");
    check_no_binary(date_codec, "7fda970d");
    CHECK(is_refused("4714-11-23 BC"));
    CHECK(is_refused("5874898-01-01"));
    CHECK(is_refused("9999999-12-31 BC"));
    CHECK(is_refused("10000000-01-01"));
}

TEST_CASE("infinities are dates of their own", "[pgwire][date]") {
    check_forms(date_codec, "infinity", "7fffffff");
    check_forms(date_codec, "-infinity", "80000000");
    check_read(date_codec, "Infinity", "7fffffff");
    check_no_binary(date_codec, "7ffffffe");
    check_no_binary(date_codec, "80000001");
    CHECK(is_refused("--infinity"));
    CHECK(is_refused("infinity "));
    CHECK(is_refused("inf"));
}

TEST_CASE("a date has four bytes", "[pgwire][date]") {
    check_whole(date_codec, "00002279");
    check_whole(date_codec, "7fffffff");
}

TEST_CASE("what is no date is refused", "[pgwire][date]") {
    for (const char* text : {"",
                             " ",
                             "2024",
                             "2024-1-01",
                             "2024-01-1",
                             "2024-13-01",
                             "2024-00-01",
                             "2024-01-00",
                             "2024-01-32",
                             "0000-01-01",
                             "999-01-01",
                             "-2024-01-01",
                             "+2024-01-01",
                             "2024-01-01x",
                             "2024-01-01 AD",
                             "BC",
                             " BC",
                             "2024/01/01",
                             "2024-01-01 12:00",
                             "20240101",
                             "2024-01-01 BC BC",
                             "today",
                             "\xff"}) {
        CAPTURE(text);
        CHECK(is_refused(text));
    }
}

TEST_CASE("every date is its own text, back and forth", "[pgwire][date]") {
    std::mt19937_64 random(18);
    std::uniform_int_distribution<std::int32_t> any(date_value::first, date_value::last);
    std::uniform_int_distribution<std::int32_t> near(-800'000, 3'000'000);
    for (int i = 0; i < 20'000; ++i) {
        const date_value v{i % 2 == 0 ? any(random) : near(random)};
        pg::output out;
        encode(out, v);
        const std::string text = text_of_bytes(date_codec, out.view());
        REQUIRE(binary_of(date_codec, text) == hex(out.view()));
        date_value again;
        REQUIRE(decode(out.view(), again));
        REQUIRE(again == v);
    }
}

TEST_CASE("the calendar is that of the standard library", "[pgwire][date]") {
    using namespace std::chrono;
    std::mt19937_64 random(19);
    std::uniform_int_distribution<std::int32_t> some(-5'000'000, 5'000'000);
    for (int i = 0; i < 20'000; ++i) {
        const std::int32_t n = some(random);
        const year_month_day expected{sys_days(days(n + pg::days_before_2000))};
        const pg::civil c = pg::civil_of(n);
        REQUIRE(c.year == static_cast<int>(expected.year()));
        REQUIRE(c.month == static_cast<unsigned>(expected.month()));
        REQUIRE(c.day == static_cast<unsigned>(expected.day()));
        REQUIRE(pg::days_of(c) == n);
    }
}

TEST_CASE("dates are days since 1970 to the application, and infinities are not", "[pgwire][date]") {
    using namespace std::chrono;
    sys_days at;
    CHECK(convert(date_value{0}, at) == fit::exact);
    CHECK(at == sys_days(year(2000) / January / 1));
    CHECK(convert(date_value{date_value::last}, at) == fit::exact);
    CHECK(at.time_since_epoch().count() == 2'145'031'948LL + 10'957);
    CHECK(convert(date_value{date_value::infinity}, at) == fit::infinite);
    CHECK(convert(date_value{date_value::minus_infinity}, at) == fit::infinite);

    date_value v;
    CHECK(convert(sys_days(days(0)), v) == fit::exact);
    CHECK(v.days == -10'957);
    CHECK(convert(sys_days(days(std::int64_t{date_value::first} + 10'957)), v) == fit::exact);
    CHECK(v.days == date_value::first);
    CHECK(convert(sys_days(days(std::int64_t{date_value::first} + 10'956)), v) == fit::beyond);
    CHECK(convert(sys_days(days(std::int64_t{date_value::last} + 10'958)), v) == fit::beyond);
    CHECK(convert(sys_days::max(), v) == fit::beyond);
    CHECK(convert(sys_days::min(), v) == fit::beyond);
}
