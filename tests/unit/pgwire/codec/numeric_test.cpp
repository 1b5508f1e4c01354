#include "forms.hpp"
#include <hawser/core/decimal_digits.hpp>
#include <pgwire/codec/numeric.hpp>
#include <random>

using namespace hawser::pgwire;
using namespace forms;
using hawser::detail::int128;
using hawser::detail::scaled_to_string;

namespace {

std::string digits(std::size_t count, char digit) {
    return std::string(count, digit);
}

// "12.50 of 2": the number, and how many digits it shows behind the point.
std::string scaled_of_hex(std::string_view binary) {
    int128 v{};
    unsigned dscale = 0;
    if (!scaled_of(bytes(binary), v, dscale)) return refused;
    return scaled_to_string(v, dscale) + " of " + std::to_string(dscale);
}

std::string scaled_to(std::string_view text, unsigned scale) {
    int128 v{};
    if (!to_scaled(bytes(binary_of(numeric_codec, text)), scale, v)) return refused;
    return scaled_to_string(v, 0);
}

std::string encoded(int128 scaled, unsigned scale) {
    output out;
    encode_scaled(out, scaled, scale);
    return hex(out.view());
}

constexpr int128 ten_to_38_less_1 = hawser::detail::power_of_ten(38) - 1;

} // namespace

TEST_CASE("a numeric is groups of four digits, with a weight and the digits that it shows",
          "[pgwire][codec]") {
    check_forms(numeric_codec, "0", "0000000000000000");
    check_forms(numeric_codec, "1", "00010000000000000001");
    check_forms(numeric_codec, "-1", "00010000400000000001");
    check_forms(numeric_codec, "1.5", "000200000000000100011388");
    check_forms(numeric_codec, "-12345.678", "0003000140000003000109291a7c");
    check_forms(numeric_codec, "10000", "00010001000000000001");
    check_forms(numeric_codec, "99999999", "0002000100000000270f270f");
    check_forms(numeric_codec, "100000000.00000001", "000500020000000800010000000000000001");
    check_forms(numeric_codec, "0.0001", "0001ffff000000040001");
    check_forms(numeric_codec, "0.00001", "0001fffe0000000503e8");
}

TEST_CASE("a numeric keeps the zeros that it shows behind the point", "[pgwire][codec]") {
    check_forms(numeric_codec, "0.00", "0000000000000002");
    check_forms(numeric_codec, "1.500", "000200000000000300011388");
    check_forms(numeric_codec, "10.00000000", "0001000000000008000a");
    check_forms(numeric_codec, "100000000.0", "00010002000000010001");
}

TEST_CASE("numerics that drivers have got wrong", "[pgwire][codec]") {
    check_forms(numeric_codec, "0.000000001", "0001fffd0000000903e8"); // all groups behind the point
    check_forms(numeric_codec, "0.00000000000000000000000000000000000001", "0001fff6000000260064");
    check_forms(numeric_codec, "NaN", "00000000c0000000"); // no 0
    check_forms(numeric_codec, "Infinity", "00000000d0000020");
    check_forms(numeric_codec, "-Infinity", "00000000f0000020");
    // Groups that are not there, before the point: many, and none is looped over without need.
    CHECK(text_of(numeric_codec, "00012b7e000000010001") == "1" + digits(44536, '0') + ".0");
    // Groups of zeros, before and behind.
    CHECK(text_of(numeric_codec, "00030002000000000000000004d2") == "1234");
    CHECK(text_of(numeric_codec, "0002ffff0000000800000001") == "0.00000001");
    CHECK(text_of(numeric_codec, "000300000000000204d200000000") == "1234.00");
    CHECK(text_of(numeric_codec, "000200014000000200000000") == "0.00");
}

TEST_CASE("the greatest numerics pass", "[pgwire][codec]") {
    const std::string most = digits(131072, '9') + "." + digits(16383, '9');
    const std::string binary = binary_of(numeric_codec, most);
    CHECK(binary.substr(0, 16) == "90007fff00003fff"); // more groups than an int2 counts
    CHECK(text_of(numeric_codec, binary) == most);
    check_forms(numeric_codec, "0." + digits(16382, '0') + "1", "0001f00000003fff000a");
    CHECK(binary_of(numeric_codec, "1e131071") == "00017fff0000000003e8");
    CHECK(binary_of(numeric_codec, "-1e-16383") == "0001f00040003fff000a");
    for (const char* text : {"1e131072", "1e-16384", "0e-16384", "1e1073741823", "1e-99999999999999999999"})
        check_no_text(numeric_codec, text);
    check_no_text(numeric_codec, digits(131073, '1'));
    check_no_text(numeric_codec, "0." + digits(16384, '0'));
    check_read(numeric_codec, digits(200000, '0') + "7", "00010000000000000007");
}

