#include "forms.hpp"
#include <cstdint>
#include <limits>
#include <pgwire/codec/integers.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("integers are big-endian, and decimal as text", "[pgwire][codec]") {
    check_forms(int2_codec, "258", "0102");
    check_forms(int2_codec, "-32768", "8000");
    check_forms(int2_codec, "32767", "7fff");
    check_forms(int4_codec, "16909060", "01020304");
    check_forms(int4_codec, "-2147483648", "80000000");
    check_forms(int4_codec, "-1", "ffffffff");
    check_forms(int8_codec, "72623859790382856", "0102030405060708");
    check_forms(int8_codec, "-9223372036854775808", "8000000000000000");
    check_forms(int8_codec, "9223372036854775807", "7fffffffffffffff");
    check_forms(int8_codec, "0", "0000000000000000");
}

TEST_CASE("an integer is read with a sign, zeros and white space around it", "[pgwire][codec]") {
    check_read(int4_codec, "+7", "00000007");
    check_read(int4_codec, "-0", "00000000");
    check_read(int4_codec, "007", "00000007");
    check_read(int4_codec, " \t-7\r\n", "fffffff9");
}

TEST_CASE("what is no integer of the size is refused", "[pgwire][codec]") {
    for (const char* text :
         {"", " ", "+", "-", "+-7", "-+7", "--7", "7.0", "7e0", "0x7", "7 7", "- 7", "seven"}) {
        check_no_text(int2_codec, text);
        check_no_text(int4_codec, text);
        check_no_text(int8_codec, text);
    }
    check_no_text(int2_codec, "32768");
    check_no_text(int2_codec, "-32769");
    check_no_text(int4_codec, "2147483648");
    check_no_text(int8_codec, "9223372036854775808");
    check_no_text(int8_codec, "-9223372036854775809");
    check_whole(int2_codec, "0102");
    check_whole(int4_codec, "01020304");
    check_whole(int8_codec, "0102030405060708");
}

TEST_CASE("oids have no sign, but are read with one", "[pgwire][codec]") {
    check_forms(oid_codec, "4294967295", "ffffffff");
    check_forms(oid_codec, "0", "00000000");
    check_read(oid_codec, "-1", "ffffffff");
    check_read(oid_codec, "-2147483648", "80000000");
    for (const char* text : {"4294967296", "-2147483649", "", "pg_class", "+-1"})
        check_no_text(oid_codec, text);
    check_whole(oid_codec, "00000019");
}

TEST_CASE("transaction numbers are plain digits", "[pgwire][codec]") {
    check_forms(xid_codec, "4294967295", "ffffffff");
    check_forms(xid8_codec, "18446744073709551615", "ffffffffffffffff");
    check_forms(xid8_codec, "0", "0000000000000000");
    // Up to version 15 the server reads 010 as 8.
    for (const char* text : {"", "-1", "+1", "010", "0x10", "4294967296", "1 1"})
        check_no_text(xid_codec, text);
    check_no_text(xid8_codec, "18446744073709551616");
    check_whole(xid_codec, "00000019");
    check_whole(xid8_codec, "0000000000000019");
}

TEST_CASE("an integer is decoded wherever it lies", "[pgwire][codec]") {
    const std::string shifted = bytes("ff0102030405060708");
    std::int64_t v{};
    CHECK(decode_integer(std::string_view(shifted).substr(1), v));
    CHECK(v == 0x0102030405060708);
    std::int16_t small = 5;
    CHECK_FALSE(decode_integer(shifted, small));
    CHECK(small == 5);
    output out;
    encode_integer(out, std::numeric_limits<std::int16_t>::min());
    CHECK(hex(out.view()) == "8000");
}
