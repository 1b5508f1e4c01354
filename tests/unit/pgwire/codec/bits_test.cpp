#include "forms.hpp"
#include <pgwire/codec/bits.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("bits are counted, and fill bytes from the highest on", "[pgwire][codec]") {
    check_forms(bits_codec, "", "00000000");
    check_forms(bits_codec, "1", "0000000180");
    check_forms(bits_codec, "0101", "0000000450");
    check_forms(bits_codec, "11111111", "00000008ff");
    check_forms(bits_codec, "000000001", "000000090080");
}

TEST_CASE("bits are read from binary and from hex digits", "[pgwire][codec]") {
    check_read(bits_codec, "b101", "00000003a0");
    check_read(bits_codec, "B101", "00000003a0");
    check_read(bits_codec, "x5a", "000000085a");
    check_read(bits_codec, "XFFf", "0000000cfff0");
    check_read(bits_codec, "X", "00000000");
    for (const char* text : {"2", "01 1", " 01", "b012", "xg", "bx1", "-1"}) check_no_text(bits_codec, text);
}

TEST_CASE("bits without their bytes are refused", "[pgwire][codec]") {
    check_whole(bits_codec, "000000090080");
    check_no_binary(bits_codec, "ffffffff");
    check_no_binary(bits_codec, "80000000");
    check_no_binary(bits_codec, "7fffffff00");
    check_no_binary(bits_codec, "000000080000");
    CHECK(text_of(bits_codec, "0000000450") ==
          text_of(bits_codec, "000000045f")); // what fills the byte means nothing
}

TEST_CASE("bits are looked at where they lie", "[pgwire][codec]") {
    const std::string binary = bytes("000000090180");
    bits_view v;
    REQUIRE(decode_bits(binary, v));
    CHECK(v.count == 9);
    CHECK_FALSE(v.bit(0));
    CHECK(v.bit(7));
    CHECK(v.bit(8));
}
