#include "forms.hpp"
#include "pgwire/codec/interval.hpp"
#include <limits>
#include <random>

namespace pg = hawser::pgwire;
using namespace forms;
using pg::fit, pg::interval_codec, pg::interval_value;

namespace {

bool is_read_as(std::string_view text, std::string_view printed) {
    const std::string binary = binary_of(interval_codec, text);
    return binary != refused && text_of(interval_codec, binary) == printed;
}

std::chrono::microseconds duration_of(const interval_value& v) {
    std::chrono::microseconds d{};
    REQUIRE(convert(v, d) == fit::exact);
    return d;
}

} // namespace

TEST_CASE("intervals have the server's bytes and text", "[pgwire][interval]") {
    check_forms(interval_codec, "1 year 2 mons -3 days +04:05:06.789", "000000036c97ca88fffffffd0000000e");
    check_forms(interval_codec, "-00:00:01", "fffffffffff0bdc00000000000000000");
    check_forms(interval_codec, "00:00:00", "00000000000000000000000000000000");
    check_forms(interval_codec, "1 day", "00000000000000000000000100000000");
    check_forms(interval_codec, "-1 days", "0000000000000000ffffffff00000000");
    check_forms(interval_codec, "1 mon", "00000000000000000000000000000001");
    check_forms(interval_codec, "2 mons", "00000000000000000000000000000002");
    check_forms(interval_codec, "100:00:00", "00000053d1ac10000000000000000000");
}

TEST_CASE("a part behind a negative one shows its sign", "[pgwire][interval]") {
    check_forms(interval_codec, "-1 mons +1 day", "000000000000000000000001ffffffff");
    check_forms(interval_codec, "1 mon -1 days -00:00:00.000001", "ffffffffffffffffffffffff00000001");
    check_forms(interval_codec, "-1 years -1 mons", "000000000000000000000000fffffff3");
    check_forms(interval_codec, "-1 years -1 mons +1 day -00:00:01", "fffffffffff0bdc000000001fffffff3");
    check_forms(interval_codec, "-1 days +00:00:00.5", "000000000007a120ffffffff00000000");
}

TEST_CASE("the largest parts are read and written", "[pgwire][interval]") {
    check_forms(interval_codec, "2562047788:00:54.775807", "7fffffffffffffff0000000000000000");
    check_forms(interval_codec, "178956970 years 7 mons", "0000000000000000000000007fffffff");
    check_forms(interval_codec, "-178956970 years -8 mons", "00000000000000000000000080000000");
    check_forms(interval_codec, "2147483647 days -2562047788:00:54.775807",
                "80000000000000017fffffff00000000");
    check_forms(interval_codec, "-2147483648 days", "00000000000000008000000000000000");
    // The server prints this one and does not read it again.
    check_forms(interval_codec, "-2562047788:00:54.775808", "80000000000000000000000000000000");
}

TEST_CASE("parts beyond their integers are refused", "[pgwire][interval]") {
    for (const char* text :
         {"2562047788:00:54.775808", "-2562047788:00:54.775809", "178956970 years 8 mons",
          "-178956970 years -9 mons", "2147483648 days", "-2147483649 days", "9223372036854775807 hours",
          "9223372036854775808 us", "99999999999999999999:00:00", "P9999999999Y", "306783379 weeks"}) {
        CAPTURE(text);
        check_no_text(interval_codec, text);
    }
}

TEST_CASE("an interval has sixteen bytes", "[pgwire][interval]") {
    check_whole(interval_codec, "000000036c97ca88fffffffd0000000e");
}

TEST_CASE("intervals are read in other units", "[pgwire][interval]") {
    CHECK(is_read_as("90 minutes", "01:30:00"));
    CHECK(is_read_as("1.5 h", "01:30:00"));
    CHECK(is_read_as("2 weeks", "14 days"));
    CHECK(is_read_as("3 ms", "00:00:00.003"));
    CHECK(is_read_as("1 us", "00:00:00.000001"));
    CHECK(is_read_as("-1.5 sec", "-00:00:01.5"));
    CHECK(is_read_as("1 d -2 h", "1 day -02:00:00"));
    CHECK(is_read_as("2 MONTHS 1 Year", "1 year 2 mons"));
    CHECK(is_read_as("1y2mons", "1 year 2 mons"));
    CHECK(is_read_as("  1 day   2:03  ", "1 day 02:03:00"));
    CHECK(is_read_as("+1 day", "1 day"));
    CHECK(is_read_as("13 mons", "1 year 1 mon"));
}

