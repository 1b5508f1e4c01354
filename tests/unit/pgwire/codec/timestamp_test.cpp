#include "forms.hpp"
#include "pgwire/codec/timestamp.hpp"
#include <hawser/core/timestamp.hpp>
#include <limits>
#include <random>

namespace pg = hawser::pgwire;
using namespace forms;
using pg::fit, pg::timestamp_codec, pg::timestamp_value, pg::timestamptz_codec, pg::timestamptz_value;

namespace {

constexpr std::int64_t last_integer = std::numeric_limits<std::int64_t>::max();

hawser::timestamp since_1970(std::int64_t microseconds) {
    return hawser::timestamp(std::chrono::microseconds(microseconds));
}

} // namespace

TEST_CASE("timestamps have the server's bytes and text", "[pgwire][timestamp]") {
    check_forms(timestamp_codec, "2000-01-01 00:00:00", "0000000000000000");
    check_forms(timestamp_codec, "2000-01-01 00:00:00.000001", "0000000000000001");
    check_forms(timestamp_codec, "1999-12-31 23:59:59.999999", "ffffffffffffffff");
    check_forms(timestamp_codec, "1969-12-31 23:59:59.5", "fffca2fec4c07ee0");
    check_forms(timestamptz_codec, "2000-01-01 00:00:00.000001+00", "0000000000000001");
    check_forms(timestamptz_codec, "2026-03-01 07:04:56.5+00", "0002eeefdb413720");
}

TEST_CASE("years before Christ stand behind the zone, and years above 9999 are read", "[pgwire][timestamp]") {
    check_forms(timestamp_codec, "0044-03-15 12:34:56.789 BC", "ff1af9e978414608");
    check_forms(timestamptz_codec, "0044-03-15 12:34:56.789+00 BC", "ff1af9e978414608");
    check_forms(timestamp_codec, "10000-01-01 00:00:00.1", "0380e70b913d06a0");
    check_no_text(timestamp_codec, "0004-02-29 00:00:00 BC");
    CHECK(binary_of(timestamp_codec, "0005-02-29 00:00:00 BC") != refused);
}

TEST_CASE("the first and the last timestamp are read, and none beyond them", "[pgwire][timestamp]") {
    check_forms(timestamp_codec, "4714-11-24 00:00:00 BC", "fd0f7cc1411fa000");
    check_forms(timestamptz_codec, "4714-11-24 00:00:00+00 BC", "fd0f7cc1411fa000");
    check_forms(timestamp_codec, "294276-12-31 23:59:59.999999", "7fffff5bb3b29fff");
    check_forms(timestamptz_codec, "294276-12-31 23:59:59.999999+00", "7fffff5bb3b29fff");
    for (const pg::codec* c : {&timestamp_codec, &timestamptz_codec}) {
        check_no_binary(*c, "fd0f7cc1411f9fff");
        check_no_binary(*c, "7fffff5bb3b2a000");
        check_no_binary(*c, "7ffffffffffffffe");
        check_no_binary(*c, "8000000000000001");
        check_no_text(*c, "4714-11-23 23:59:59.999999 BC");
        check_no_text(*c, "294277-01-01 00:00:00");
        check_no_text(*c, "294276-12-31 24:00:00");
        check_no_text(*c, "9999999-12-31 00:00:00");
        check_no_text(*c, "9999999-12-31 00:00:00 BC");
    }
}

TEST_CASE("what the offset leads to decides about the ends of time", "[pgwire][timestamp]") {
    check_read(timestamptz_codec, "4714-11-23 23:00:00-01 BC", "fd0f7cc1411fa000");
    check_no_text(timestamptz_codec, "4714-11-24 00:00:00+01 BC");
    CHECK(text_of(timestamptz_codec, binary_of(timestamptz_codec, "294277-01-01 00:00:00+01")) ==
          "294276-12-31 23:00:00+00");
    check_no_text(timestamptz_codec, "294276-12-31 23:30:00-01");
}

TEST_CASE("infinities are timestamps of their own", "[pgwire][timestamp]") {
    for (const pg::codec* c : {&timestamp_codec, &timestamptz_codec}) {
        check_forms(*c, "infinity", "7fffffffffffffff");
        check_forms(*c, "-infinity", "8000000000000000");
        check_read(*c, "-INFINITY", "8000000000000000");
        check_no_text(*c, "infinity+00");
    }
}

TEST_CASE("a timestamp has eight bytes", "[pgwire][timestamp]") {
    check_whole(timestamp_codec, "0380e70b913d06a0");
    check_whole(timestamptz_codec, "7fffffffffffffff");
}

