#include <hawser/core/error.hpp>
#include <hawser/core/timestamp.hpp>
#include "support/catch.hpp"
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

using hawser::parse_timestamp;
using hawser::timestamp;
using hawser::to_iso8601;
using hawser::try_parse_timestamp;

namespace {

using namespace std::chrono_literals;

constexpr timestamp from_micros(std::int64_t count) {
    return timestamp{std::chrono::microseconds{count}};
}

constexpr std::int64_t first_micros = -62'135'596'800'000'000; // 0001-01-01T00:00:00Z
constexpr std::int64_t last_micros = 253'402'300'799'999'999;  // 9999-12-31T23:59:59.999999Z
constexpr std::int64_t noon = 1'772'368'496'000'000;           // 2026-03-01T12:34:56Z

} // namespace

TEST_CASE("a timestamp is written in UTC with six fraction digits", "[core][timestamp]") {
    CHECK(to_iso8601(from_micros(noon + 123'456)) == "2026-03-01T12:34:56.123456Z");
    CHECK(to_iso8601(from_micros(0)) == "1970-01-01T00:00:00.000000Z");
    CHECK(to_iso8601(from_micros(1)) == "1970-01-01T00:00:00.000001Z");
    CHECK(to_iso8601(from_micros(-1)) == "1969-12-31T23:59:59.999999Z");
    CHECK(to_iso8601(from_micros(951'782'400'000'000)) == "2000-02-29T00:00:00.000000Z");
    CHECK(to_iso8601(from_micros(first_micros)) == "0001-01-01T00:00:00.000000Z");
    CHECK(to_iso8601(from_micros(last_micros)) == "9999-12-31T23:59:59.999999Z");
}

TEST_CASE("a timestamp beyond the years 1 to 9999 has no text", "[core][timestamp]") {
    for (const timestamp time :
         {from_micros(first_micros - 1), from_micros(last_micros + 1), timestamp::min(), timestamp::max()}) {
        try {
            (void)to_iso8601(time);
            FAIL("nothing was thrown");
        } catch (const hawser::error& e) { CHECK(e.kind() == hawser::errc::out_of_range); }
    }
}

TEST_CASE("date, time, seconds, fraction and offset are read as far as they are given", "[core][timestamp]") {
    const timestamp minute = from_micros(noon) - 56s;
    CHECK(parse_timestamp("2026-03-01") == minute - 12h - 34min);
    CHECK(parse_timestamp("2026-03-01T12:34") == minute);
    CHECK(parse_timestamp("2026-03-01 12:34:56") == from_micros(noon));
    CHECK(parse_timestamp("2026-03-01T12:34:56Z") == from_micros(noon));
    CHECK(parse_timestamp("2026-03-01 12:34Z") == minute);
    CHECK(parse_timestamp("2026-03-01T12:34:56.1") == from_micros(noon + 100'000));
    CHECK(parse_timestamp("2026-03-01T12:34:56.000001Z") == from_micros(noon + 1));
    CHECK(parse_timestamp("2026-03-01T12:34:56.123456000Z") == from_micros(noon + 123'456));
    CHECK(parse_timestamp("2026-03-01 12:34:56.5+00") == from_micros(noon + 500'000));
    CHECK(parse_timestamp("2026-03-01 12:34:56+02") == from_micros(noon) - 2h);
    CHECK(parse_timestamp("2026-03-01 12:34:56-05:30") == from_micros(noon) + 5h + 30min);
    CHECK(parse_timestamp("2026-03-01T00:00+15:59") == minute - 12h - 34min - 15h - 59min);
    CHECK(parse_timestamp("2026-03-01 12:34-00:00") == minute);
    CHECK(parse_timestamp("0001-01-01") == from_micros(first_micros));
    CHECK(parse_timestamp("9999-12-31T23:59:59.999999") == from_micros(last_micros));
    CHECK(parse_timestamp("2000-02-29") == from_micros(951'782'400'000'000));
}

TEST_CASE("a bad timestamp is refused with position and cause and without its text", "[core][timestamp]") {
    using hawser::errc;
    struct sample {
        const char* text;
        errc kind;
        const char* part;
    };
    const sample samples[] = {
        {"", errc::type_mismatch, "digit expected at position 1"},
        {"now", errc::type_mismatch, "digit expected at position 1"},
        {" 2026-03-01", errc::type_mismatch, "digit expected at position 1"},
        {"-2026-03-01", errc::type_mismatch, "digit expected at position 1"},
        {"226-03-01", errc::type_mismatch, "digit expected at position 4"},
        {"12026-03-01", errc::type_mismatch, "'-' expected at position 5"},
        {"2026", errc::type_mismatch, "'-' expected at position 5"},
        {"2026/03/01", errc::type_mismatch, "'-' expected at position 5"},
        {"2026-3-01", errc::type_mismatch, "digit expected at position 7"},
        {"2026-03-1", errc::type_mismatch, "digit expected at position 10"},
        {"2026-03-01x", errc::type_mismatch, "'T' or space expected at position 11"},
        {"2026-03-01Z", errc::type_mismatch, "'T' or space expected at position 11"},
        {"2026-03-01t12:34", errc::type_mismatch, "'T' or space expected at position 11"},
        {"2026-03-01 ", errc::type_mismatch, "digit expected at position 12"},
        {"2026-03-01T12", errc::type_mismatch, "':' expected at position 14"},
        {"2026-03-01T12:3", errc::type_mismatch, "digit expected at position 16"},
        {"2026-03-01T12:34:", errc::type_mismatch, "digit expected at position 18"},
        {"2026-03-01T12:34:56.", errc::type_mismatch, "digit expected at position 21"},
        {"2026-03-01T12:34:56.Z", errc::type_mismatch, "digit expected at position 21"},
        {"2026-03-01T12:34.5", errc::type_mismatch, "unexpected character at position 17"},
        {"2026-03-01T12:34:56 ", errc::type_mismatch, "unexpected character at position 20"},
        {"2026-03-01T12:34:56ZZ", errc::type_mismatch, "unexpected character at position 21"},
        {"2026-03-01T12:34:56+2", errc::type_mismatch, "digit expected at position 22"},
        {"2026-03-01T12:34:56+02:", errc::type_mismatch, "digit expected at position 24"},
        {"2026-03-01T12:34:56+0200", errc::type_mismatch, "unexpected character at position 23"},
        {"0000-12-31", errc::out_of_range, "year out of range at position 1"},
        {"2026-00-01", errc::out_of_range, "month out of range at position 6"},
        {"2026-13-01", errc::out_of_range, "month out of range at position 6"},
        {"2026-01-00", errc::out_of_range, "day out of range at position 9"},
        {"2026-01-32", errc::out_of_range, "day out of range at position 9"},
        {"2026-04-31", errc::out_of_range, "day out of range at position 9"},
        {"2026-02-29", errc::out_of_range, "day out of range at position 9"},
        {"1900-02-29", errc::out_of_range, "day out of range at position 9"},
        {"2026-03-01T24:00:00", errc::out_of_range, "hour out of range at position 12"},
        {"2026-03-01T12:60", errc::out_of_range, "minute out of range at position 15"},
        {"2026-12-31T23:59:60Z", errc::out_of_range, "second out of range at position 18"},
        {"2026-03-01T12:34:56.1234567", errc::out_of_range, "more than 6 fraction digits at position 27"},
        {"2026-03-01T12:34:56.1234560001Z", errc::out_of_range, "more than 6 fraction digits at position 30"},
        {"2026-03-01T12:34:56+16", errc::out_of_range, "offset out of range at position 21"},
        {"2026-03-01T12:34:56+01:60", errc::out_of_range, "offset out of range at position 24"},
        {"0001-01-01T00:00+00:01", errc::out_of_range, "year in UTC out of range at position 1"},
        {"9999-12-31T23:59:59-01", errc::out_of_range, "year in UTC out of range at position 1"},
    };
    for (const sample& s : samples) {
        CAPTURE(s.text);
        CHECK_FALSE(try_parse_timestamp(s.text));
        try {
            (void)parse_timestamp(s.text);
            FAIL_CHECK("nothing was thrown");
        } catch (const hawser::error& e) {
            CHECK(e.kind() == s.kind);
            const std::string message = e.what();
            CAPTURE(message, s.part);
            CHECK(message.find(std::string("timestamp: ") + s.part) != std::string::npos);
            CHECK((*s.text == '\0' || message.find(s.text) == std::string::npos));
        }
    }
    CHECK_FALSE(try_parse_timestamp(std::string_view("2026-03-01\0", 11)));
}

TEST_CASE("text and timestamp are inverse for random points in time", "[core][timestamp]") {
    std::mt19937_64 engine{20260301};
    std::uniform_int_distribution<std::int64_t> any{first_micros, last_micros};
    for (int i = 0; i < 20'000; ++i) {
        const timestamp time = from_micros(any(engine));
        const std::string text = to_iso8601(time);
        REQUIRE(text.size() == 27);
        REQUIRE(parse_timestamp(text) == time);
        REQUIRE(try_parse_timestamp(text) == time);
    }
}

TEST_CASE("texts order as their points in time", "[core][timestamp]") {
    std::mt19937_64 engine{9};
    std::uniform_int_distribution<std::int64_t> any{first_micros, last_micros};
    for (int i = 0; i < 5'000; ++i) {
        const timestamp a = from_micros(any(engine));
        const timestamp b = from_micros(any(engine));
        REQUIRE((to_iso8601(a) < to_iso8601(b)) == (a < b));
    }
}

TEST_CASE("every day of four centuries is followed by its next", "[core][timestamp]") {
    timestamp time = parse_timestamp("1900-01-01");
    const timestamp end = parse_timestamp("2300-01-01");
    int days = 0;
    for (; time < end; time += 24h, ++days) REQUIRE(parse_timestamp(to_iso8601(time).substr(0, 10)) == time);
    CHECK(days == 146'097);
}

TEST_CASE("an offset moves the time by just itself", "[core][timestamp]") {
    for (int minutes = 0; minutes < 16 * 60; ++minutes) {
        const auto digit = [](int n) { return static_cast<char>('0' + n); };
        std::string text = "2026-03-01T12:34:56+";
        text += digit(minutes / 600);
        text += digit(minutes / 60 % 10);
        text += ':';
        text += digit(minutes % 60 / 10);
        text += digit(minutes % 10);
        CHECK(parse_timestamp(text) == from_micros(noon) - std::chrono::minutes{minutes});
        text[19] = '-';
        CHECK(parse_timestamp(text) == from_micros(noon) + std::chrono::minutes{minutes});
    }
}