TEST_CASE("intervals of ISO 8601 are read", "[pgwire][interval]") {
    CHECK(is_read_as("P1Y2M3DT4H5M6.7S", "1 year 2 mons 3 days 04:05:06.7"));
    CHECK(is_read_as("P1W", "7 days"));
    CHECK(is_read_as("PT0S", "00:00:00"));
    CHECK(is_read_as("PT1.5H", "01:30:00"));
    CHECK(is_read_as("P-1DT-2H", "-1 days -02:00:00"));
    CHECK(is_read_as("PT5M", "00:05:00"));
    CHECK(is_read_as("P5M", "5 mons"));
}

TEST_CASE("what is no interval, or would have to be cut, is refused", "[pgwire][interval]") {
    for (const char* text : {"",
                             " ",
                             "5",
                             "day",
                             "1 day day",
                             "1 fortnight",
                             "1.5 days",
                             "0.5 mons",
                             "1.5 years",
                             "0.0000001 sec",
                             "0.5 us",
                             "0.00001 ms",
                             "1 day 1 day",
                             "1 day 2 days",
                             "1:2",
                             "1:60",
                             "1:00:60",
                             "1:00:00 2:00:00",
                             "1:00:00 1 h",
                             "3 us 1:00:00",
                             "1.5:00:00",
                             "- 1 day",
                             "1 day ago",
                             "@ 1 day",
                             "P",
                             "PT",
                             "P1",
                             "P1H",
                             "PT1D",
                             "P1YT",
                             "PT1HT1M",
                             "1-2",
                             "infinity",
                             "--1 day",
                             "1 dayss",
                             "\xff"}) {
        CAPTURE(text);
        check_no_text(interval_codec, text);
    }
}

TEST_CASE("every interval is its own text, back and forth", "[pgwire][interval]") {
    std::mt19937_64 random(22);
    const auto any = [&](std::int64_t most) {
        std::uniform_int_distribution<std::int64_t> size(-most, most);
        return random() % 3 == 0 ? 0 : size(random) >> random() % 32;
    };
    for (int i = 0; i < 20'000; ++i) {
        const interval_value v{any(std::numeric_limits<std::int64_t>::max()),
                               static_cast<std::int32_t>(any(std::numeric_limits<std::int32_t>::max())),
                               static_cast<std::int32_t>(any(std::numeric_limits<std::int32_t>::max()))};
        pg::output out;
        encode(out, v);
        interval_value again;
        REQUIRE(decode(out.view(), again));
        REQUIRE(again == v);
        const std::string text = text_of_bytes(interval_codec, out.view());
        REQUIRE(binary_of(interval_codec, text) == hex(out.view()));
    }
}

TEST_CASE("an interval without months is a duration, its days of 24 hours", "[pgwire][interval]") {
    using namespace std::chrono_literals;
    CHECK(duration_of({1, 0, 0}) == 1us);
    CHECK(duration_of({-1, 2, 0}) == 48h - 1us);
    CHECK(duration_of({0, -1, 0}) == -24h);
    std::chrono::microseconds d = 5us;
    CHECK(convert(interval_value{0, 0, 1}, d) == fit::differs);
    CHECK(convert(interval_value{0, -30, 1}, d) == fit::differs);
    CHECK(d == 5us);
}

TEST_CASE("days beyond 64 bits of microseconds are no duration", "[pgwire][interval]") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int32_t many_days = std::numeric_limits<std::int32_t>::max();
    std::chrono::microseconds d{};
    CHECK(convert(interval_value{0, many_days, 0}, d) == fit::beyond);
    CHECK(convert(interval_value{0, std::numeric_limits<std::int32_t>::min(), 0}, d) == fit::beyond);
    CHECK(convert(interval_value{most, 1, 0}, d) == fit::beyond);
    CHECK(convert(interval_value{most, 0, 0}, d) == fit::exact);
    CHECK(convert(interval_value{0, 106'751'991, 0}, d) == fit::exact);
    CHECK(convert(interval_value{0, 106'751'992, 0}, d) == fit::beyond);
}

TEST_CASE("durations are sent as microseconds alone", "[pgwire][interval]") {
    using namespace std::chrono_literals;
    CHECK(pg::interval_of(49h) == interval_value{176'400'000'000, 0, 0});
    CHECK(duration_of(pg::interval_of(std::chrono::microseconds::min())) == std::chrono::microseconds::min());
    pg::output out;
    encode(out, pg::interval_of(-1s));
    CHECK(hex(out.view()) == "fffffffffff0bdc00000000000000000");
}