TEST_CASE("a numeric is read in all its spellings", "[pgwire][codec]") {
    check_read(numeric_codec, "+1.5", "000200000000000100011388");
    check_read(numeric_codec, " \n001.5\t", "000200000000000100011388");
    check_read(numeric_codec, "15e-1", "000200000000000100011388");
    check_read(numeric_codec, ".15E+1", "000200000000000100011388");
    check_read(numeric_codec, "1.", "00010000000000000001");
    check_read(numeric_codec, ".5", "0001ffff000000011388");
    check_read(numeric_codec, "1.50e1", "0001000000000001000f");
    check_read(numeric_codec, "1e4", "00010001000000000001");
    check_read(numeric_codec, "-0", "0000000000000000");
    check_read(numeric_codec, "-0.000", "0000000000000003");
    check_read(numeric_codec, "0e1000000000", "0000000000000000");
    check_read(numeric_codec, "nan", "00000000c0000000");
    check_read(numeric_codec, " INF", "00000000d0000020");
    check_read(numeric_codec, "+infinity", "00000000d0000020");
    check_read(numeric_codec, "-inf", "00000000f0000020");
}

TEST_CASE("a text that is no number is refused", "[pgwire][codec]") {
    for (const char* text :
         {"",    " ",   "+",   "-",   ".",    "-.",    "e5",       "1e",   "1e+",  "1e1.5", "1.5.5", "1,5",
          "--1", "+-1", "1 5", "- 1", "0x10", "1_000", "infinite", "+nan", "-nan", "nan1",  "1n"})
        check_no_text(numeric_codec, text);
}

TEST_CASE("bytes that are no numeric are refused", "[pgwire][codec]") {
    check_whole(numeric_codec, "0003000140000003000109291a7c");
    check_whole(numeric_codec, "0000000000000000");
    check_whole(numeric_codec, "00000000c0000000");
    check_no_binary(numeric_codec, "ffff00000000000000010001"); // groups that are not there
    check_no_binary(numeric_codec, "00010000000000002710");     // a group of 10000
    check_no_binary(numeric_codec, "0001000000000000ffff");
    check_no_binary(numeric_codec, "00010000100000000001"); // signs that there are not
    check_no_binary(numeric_codec, "00010000800000000001");
    check_no_binary(numeric_codec, "00010000000040000001");     // a scale beyond the greatest
    check_no_binary(numeric_codec, "00010000c00000000001");     // NaN with digits
    check_no_binary(numeric_codec, "000200000000000000011388"); // digits behind those that are shown
    check_no_binary(numeric_codec, "00020000000000020001007b");
    check_no_binary(numeric_codec, "0003000000000002000100000001");
}

TEST_CASE("a numeric becomes a scaled integer where that is exact", "[pgwire][codec]") {
    CHECK(scaled_to("12.5", 2) == "1250");
    CHECK(scaled_to("12.5", 1) == "125");
    CHECK(scaled_to("12.5", 0) == refused);
    CHECK(scaled_to("12.50", 1) == "125");
    CHECK(scaled_to("-12345.67890000", 4) == "-123456789");
    CHECK(scaled_to("-12345.67890000", 3) == refused);
    CHECK(scaled_to("0.0000", 8) == "0");
    CHECK(scaled_to("0.000000001", 9) == "1");
    CHECK(scaled_to("0.000000001", 12) == "1000");
    CHECK(scaled_to("0.000000001", 8) == refused);
    CHECK(scaled_to("0.000000001", 4) == refused);
    CHECK(scaled_to("10000", 0) == "10000");
    CHECK(scaled_to("1e30", 8) == "1" + digits(38, '0'));
    CHECK(scaled_to("NaN", 2) == refused);
    CHECK(scaled_to("Infinity", 2) == refused);
    CHECK(scaled_to("-Infinity", 2) == refused);
}

TEST_CASE("a scaled integer has 128 bits", "[pgwire][codec]") {
    const std::string nines = digits(38, '9');
    CHECK(scaled_to(nines, 0) == nines);
    CHECK(scaled_to("-" + nines, 0) == "-" + nines);
    CHECK(scaled_to("0." + nines, 38) == nines);
    CHECK(scaled_to(nines.substr(0, 29) + "." + nines.substr(29), 9) == nines); // 41 digits in groups
    CHECK(scaled_to("1." + nines.substr(1), 37) == "1" + nines.substr(1));
    CHECK(scaled_to("170141183460469231731687303715884105727", 0) ==
          "170141183460469231731687303715884105727");
    CHECK(scaled_to("170141183460469231731687303715884105728", 0) == refused);
    CHECK(scaled_to("340282366920938463463374607431768211456", 0) == refused);
    CHECK(scaled_to("1e31", 8) == refused);
    CHECK(scaled_to("1e131071", 0) == refused);
    CHECK(scaled_to("1e-16383", 38) == refused);
    CHECK(scaled_to("12345678901234567890123456789012345678901234567890", 0) == refused);
}

