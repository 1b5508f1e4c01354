#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <cstdint>
#include <limits>
#include <pgwire/input.hpp>
#include <string>
#include <string_view>

using hawser::pgwire::input;
using support::wire;

TEST_CASE("numbers are read in network order", "[pgwire][input]") {
    const std::string bytes = wire("[01 80 fffe 0102 fffffffd 01020304 8000000000000000 0102030405060708]");
    input in(bytes);
    CHECK(in.integer<std::uint8_t>() == 1);
    CHECK(in.integer<std::int8_t>() == -128);
    CHECK(in.integer<std::int16_t>() == -2);
    CHECK(in.integer<std::uint16_t>() == 258);
    CHECK(in.integer<std::int32_t>() == -3);
    CHECK(in.integer<std::uint32_t>() == 16909060);
    CHECK(in.integer<std::int64_t>() == std::numeric_limits<std::int64_t>::min());
    CHECK(in.integer<std::uint64_t>() == 0x0102030405060708);
    CHECK(in.finished());
}

TEST_CASE("what is not there reads as zeros, and nothing is there from then on", "[pgwire][input]") {
    input in("abc");
    CHECK(in.integer<std::int32_t>() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.left() == 0);
    CHECK(in.byte() == '\0');
    CHECK(in.take(1).empty());
    CHECK(in.rest().empty());
    CHECK_FALSE(in.finished());
}

TEST_CASE("bytes that are left over are no end", "[pgwire][input]") {
    input in("ab");
    CHECK(in.byte() == 'a');
    CHECK(in.ok());
    CHECK_FALSE(in.finished());
    CHECK(in.rest() == "b");
    CHECK(in.finished());
    CHECK(in.rest().empty());
    CHECK(in.finished());
}

TEST_CASE("a text ends at its zero", "[pgwire][input]") {
    const std::string bytes = wire("abc[00 00]d");
    input in(bytes);
    CHECK(in.text() == "abc");
    CHECK(in.text().empty());
    CHECK(in.ok());
    CHECK(in.text().empty());
    CHECK_FALSE(in.ok());
}

TEST_CASE("a value is as long as it says, or NULL", "[pgwire][input]") {
    const std::string bytes = wire("[00000002]ab[ffffffff 00000000]");
    input in(bytes);
    std::string_view value;
    CHECK(in.value(value));
    CHECK(value == "ab");
    CHECK_FALSE(in.value(value));
    CHECK(value.empty());
    CHECK(in.value(value));
    CHECK(value.empty());
    CHECK(in.finished());
}

TEST_CASE("a value whose length cannot be is a failure", "[pgwire][input]") {
    const std::string bytes = wire(
        GENERATE(as<std::string>{}, "[fffffffe]", "[80000000]", "[00000003]ab", "[7fffffff]ab", "[0000]"));
    input in(bytes);
    std::string_view value = "old";
    in.value(value);
    CHECK(value.empty());
    CHECK_FALSE(in.ok());
}
