#include "forms.hpp"
#include <cmath>
#include <cstdint>
#include <limits>
#include <pgwire/codec/reals.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("a float8 has the fewest digits that give it back", "[pgwire][codec]") {
    check_forms(float8_codec, "0", "0000000000000000");
    check_forms(float8_codec, "-0", "8000000000000000");
    check_forms(float8_codec, "0.1", "3fb999999999999a");
    check_forms(float8_codec, "0.30000000000000004", "3fd3333333333334");
    check_forms(float8_codec, "-1.5", "bff8000000000000");
    check_forms(float8_codec, "1.7976931348623157e+308", "7fefffffffffffff");
    check_forms(float8_codec, "2.2250738585072014e-308", "0010000000000000");
    check_forms(float8_codec, "5e-324", "0000000000000001");
    check_forms(float8_codec, "123456789.125", "419d6f3454800000");
}

TEST_CASE("a float8 has an exponent below 0.0001 and from 1e15 on", "[pgwire][codec]") {
    check_forms(float8_codec, "0.0001", "3f1a36e2eb1c432d");
    check_forms(float8_codec, "1e-05", "3ee4f8b588e368f1");
    check_forms(float8_codec, "1.5e-07", "3e8421f5f40d8376");
    check_forms(float8_codec, "100000000000000", "42d6bcc41e900000");
    check_forms(float8_codec, "999999999999999.9", "430c6bf52633ffff");
    check_forms(float8_codec, "1e+15", "430c6bf526340000");
    check_forms(float8_codec, "1e+20", "4415af1d78b58c40");
    check_forms(float8_codec, "1e+100", "54b249ad2594c37d");
}

TEST_CASE("a float4 has its own fewest digits, and an exponent from 1e6 on", "[pgwire][codec]") {
    check_forms(float4_codec, "0.1", "3dcccccd");
    check_forms(float4_codec, "1.6777216e+07", "4b800000");
    check_forms(float4_codec, "100000", "47c35000");
    check_forms(float4_codec, "1e+06", "49742400");
    check_forms(float4_codec, "0.0001", "38d1b717");
    check_forms(float4_codec, "1e-05", "3727c5ac");
    check_forms(float4_codec, "3.4028235e+38", "7f7fffff");
    check_forms(float4_codec, "1e-45", "00000001");
    check_forms(float4_codec, "-0", "80000000");
}

TEST_CASE("digits in the middle between two numbers are not printed", "[pgwire][codec]") {
    // Read with ties to even, 1e+23 and 3.355445e+07 would give the first and the third back.
    check_forms(float8_codec, "9.999999999999999e+22", "44b52d02c7e14af6");
    check_forms(float8_codec, "1.0000000000000001e+23", "44b52d02c7e14af7");
    check_forms(float4_codec, "3.3554448e+07", "4c000004");
}

TEST_CASE("infinities and NaN have names", "[pgwire][codec]") {
    for (const auto* c : {&float4_codec, &float8_codec}) {
        const bool small = c == &float4_codec;
        check_forms(*c, "Infinity", small ? "7f800000" : "7ff0000000000000");
        check_forms(*c, "-Infinity", small ? "ff800000" : "fff0000000000000");
        check_forms(*c, "NaN", small ? "7fc00000" : "7ff8000000000000");
        for (const char* text : {"inf", "+Infinity", "INFINITY", " +inf "})
            check_read(*c, text, small ? "7f800000" : "7ff0000000000000");
        check_read(*c, "-inf", small ? "ff800000" : "fff0000000000000");
        check_read(*c, "nan", small ? "7fc00000" : "7ff8000000000000");
    }
    CHECK(text_of(float8_codec, "fff8000000000001") == "NaN");
    CHECK(text_of(float8_codec, "7ff0000000000001") == "NaN");
}

TEST_CASE("a real is read in all its spellings", "[pgwire][codec]") {
    for (const char* text : {"1.5", "+1.5", "1.50", "15e-1", "0.15E1", ".15e+1", " 1.5 ", "001.5"})
        check_read(float8_codec, text, "3ff8000000000000");
    check_read(float8_codec, "1.", "3ff0000000000000");
    check_read(float8_codec, "0e99999", "0000000000000000");
}

TEST_CASE("a real that has no place in its type is refused", "[pgwire][codec]") {
    for (const char* text :
         {"",    " ",   "+",    "-",  ".",        "e5",   "1e",   "1e+",   "1.5.5",  "1,5",   "--1",
          "+-1", "1 5", "0x10", "1f", "infinite", "nano", "-nan", "1e400", "-1e400", "1e-400"}) {
        check_no_text(float4_codec, text);
        check_no_text(float8_codec, text);
    }
    check_no_text(float4_codec, "1e39");
    check_no_text(float4_codec, "1e-46");
    check_whole(float4_codec, "3dcccccd");
    check_whole(float8_codec, "3fb999999999999a");
}

TEST_CASE("reals keep every bit on the wire", "[pgwire][codec]") {
    const auto bits = std::uint64_t{0x7ff0000000000abc}; // a NaN of some kind
    output out;
    encode_real(out, std::bit_cast<double>(bits));
    CHECK(hex(out.view()) == "7ff0000000000abc");
    double back{};
    CHECK(decode_real(out.view(), back));
    CHECK(std::bit_cast<std::uint64_t>(back) == bits);
    float single{};
    CHECK_FALSE(decode_real(out.view(), single));
}
