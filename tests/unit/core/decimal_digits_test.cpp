#include <hawser/core/decimal_digits.hpp>
#include "support/catch.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace hawser::detail;

namespace {

// Schoolbook arithmetic on decimal digits, most significant first, as a second opinion.
namespace naive {

std::string trim(std::string digits) {
    const auto first = digits.find_first_not_of('0');
    return first == std::string::npos ? "0" : digits.substr(first);
}

std::string digits_of(uint128 value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    return digits;
}

bool less(const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string add(std::string a, std::string b) {
    if (a.size() < b.size()) std::swap(a, b);
    b.insert(0, a.size() - b.size(), '0');
    int carry = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        const int sum = (a[i] - '0') + (b[i] - '0') + carry;
        a[i] = static_cast<char>('0' + sum % 10);
        carry = sum / 10;
    }
    return trim((carry ? "1" : "") + a);
}

// a - b, where a >= b.
std::string subtract(std::string a, std::string b) {
    b.insert(0, a.size() - b.size(), '0');
    int borrow = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        int difference = a[i] - b[i] - borrow;
        borrow = difference < 0;
        difference += borrow ? 10 : 0;
        a[i] = static_cast<char>('0' + difference);
    }
    return trim(a);
}

std::string multiply(const std::string& a, const std::string& b) {
    std::vector<int> cells(a.size() + b.size(), 0);
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;) cells[i + j + 1] += (a[i] - '0') * (b[j] - '0');
    for (std::size_t i = cells.size(); i-- > 1;) {
        cells[i - 1] += cells[i] / 10;
        cells[i] %= 10;
    }
    std::string digits;
    for (const int cell : cells) digits.push_back(static_cast<char>('0' + cell));
    return trim(digits);
}

// The last `count` digits cut off; the first of them decides the rounding.
std::string drop_rounded(std::string digits, std::size_t count) {
    if (count == 0) return digits;
    digits.insert(0, count + 1, '0');
    const bool up = digits[digits.size() - count] >= '5';
    digits.resize(digits.size() - count);
    return up ? add(digits, "1") : trim(digits);
}

// Text of a sign and digits, empty if it is beyond 128 bits.
std::optional<std::string> in_range(bool negative, const std::string& digits) {
    const std::string bound =
        negative ? "170141183460469231731687303715884105728" : "170141183460469231731687303715884105727";
    if (less(bound, digits)) return std::nullopt;
    return (negative && digits != "0" ? "-" : "") + digits;
}

std::optional<std::string> sum(int128 a, int128 b) {
    const std::string x = digits_of(magnitude(a));
    const std::string y = digits_of(magnitude(b));
    if ((a < 0) == (b < 0)) return in_range(a < 0, add(x, y));
    return less(x, y) ? in_range(b < 0, subtract(y, x)) : in_range(a < 0, subtract(x, y));
}

std::optional<std::string> product(int128 a, int128 b, unsigned drop) {
    const std::string digits = multiply(digits_of(magnitude(a)), digits_of(magnitude(b)));
    return in_range((a < 0) != (b < 0), drop_rounded(digits, drop));
}

std::string with_point(int128 value, unsigned scale) {
    std::string digits = digits_of(magnitude(value));
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    return (value < 0 ? "-" : "") + digits;
}

} // namespace naive

std::optional<std::string> text_of(const std::optional<int128>& value) {
    if (!value) return std::nullopt;
    return scaled_to_string(*value, 0);
}

// Every bit length is as likely as every other; now and then an edge.
int128 random_int128(std::mt19937_64& engine) {
    static const int128 edges[] = {int128_min,
                                   int128_min + 1,
                                   int128_max,
                                   int128_max - 1,
                                   0,
                                   1,
                                   -1,
                                   power_of_ten(38),
                                   -power_of_ten(19),
                                   power_of_ten(19) - 1,
                                   int128{1} << 64,
                                   -(int128{1} << 64)};
    if (engine() % 16 == 0) return edges[engine() % std::size(edges)];
    const uint128 bits = (static_cast<uint128>(engine()) << 64) | engine();
    return static_cast<int128>(bits) >> (engine() % 128);
}

int order(const std::array<std::byte, 16>& a, const std::array<std::byte, 16>& b) {
    const int result = std::memcmp(a.data(), b.data(), a.size());
    return (result > 0) - (result < 0);
}

} // namespace

TEST_CASE("the powers of ten are exact up to 10^38", "[core][decimal]") {
    STATIC_REQUIRE(power_of_ten(0) == 1);
    STATIC_REQUIRE(power_of_ten(18) == 1'000'000'000'000'000'000);
    CHECK(scaled_to_string(power_of_ten(38), 0) == "1" + std::string(38, '0'));
    STATIC_REQUIRE(magnitude(int128_min) == int128_sign_bit);
}

