#include "forms.hpp"
#include "pgwire/codec/time.hpp"
#include <random>

namespace pg = hawser::pgwire;
using namespace forms;
using pg::time_codec, pg::timetz_codec;

TEST_CASE("times of day have the server's bytes and text", "[pgwire][time]") {
    check_forms(time_codec, "00:00:00", "0000000000000000");
    check_forms(time_codec, "00:00:00.000001", "0000000000000001");
    check_forms(time_codec, "12:34:56.7", "0000000a8be4ca60");
    check_forms(time_codec, "23:59:59.999999", "000000141dd75fff");
}

TEST_CASE("24:00:00 is a time, and the last one", "[pgwire][time]") {
    check_forms(time_codec, "24:00:00", "000000141dd76000");
    check_forms(timetz_codec, "24:00:00+00", "000000141dd7600000000000");
    check_no_binary(time_codec, "000000141dd76001");
    check_no_binary(timetz_codec, "000000141dd7600100000000");
    check_no_binary(time_codec, "ffffffffffffffff");
    check_no_text(time_codec, "24:00:00.000001");
    check_no_text(time_codec, "24:01:00");
}

TEST_CASE("second 60 is the next minute, as on the server", "[pgwire][time]") {
    check_read(time_codec, "23:59:60", "000000141dd76000");
    check_no_text(time_codec, "23:59:60.5");
    check_no_text(time_codec, "12:00:61");
}

TEST_CASE("times with a zone have the server's bytes and text", "[pgwire][time]") {
    check_forms(timetz_codec, "12:00:00+05:30", "0000000a0eebb000ffffb2a8");
    check_forms(timetz_codec, "12:00:00-08", "0000000a0eebb00000007080");
    check_forms(timetz_codec, "00:00:00.5+15:59:59", "000000000007a120ffff1f01");
    check_forms(timetz_codec, "00:00:00-15:59:59", "00000000000000000000e0ff");
    check_forms(timetz_codec, "01:02:03-00:00:01", "00000000dde878c000000001");
    check_forms(timetz_codec, "01:02:03+00:30", "00000000dde878c0fffff8f8");
}

TEST_CASE("a zone is less than 16 hours away", "[pgwire][time]") {
    check_no_binary(timetz_codec, "00000000000000000000e100");
    check_no_binary(timetz_codec, "0000000000000000ffff1f00");
    check_no_binary(timetz_codec, "000000000000000080000000");
    check_no_text(timetz_codec, "00:00:00+16");
    check_no_text(timetz_codec, "00:00:00-16:00:00");
}

TEST_CASE("times have all their bytes", "[pgwire][time]") {
    check_whole(time_codec, "0000000a8be4ca60");
    check_whole(timetz_codec, "0000000a0eebb000ffffb2a8");
}

TEST_CASE("times are read with an offset in every form of ISO 8601", "[pgwire][time]") {
    const auto five_thirty_east = std::string("0000000a0eebb000ffffb2a8");
    check_read(timetz_codec, "12:00+05:30", five_thirty_east);
    CHECK(binary_of(timetz_codec, "12:00:00.000+0530") == five_thirty_east);
    CHECK(binary_of(timetz_codec, "12:00:00+05:30:00") == five_thirty_east);
    CHECK(binary_of(timetz_codec, "12:00:00Z") == binary_of(timetz_codec, "12:00:00"));
    CHECK(binary_of(timetz_codec, "12:00:00-00") == binary_of(timetz_codec, "12:00:00+00"));
    check_read(time_codec, "12:34:56.7000000", "0000000a8be4ca60");
}

TEST_CASE("a time without a zone takes no offset but zero", "[pgwire][time]") {
    check_read(time_codec, "00:00Z", "0000000000000000");
    check_read(time_codec, "00:00:00+00", "0000000000000000");
    check_no_text(time_codec, "00:00:00+01");
}

TEST_CASE("what is no time is refused", "[pgwire][time]") {
    for (const char* text : {"",
                             "12",
                             "12:",
                             "1:00",
                             "12:0",
                             "12:60",
                             "25:00",
                             "12:00:",
                             "12:00:0",
                             "12:00.5",
                             "12:00:00.",
                             "12:00:00.0000001",
                             "-12:00:00",
                             "12:00:00 ",
                             " 12:00:00",
                             "12:00:00+",
                             "12:00:00+5",
                             "12:00:00+05:",
                             "12:00:00+05:3",
                             "12:00:00+05:60",
                             "12:00:00+05:30:",
                             "12:00:00+05:30:60",
                             "12:00:00+053",
                             "12:00:00+05300",
                             "12:00:00ZZ",
                             "12:00:00Z+00",
                             "noon",
                             "\xff"}) {
        CAPTURE(text);
        check_no_text(time_codec, text);
        check_no_text(timetz_codec, text);
    }
}

TEST_CASE("every time is its own text, back and forth", "[pgwire][time]") {
    std::mt19937_64 random(20);
    std::uniform_int_distribution<std::int64_t> any(0, pg::microseconds_per_day);
    std::uniform_int_distribution<std::int32_t> zones(-57599, 57599);
    for (int i = 0; i < 10'000; ++i) {
        pg::timetz_value v{any(random), zones(random)};
        if (i % 3 == 0) v.microseconds -= v.microseconds % pg::microseconds_per_second;
        if (i % 2 == 0) v.west -= v.west % 60;
        pg::output with_zone, without;
        encode(with_zone, v);
        encode(without, pg::time_value{v.microseconds});
        const std::string text = text_of_bytes(timetz_codec, with_zone.view());
        REQUIRE(binary_of(timetz_codec, text) == hex(with_zone.view()));
        const std::string plain = text_of_bytes(time_codec, without.view());
        REQUIRE(binary_of(time_codec, plain) == hex(without.view()));
        REQUIRE(text.starts_with(plain));
    }
}