TEST_CASE("a numeric has a scale of its own", "[pgwire][codec]") {
    CHECK(scaled_of_hex("000200000000000100011388") == "1.5 of 1");
    CHECK(scaled_of_hex("000200000000000300011388") == "1.500 of 3");
    CHECK(scaled_of_hex("0000000000000002") == "0.00 of 2");
    CHECK(scaled_of_hex("0003000140000003000109291a7c") == "-12345.678 of 3");
    CHECK(scaled_of_hex("00010002000000000001") == "100000000 of 0");
    CHECK(scaled_of_hex("0001fffd0000000903e8") == "0.000000001 of 9");
    CHECK(scaled_of_hex("00030002000000000000000004d2") == "1234 of 0");    // groups of zeros before
    CHECK(scaled_of_hex("000300000000000204d200000000") == "1234.00 of 2"); // and behind
    CHECK(scaled_of_hex("000200014000000200000000") == "0.00 of 2");
    CHECK(scaled_of_hex("000200000000000000011388") == refused); // digits behind those that are shown
    CHECK(scaled_of_hex("00010000000000002710") == refused);     // a group of 10000
    CHECK(scaled_of_hex("00010000100000000001") == refused);
    CHECK(scaled_of_hex("00000000c0000000") == refused);
    CHECK(scaled_of_hex("00000000d0000020") == refused);
    CHECK(scaled_of_hex("00010000000000280001") == refused); // 40 digits behind the point
    CHECK(scaled_of_hex("0001000000000000") == refused);
}

TEST_CASE("a scaled integer is encoded as the server does it", "[pgwire][codec]") {
    for (const char* text :
         {"0", "0.00", "1", "-1", "1.5", "1.50", "-12345.678", "10000", "99999999", "0.0001", "0.00001",
          "0.000000001", "100000000.00000001", "1000000000000000000", "-9999999999.99999999",
          "18446744073709551615", "18446744073709551616", "18446744073709551.6160"}) {
        CAPTURE(text);
        const std::string binary = binary_of(numeric_codec, text);
        int128 v{};
        unsigned dscale = 0;
        CHECK(scaled_of(bytes(binary), v, dscale));
        CHECK(encoded(v, dscale) == binary);
    }
    CHECK(encoded(150, 2) == "000200000000000200011388");
    CHECK(encoded(0, 38) == "0000000000000026");
    CHECK(encoded(-ten_to_38_less_1, 38) == binary_of(numeric_codec, "-0." + digits(38, '9')));
    CHECK(encoded(hawser::detail::int128_min, 37) ==
          binary_of(numeric_codec, "-17.0141183460469231731687303715884105728"));
    CHECK(encoded(1, 16383) == "0001f00000003fff000a");
}

TEST_CASE("scaled integers of every length and scale come back", "[pgwire][codec]") {
    std::mt19937_64 random(1);
    for (unsigned scale = 0; scale <= 38; ++scale)
        for (unsigned length = 1; length <= 38; ++length) {
            const auto limit = hawser::detail::power_of_ten(length);
            int128 v =
                static_cast<int128>((static_cast<hawser::detail::uint128>(random()) << 64 | random()) >> 1) %
                limit;
            if (random() % 2 == 0) v = -v;
            if (random() % 4 == 0) v -= v % hawser::detail::power_of_ten(length / 2); // zeros at the end
            const std::string text = scaled_to_string(v, scale);
            CAPTURE(text, scale);
            REQUIRE(encoded(v, scale) == binary_of(numeric_codec, text));
            REQUIRE(scaled_to(text, scale) == scaled_to_string(v, 0));
            REQUIRE(text_of(numeric_codec, encoded(v, scale)) == text);
        }
}

TEST_CASE("a numeric is looked at where it lies", "[pgwire][codec]") {
    const std::string binary = bytes("0003000140000003000109291a7c");
    numeric_view v;
    REQUIRE(decode_numeric(binary, v));
    CHECK(v.finite());
    CHECK(v.sign == numeric_sign::negative);
    CHECK(v.weight == 1);
    CHECK(v.dscale == 3);
    REQUIRE(v.size() == 3);
    CHECK(v.group(1) == 2345);
    CHECK(v.groups.data() == binary.data() + 8);
}