TEST_CASE("sums are exact, and empty beyond 128 bits", "[core][decimal]") {
    CHECK(checked_add(int128_max, int128_min) == int128{-1});
    CHECK_FALSE(checked_add(int128_max, 1));
    CHECK_FALSE(checked_add(int128_min, -1));
    std::mt19937_64 engine{1};
    for (int i = 0; i < 20'000; ++i) {
        const int128 a = random_int128(engine);
        const int128 b = random_int128(engine);
        CAPTURE(scaled_to_string(a, 0), scaled_to_string(b, 0));
        REQUIRE(text_of(checked_add(a, b)) == naive::sum(a, b));
    }
}

TEST_CASE("products are exact in 256 bits before digits are dropped", "[core][decimal]") {
    CHECK(multiply_rescaled(power_of_ten(38), power_of_ten(38), 38) == power_of_ten(38));
    CHECK_FALSE(multiply_rescaled(power_of_ten(38), power_of_ten(38), 37));
    CHECK(multiply_rescaled(int128_min, 1, 0) == int128_min);
    CHECK_FALSE(multiply_rescaled(int128_min, -1, 0));
    CHECK(multiply_rescaled(int128_max, -1, 0) == int128_min + 1);
    CHECK(multiply_rescaled(5, 1, 1) == int128{1});
    CHECK(multiply_rescaled(-5, 1, 1) == int128{-1});
    CHECK(multiply_rescaled(4, 1, 1) == int128{0});
    CHECK(multiply_rescaled(-4, 1, 1) == int128{0});
    CHECK(multiply_rescaled(5 * power_of_ten(37), 1, 38) == int128{1});
    CHECK(multiply_rescaled(5 * power_of_ten(37) - 1, 1, 38) == int128{0});
    CHECK(multiply_rescaled(-power_of_ten(38), power_of_ten(38), 76) == int128{-1});
    CHECK(multiply_rescaled(power_of_ten(38), 5 * power_of_ten(37), 76) == int128{1});
    CHECK(multiply_rescaled(power_of_ten(38), 5 * power_of_ten(37) - 1, 76) == int128{0});
    CHECK(multiply_rescaled(5 * power_of_ten(22) - 1, power_of_ten(38), 61) == int128{0});

    std::mt19937_64 engine{2};
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        const int128 a = random_int128(engine);
        const int128 b = random_int128(engine);
        const auto drop = static_cast<unsigned>(engine() % (2 * max_power_of_ten + 1));
        CAPTURE(scaled_to_string(a, 0), scaled_to_string(b, 0), drop);
        const auto product = multiply_rescaled(a, b, drop);
        REQUIRE(text_of(product) == naive::product(a, b, drop));
        refused += !product;
    }
    CHECK(refused > 500);
    CHECK(refused < 19'000);
}

TEST_CASE("a product rounded up to 2^127 does not fit, one rounded to -2^127 does", "[core][decimal]") {
    // 15 * (2^128 - 1) / 3 is 10 * 2^127 - 5, the least product that rounds up to 2^127.
    const auto third = static_cast<int128>(~uint128{0} / 3);
    CHECK_FALSE(multiply_rescaled(15, third, 1));
    CHECK(multiply_rescaled(-15, third, 1) == int128_min);
    CHECK(multiply_rescaled(15, third - 1, 1) == int128_max - 1);

    std::mt19937_64 engine{3};
    for (int i = 0; i < 2'000; ++i) {
        const auto drop = static_cast<unsigned>(1 + engine() % 37);
        const int128 a = int128_max - static_cast<int128>(engine() % 4);
        const int128 b = power_of_ten(drop) + static_cast<int128>(engine() % 3) - 1;
        CAPTURE(scaled_to_string(a, 0), scaled_to_string(b, 0), drop);
        REQUIRE(text_of(multiply_rescaled(a, b, drop)) == naive::product(a, b, drop));
        REQUIRE(text_of(multiply_rescaled(-a, b, drop)) == naive::product(-a, b, drop));
    }
}