TEST_CASE("ISO 8601 is read", "[pgwire][timestamp]") {
    const std::string expected = "0002eeefdb413720";
    for (const char* text : {"2026-03-01T07:04:56.5Z", "2026-03-01t07:04:56.5z", "2026-03-01 07:04:56.5",
                             "2026-03-01T12:34:56.5+05:30", "2026-03-01T12:34:56.500000+0530",
                             "2026-02-28T23:04:56.5-08", "2026-03-01T07:04:56.5000000Z"}) {
        CAPTURE(text);
        CHECK(binary_of(timestamptz_codec, text) == expected);
    }
    check_read(timestamptz_codec, "2000-01-01", "0000000000000000");
    check_read(timestamp_codec, "2000-01-01T00:00", "0000000000000000");
}

TEST_CASE("midnight and the leap second are the next day's and the next minute's, as on the server",
          "[pgwire][timestamp]") {
    check_read(timestamp_codec, "1999-12-31 24:00:00", "0000000000000000");
    check_read(timestamp_codec, "1999-12-31 23:59:60", "0000000000000000");
    check_no_text(timestamp_codec, "1999-12-31 24:00:01");
}

TEST_CASE("a timestamp without a zone takes no offset but zero", "[pgwire][timestamp]") {
    check_read(timestamp_codec, "2000-01-01T00:00:00Z", "0000000000000000");
    check_read(timestamp_codec, "2000-01-01 00:00:00+00:00", "0000000000000000");
    check_no_text(timestamp_codec, "2000-01-01 00:00:00+01");
}

TEST_CASE("what is no timestamp is refused", "[pgwire][timestamp]") {
    for (const char* text : {"",
                             "2026",
                             "2026-03-01 ",
                             "2026-03-01T",
                             "2026-03-01  07:04",
                             "2026-03-01 07",
                             "2026-03-01 7:04",
                             "2026-03-01 07:04:",
                             "2026-03-01 07:04:56.",
                             "2026-03-01 07:04:56.0000001",
                             "2026-02-29 00:00:00",
                             "2026-03-01 25:00:00",
                             "2026-03-01Z",
                             "2026-03-01 07:04:56+00 AD",
                             "2026-03-01 07:04:56 +00",
                             "2026-03-01 07:04:56+16",
                             "2026-03-01 BC 07:04:56",
                             "0000-01-01 00:00:00",
                             "now",
                             "07:04:56",
                             "\xff"}) {
        CAPTURE(text);
        check_no_text(timestamp_codec, text);
        check_no_text(timestamptz_codec, text);
    }
}

TEST_CASE("every timestamp is its own text, back and forth", "[pgwire][timestamp]") {
    std::mt19937_64 random(21);
    std::uniform_int_distribution<std::int64_t> any(timestamp_value::first, timestamp_value::last);
    for (int i = 0; i < 20'000; ++i) {
        timestamp_value v{any(random)};
        if (i % 2 == 0) v.microseconds /= 1'000'000; // near 2000
        if (i % 3 == 0) v.microseconds -= v.microseconds % 1'000;
        pg::output out;
        encode(out, v);
        const std::string text = text_of_bytes(timestamp_codec, out.view());
        REQUIRE(binary_of(timestamp_codec, text) == hex(out.view()));
        const std::string with_zone = text_of_bytes(timestamptz_codec, out.view());
        REQUIRE(binary_of(timestamptz_codec, with_zone) == hex(out.view()));
    }
}

TEST_CASE("to the application a timestamp is microseconds since 1970", "[pgwire][timestamp]") {
    hawser::timestamp at;
    CHECK(convert(timestamp_value{0}, at) == fit::exact);
    CHECK(at == hawser::parse_timestamp("2000-01-01"));
    CHECK(convert(timestamp_value{timestamp_value::first}, at) == fit::exact);
    timestamp_value back;
    CHECK(convert(at, back) == fit::exact);
    CHECK(back.microseconds == timestamp_value::first);
}

TEST_CASE("infinities and what is beyond 64 bits since 1970 are told apart", "[pgwire][timestamp]") {
    hawser::timestamp at = since_1970(7);
    CHECK(convert(timestamp_value{timestamp_value::infinity}, at) == fit::infinite);
    CHECK(convert(timestamp_value{timestamp_value::minus_infinity}, at) == fit::infinite);
    CHECK(convert(timestamp_value{timestamp_value::last}, at) == fit::beyond);
    CHECK(convert(timestamp_value{last_integer - pg::microseconds_before_2000 + 1}, at) == fit::beyond);
    CHECK(at == since_1970(7));
    CHECK(convert(timestamp_value{last_integer - pg::microseconds_before_2000}, at) == fit::exact);
    CHECK(at == hawser::timestamp::max());
}

TEST_CASE("no timestamp of the application becomes an infinity of the server", "[pgwire][timestamp]") {
    timestamp_value v;
    CHECK(convert(hawser::timestamp::min(), v) == fit::beyond);
    const hawser::timestamp first =
        since_1970(timestamp_value::first) + std::chrono::microseconds(pg::microseconds_before_2000);
    CHECK(convert(first - std::chrono::microseconds(1), v) == fit::beyond);
    CHECK(convert(hawser::timestamp::max(), v) == fit::exact);
    CHECK(v.finite());
    CHECK(v.valid());
}