TEST_CASE("rescaling is exact or empty, rounding goes half away from zero", "[core][decimal]") {
    STATIC_REQUIRE(rescale_exact(15, 1, 3) == int128{1500});
    STATIC_REQUIRE(rescale_exact(1500, 3, 1) == int128{15});
    STATIC_REQUIRE(rescale_exact(7, 2, 2) == int128{7});
    STATIC_REQUIRE_FALSE(rescale_exact(1501, 3, 1));
    STATIC_REQUIRE_FALSE(rescale_exact(2, 0, 38));
    STATIC_REQUIRE(rescale_exact(0, 0, 38) == int128{0});
    STATIC_REQUIRE(rescale_rounded(1550, 3, 1) == int128{16});
    STATIC_REQUIRE(rescale_rounded(1549, 3, 1) == int128{15});
    STATIC_REQUIRE(rescale_rounded(-1550, 3, 1) == int128{-16});
    STATIC_REQUIRE(rescale_rounded(-1549, 3, 1) == int128{-15});
    STATIC_REQUIRE(divide_half_away(7, -2) == -4);
    STATIC_REQUIRE(divide_half_away(-7, -2) == 4);
    STATIC_REQUIRE(divide_half_away(1, 3) == 0);
    STATIC_REQUIRE(divide_half_away(int128_min, 2) == int128_min / 2);
    STATIC_REQUIRE(divide_half_away(1, int128_min) == 0);
    STATIC_REQUIRE(divide_half_away(int128_max, int128_min) == -1);
    STATIC_REQUIRE_FALSE(append_zeros(1, 39));
    STATIC_REQUIRE(append_zeros(0, 39) == int128{0});
}

TEST_CASE("scaled text has its point in the right place for every scale", "[core][decimal]") {
    CHECK(scaled_to_string(int128_min, 0) == "-170141183460469231731687303715884105728");
    CHECK(scaled_to_string(int128_min, 38) == "-1.70141183460469231731687303715884105728");
    CHECK(scaled_to_string(int128_min, 38).size() == max_scaled_chars);
    CHECK(scaled_to_string(-1, 38) == "-0." + std::string(37, '0') + "1");
    CHECK(scaled_to_string(0, 2) == "0.00");
    std::mt19937_64 engine{4};
    for (int i = 0; i < 20'000; ++i) {
        const int128 value = random_int128(engine);
        const auto scale = static_cast<unsigned>(engine() % (max_power_of_ten + 1));
        REQUIRE(scaled_to_string(value, scale) == naive::with_point(value, scale));

        const auto narrow = static_cast<std::int64_t>(value);
        char text[max_scaled_chars];
        const auto end = write_scaled(text, text + sizeof text, narrow, scale).ptr;
        REQUIRE(std::string(text, end) == naive::with_point(narrow, scale));
    }
}

TEST_CASE("scaled text needs exactly its own length", "[core][decimal]") {
    std::mt19937_64 engine{5};
    for (int i = 0; i < 2'000; ++i) {
        const int128 value = random_int128(engine);
        const auto scale = static_cast<unsigned>(engine() % (max_power_of_ten + 1));
        const std::string expected = scaled_to_string(value, scale);
        std::string room(expected.size(), '#');
        REQUIRE(write_scaled(room.data(), room.data() + room.size(), value, scale).ec == std::errc{});
        REQUIRE(room == expected);
        const auto cut = write_scaled(room.data(), room.data() + room.size() - 1, value, scale);
        REQUIRE(cut.ec == std::errc::value_too_large);
        REQUIRE(cut.ptr == room.data() + room.size() - 1);
    }
}

TEST_CASE("encodings order by memcmp as the numbers do and decode to them", "[core][decimal]") {
    const int128 ascending[] = {int128_min, int128_min + 1,   -power_of_ten(38), -256, -255, -1, 0, 1, 255,
                                256,        power_of_ten(38), int128_max};
    for (std::size_t i = 0; i + 1 < std::size(ascending); ++i)
        CHECK(order(encode_ordered(ascending[i]), encode_ordered(ascending[i + 1])) == -1);

    std::mt19937_64 engine{6};
    for (int i = 0; i < 50'000; ++i) {
        const int128 a = random_int128(engine);
        const int128 b = i % 4 == 0 ? a + (a < 0 ? 1 : -1) : random_int128(engine);
        REQUIRE(order(encode_ordered(a), encode_ordered(b)) == (a > b) - (a < b));
        REQUIRE(decode_ordered(encode_ordered(a)) == a);
    }
}

TEST_CASE("an encoding is big-endian with its sign bit flipped", "[core][decimal]") {
    const auto hex = [](int128 value) {
        std::string text;
        for (const std::byte b : encode_ordered(value)) {
            text.push_back("0123456789abcdef"[std::to_integer<unsigned>(b >> 4)]);
            text.push_back("0123456789abcdef"[std::to_integer<unsigned>(b & std::byte{15})]);
        }
        return text;
    };
    CHECK(hex(0) == "80000000000000000000000000000000");
    CHECK(hex(1) == "80000000000000000000000000000001");
    CHECK(hex(-1) == "7fffffffffffffffffffffffffffffff");
    CHECK(hex(int128_min) == "00000000000000000000000000000000");
    CHECK(hex(int128_max) == "ffffffffffffffffffffffffffffffff");
    CHECK(hex(0x0102030405060708) == "80000000000000000102030405060708");
}
