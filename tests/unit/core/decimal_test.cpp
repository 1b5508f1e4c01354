#include <hawser/core/decimal.hpp>
#include <hawser/core/error.hpp>
#include "support/catch.hpp"
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <vector>

using hawser::decimal;
using hawser::detail::int128;
using price = decimal<18, 8>;
using whole = decimal<18, 0>;
using fraction = decimal<18, 18>;
using tenth = decimal<1, 1>;

namespace {

constexpr std::int64_t limit18 = 1'000'000'000'000'000'000;

// Kind of the error that f throws, with its message for the report.
template <class F>
hawser::errc kind_of(F f, std::string* message = nullptr) {
    try {
        (void)f();
    } catch (const hawser::error& e) {
        if (message) *message = e.what();
        return e.kind();
    }
    FAIL("nothing was thrown");
    return {};
}

template <class F>
bool overflows(F f) {
    return kind_of(f) == hawser::errc::out_of_range;
}

// The exception is of this kind and its message has this text.
template <class F>
void check_fault(F f, hawser::errc kind, const std::string& part) {
    std::string message;
    CHECK(kind_of(f, &message) == kind);
    CAPTURE(message, part);
    CHECK(message.find(part) != std::string::npos);
}

template <class A, class B>
concept can_multiply = requires(A a, B b) { a* b; };
template <class A, class B>
concept can_compare = requires(A a, B b) { a < b; };

// Half away from zero, written a second way: by doubling and truncating.
int128 naive_round(int128 numerator, int128 denominator) {
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    const int128 shifted = 2 * numerator + (numerator < 0 ? -denominator : denominator);
    return shifted / (2 * denominator);
}

// Every magnitude is as likely as every other, with both signs, zero and the limits.
struct random_scaled {
    std::mt19937_64 engine;

    std::int64_t operator()(unsigned digits = 18) {
        const auto bound = static_cast<std::int64_t>(
            hawser::detail::power_of_ten(static_cast<unsigned>(engine() % (digits + 1))));
        return std::uniform_int_distribution<std::int64_t>{1 - bound, bound - 1}(engine);
    }
};

} // namespace

TEST_CASE("a decimal is a small value of the compiler's own making", "[core][decimal]") {
    STATIC_REQUIRE(std::is_trivially_copyable_v<price>);
    STATIC_REQUIRE(sizeof(price) == 8);
    STATIC_REQUIRE(std::is_nothrow_default_constructible_v<price>);
    STATIC_REQUIRE(price{}.scaled() == 0);
    STATIC_REQUIRE(price{3}.scaled() == 300'000'000);
    STATIC_REQUIRE(price{3} + 4 - 1 == 6);
    STATIC_REQUIRE(price::from_scaled(5) > 0);
    STATIC_REQUIRE(-price::max() == price::min());
    STATIC_REQUIRE(price{decimal<4, 2>{7}} == 7);
    STATIC_REQUIRE(hawser::multiply<price>(price{6}, price{7}) == 42);
    STATIC_REQUIRE(hawser::divide_rounded<decimal<3, 2>>(price{2}, price{3}).scaled() == 67);
    STATIC_REQUIRE(hawser::is_decimal_v<price>);
    STATIC_REQUIRE_FALSE(hawser::is_decimal_v<int>);
}

TEST_CASE("integers and narrower decimals convert to a decimal, nothing else does", "[core][decimal]") {
    STATIC_REQUIRE(std::is_convertible_v<int, price>);
    STATIC_REQUIRE(std::is_convertible_v<std::uint64_t, price>);
    STATIC_REQUIRE(std::is_convertible_v<std::int8_t, price>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<price, double>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<price, float>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<price, bool>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<price, char>);
    STATIC_REQUIRE(std::is_convertible_v<decimal<4, 2>, price>);
    STATIC_REQUIRE(std::is_constructible_v<price, decimal<4, 2>>);
    STATIC_REQUIRE_FALSE(can_compare<price, double>);
    STATIC_REQUIRE_FALSE(can_multiply<price, double>);
    STATIC_REQUIRE_FALSE(can_multiply<price, price>);
    STATIC_REQUIRE(can_multiply<price, int>);
}

TEST_CASE("an integer beyond the digits before the point is refused", "[core][decimal]") {
    CHECK(decimal<4, 2>{99}.scaled() == 9900);
    CHECK(decimal<4, 2>{-99}.scaled() == -9900);
    CHECK(overflows([] { return decimal<4, 2>{100}; }));
    CHECK(overflows([] { return decimal<4, 2>{-100}; }));
    CHECK(whole{limit18 - 1} == whole::max());
    CHECK(whole{1 - limit18} == whole::min());
    CHECK(overflows([] { return whole{limit18}; }));
    CHECK(overflows([] { return whole{-limit18}; }));
    CHECK(overflows([] { return whole{std::numeric_limits<std::int64_t>::max()}; }));
    CHECK(overflows([] { return whole{std::numeric_limits<std::int64_t>::min()}; }));
    CHECK(overflows([] { return whole{std::numeric_limits<std::uint64_t>::max()}; }));
    CHECK(fraction{0} == 0);
    CHECK(overflows([] { return fraction{1}; }));
    CHECK(overflows([] { return tenth{-1}; }));
}

TEST_CASE("from_scaled takes what has P digits", "[core][decimal]") {
    CHECK(whole::from_scaled(limit18 - 1) == whole::max());
    CHECK(tenth::from_scaled(-9) == tenth::min());
    CHECK(overflows([] { return whole::from_scaled(limit18); }));
    CHECK(overflows([] { return whole::from_scaled(-limit18); }));
    CHECK(overflows([] { return whole::from_scaled(std::numeric_limits<std::int64_t>::min()); }));
    CHECK(overflows([] { return tenth::from_scaled(10); }));
    check_fault([] { return tenth::from_scaled(10); }, hawser::errc::out_of_range,
                "decimal<1, 1>: scaled value out of range");
}

TEST_CASE("text has exactly S fraction digits and zero has no sign", "[core][decimal]") {
    CHECK(price::from_scaled(10'000'000'001).to_string() == "100.00000001");
    CHECK(decimal<4, 2>::from_scaled(-50).to_string() == "-0.50");
    CHECK(decimal<4, 2>::from_scaled(-1).to_string() == "-0.01");
    CHECK(decimal<4, 2>{}.to_string() == "0.00");
    CHECK(decimal<4, 2>::parse("-0.00").to_string() == "0.00");
    CHECK(whole{}.to_string() == "0");
    CHECK(whole::min().to_string() == "-999999999999999999");
    CHECK(fraction::min().to_string() == "-0.999999999999999999");
    CHECK(fraction::from_scaled(1).to_string() == "0.000000000000000001");
    CHECK(tenth::from_scaled(-9).to_string() == "-0.9");
}

TEST_CASE("to_chars writes into exactly the room it needs", "[core][decimal]") {
    const auto longest = [](auto value) { return value.to_string().size(); };
    CHECK(longest(price::min()) == price::max_chars);
    CHECK(longest(whole::min()) == whole::max_chars);
    CHECK(longest(fraction::min()) == fraction::max_chars);
    CHECK(longest(tenth::min()) == tenth::max_chars);

    const auto value = decimal<4, 2>::from_scaled(-1234);
    char text[] = "########";
    const auto exact = value.to_chars(text, text + 6);
    CHECK(exact.ec == std::errc{});
    CHECK(exact.ptr == text + 6);
    CHECK(std::string(text) == "-12.34##");
    const auto short_by_one = value.to_chars(text, text + 5);
    CHECK(short_by_one.ec == std::errc::value_too_large);
    CHECK(short_by_one.ptr == text + 5);
    CHECK(value.to_chars(text, text).ec == std::errc::value_too_large);
}

TEST_CASE("a stream shows the same text and keeps its field width", "[core][decimal]") {
    std::ostringstream out;
    out << price{-1} << '|';
    out.width(6);
    out << decimal<3, 1>{7};
    CHECK(out.str() == "-1.00000000|   7.0");
}

TEST_CASE("parse reads signs, points at either end and zeros at either end", "[core][decimal]") {
    using d = decimal<6, 3>;
    CHECK(d::parse("1.5").scaled() == 1500);
    CHECK(d::parse("+1.5").scaled() == 1500);
    CHECK(d::parse("-1.5").scaled() == -1500);
    CHECK(d::parse("12").scaled() == 12000);
    CHECK(d::parse(".5").scaled() == 500);
    CHECK(d::parse("-.5").scaled() == -500);
    CHECK(d::parse("5.").scaled() == 5000);
    CHECK(d::parse("0").scaled() == 0);
    CHECK(d::parse("-0.00").scaled() == 0);
    CHECK(d::parse(".0").scaled() == 0);
    CHECK(d::parse("0000000000000000000000001.100000000000000000000000").scaled() == 1100);
    CHECK(d::parse("999.999") == d::max());
    CHECK(d::parse("-999.999") == d::min());
    CHECK(whole::parse("999999999999999999") == whole::max());
    CHECK(whole::parse("7.000").scaled() == 7);
    CHECK(fraction::parse("-0.999999999999999999") == fraction::min());
    CHECK(tenth::parse("00.90") == tenth::max());
}

TEST_CASE("parse names position and cause and not the text", "[core][decimal]") {
    using d = decimal<6, 3>;
    using hawser::errc;
    struct sample {
        const char* text;
        errc kind;
        const char* part;
    };
    const sample samples[] = {
        {"", errc::type_mismatch, "empty text"},
        {"-", errc::type_mismatch, "no digit at position 2"},
        {".", errc::type_mismatch, "no digit at position 2"},
        {"+.", errc::type_mismatch, "no digit at position 3"},
        {" 1", errc::type_mismatch, "unexpected character at position 1"},
        {"1 ", errc::type_mismatch, "unexpected character at position 2"},
        {"1e3", errc::type_mismatch, "unexpected 'e' at position 2"},
        {"--1", errc::type_mismatch, "unexpected '-' at position 2"},
        {"1.2.3", errc::type_mismatch, "unexpected '.' at position 4"},
        {"1,5", errc::type_mismatch, "unexpected ',' at position 2"},
        {"NaN", errc::type_mismatch, "unexpected 'N' at position 1"},
        {"Infinity", errc::type_mismatch, "unexpected 'I' at position 1"},
        {"0x10", errc::type_mismatch, "unexpected 'x' at position 2"},
        {"1\xe2\x82\xac", errc::type_mismatch, "unexpected character at position 2"},
        {"99999.1234x", errc::type_mismatch, "unexpected 'x' at position 11"},
        {"1000", errc::out_of_range, "decimal<6, 3>: more than 3 digits before the point at position 4"},
        {"-001000.0001", errc::out_of_range, "more than 3 digits before the point at position 7"},
        {"1.0001", errc::out_of_range, "decimal<6, 3>: more than 3 fraction digits at position 6"},
        {"1.00000001", errc::out_of_range, "more than 3 fraction digits at position 10"},
        {"1.00011", errc::out_of_range, "more than 3 fraction digits at position 6"},
        {"12345.00011", errc::out_of_range, "more than 3 digits before the point at position 4"},
    };
    for (const sample& s : samples) {
        CAPTURE(s.text);
        check_fault([&] { return d::parse(s.text); }, s.kind, s.part);
        CHECK_FALSE(d::try_parse(s.text));
    }
    CHECK_FALSE(d::try_parse(std::string_view("1\0", 2)));
    CHECK_FALSE(d::try_parse(std::string_view{}));

    std::string message;
    CHECK(kind_of([] { return d::parse("7" + std::string(100'000, '3')); }, &message) == errc::out_of_range);
    CHECK(message.size() < 200);
    CHECK(message.find("33") == std::string::npos);
}

TEST_CASE("no text is long enough to overflow the parser", "[core][decimal]") {
    CHECK_FALSE(whole::try_parse("1000000000000000000"));
    CHECK_FALSE(whole::try_parse("9223372036854775807"));
    CHECK_FALSE(whole::try_parse("-9223372036854775808"));
    CHECK_FALSE(whole::try_parse("18446744073709551617"));
    CHECK_FALSE(whole::try_parse(std::string(1000, '9')));
    CHECK_FALSE(fraction::try_parse("1"));
    CHECK_FALSE(fraction::try_parse("0." + std::string(19, '9')));
    CHECK(fraction::try_parse(std::string(1000, '0') + "." + std::string(18, '9') + std::string(1000, '0')) ==
          fraction::max());
}

TEST_CASE("parse and to_string are inverse for random values", "[core][decimal]") {
    random_scaled random{std::mt19937_64{20260301}};
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t scaled = random();
        REQUIRE(whole::parse(whole::from_scaled(scaled).to_string()).scaled() == scaled);
        REQUIRE(price::parse(price::from_scaled(scaled).to_string()).scaled() == scaled);
        REQUIRE(fraction::try_parse(fraction::from_scaled(scaled).to_string())->scaled() == scaled);
        REQUIRE(whole::from_scaled(scaled).to_string() == std::to_string(scaled));
    }
}

TEST_CASE("decimals order as numbers and hash by value", "[core][decimal]") {
    const std::vector<price> ascending{price::min(), price::from_scaled(-1), 0, price::from_scaled(1),
                                       price::max()};
    for (std::size_t i = 0; i < ascending.size(); ++i)
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            CHECK((ascending[i] <=> ascending[j]) == (i <=> j));
            CHECK((ascending[i] == ascending[j]) == (i == j));
        }
    std::unordered_set<price> seen(ascending.begin(), ascending.end());
    CHECK(seen.size() == 5);
    CHECK(seen.contains(price::parse("0.00000001")));
    CHECK_FALSE(seen.contains(price::parse("0.00000002")));
}

TEST_CASE("a comparison with an integer never throws", "[core][decimal]") {
    const auto p = decimal<4, 2>::parse("12.50");
    CHECK(p > 0);
    CHECK(p > 12);
    CHECK(p < 13);
    CHECK(12 < p);
    CHECK(p != 12);
    CHECK(p < 100);
    CHECK(p > -100);
    CHECK(p < std::numeric_limits<std::uint64_t>::max());
    CHECK(p > std::numeric_limits<std::int64_t>::min());
    CHECK(fraction::max() < 1);
    CHECK(fraction::min() > -1);
    CHECK(fraction::max() < std::numeric_limits<std::uint64_t>::max());
    CHECK(fraction::min() > std::numeric_limits<std::int64_t>::min());
    CHECK(whole{5} == 5U);
    CHECK(whole{-1} != std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("an operator that overflows throws and leaves its operand", "[core][decimal]") {
    auto p = whole::max();
    CHECK(overflows([&] { return p += 1; }));
    CHECK(overflows([&] { return p -= -1; }));
    CHECK(overflows([&] { return p *= 2; }));
    CHECK(overflows([&] { return p *= -2; }));
    CHECK(overflows([&] { return p *= std::numeric_limits<std::uint64_t>::max(); }));
    CHECK(overflows([&] { return p *= std::numeric_limits<std::int64_t>::min(); }));
    CHECK(p == whole::max());

    p = whole::min();
    CHECK(overflows([&] { return p -= 1; }));
    CHECK(overflows([&] { return p += whole::min(); }));
    CHECK(overflows([&] { return p + p; }));
    CHECK(overflows([&] { return p - whole::max(); }));
    CHECK(overflows([&] { return 2 * p; }));
    CHECK(overflows([&] { return p + limit18; }));
    CHECK(p == whole::min());

    CHECK(p + whole::max() == 0);
    CHECK(p * -1 == whole::max());
    CHECK(whole{} * std::numeric_limits<std::uint64_t>::max() == 0);
    CHECK(tenth::parse(".4") * 2 == tenth::parse(".8"));
    CHECK(overflows([] { return tenth::parse(".5") * 2; }));
    check_fault([] { return tenth::parse(".5") + tenth::parse(".5"); }, hawser::errc::out_of_range,
                "decimal<1, 1>: sum out of range");
}

TEST_CASE("sums, differences and products by an integer equal 128-bit arithmetic", "[core][decimal]") {
    random_scaled random{std::mt19937_64{7}};
    const auto check = [](int128 exact, auto operation) {
        if (exact > -limit18 && exact < limit18)
            REQUIRE(operation().scaled() == static_cast<std::int64_t>(exact));
        else
            REQUIRE(overflows(operation));
    };
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto a = price::from_scaled(random());
        const auto b = price::from_scaled(random());
        const std::int64_t n = i % 8 == 0 ? static_cast<std::int64_t>(random.engine()) : random();
        check(static_cast<int128>(a.scaled()) + b.scaled(), [&] { return a + b; });
        check(static_cast<int128>(a.scaled()) - b.scaled(), [&] { return a - b; });
        check(static_cast<int128>(a.scaled()) * n, [&] { return a * n; });
        check(static_cast<int128>(a.scaled()) * n, [&] { return n * a; });
        refused += static_cast<int128>(a.scaled()) * n >= limit18;
    }
    CHECK(refused > 1000);
    CHECK(refused < 19'000);
}

TEST_CASE("a conversion is exact or throws", "[core][decimal]") {
    using cents = decimal<6, 2>;
    CHECK(cents{price::parse("1234.50")}.to_string() == "1234.50");
    CHECK(price{cents::parse("-0.01")}.to_string() == "-0.01000000");
    CHECK(whole{price{-7}} == -7);
    CHECK(overflows([] { return cents{price::parse("0.001")}; }));
    CHECK(overflows([] { return cents{price{10'000}}; }));
    CHECK(overflows([] { return cents{price{-10'000}}; }));
    CHECK(overflows([] { return fraction{whole{1}}; }));
    CHECK(overflows([] { return fraction{whole::max()}; }));
    CHECK(overflows([] { return whole{fraction::from_scaled(1)}; }));
    CHECK(whole{fraction{}} == 0);
    check_fault([] { return cents{price::from_scaled(1)}; }, hawser::errc::out_of_range,
                "decimal<6, 2>: cannot hold the value exactly");
}

TEST_CASE("multiply keeps every digit or throws", "[core][decimal]") {
    using hawser::multiply;
    using cents = decimal<6, 2>;
    CHECK(multiply<price>(cents::parse("1.25"), cents::parse("-3.50")).to_string() == "-4.37500000");
    CHECK(multiply<cents>(cents::parse("1.20"), cents::parse("0.50")).to_string() == "0.60");
    CHECK(overflows([] { return multiply<cents>(cents::parse("0.01"), cents::parse("0.50")); }));
    CHECK(overflows([] { return multiply<cents>(cents::parse("100.00"), cents::parse("100.00")); }));
    CHECK(multiply<whole>(whole::max(), whole{-1}) == whole::min());
    CHECK(overflows([] { return multiply<whole>(whole::max(), whole::max()); }));
    CHECK(overflows([] { return multiply<fraction>(whole::max(), whole::max()); }));
    CHECK(overflows([] { return multiply<fraction>(fraction::max(), fraction::max()); }));
    CHECK(multiply<fraction>(whole{}, whole::max()) == 0);
    CHECK(multiply<fraction>(fraction::max(), whole{-1}) == fraction::min());
}

TEST_CASE("multiply_rounded rounds halves away from zero", "[core][decimal]") {
    using hawser::multiply_rounded;
    using tenths = decimal<6, 1>;
    const auto half = tenths::parse("0.5");
    CHECK(multiply_rounded<tenths>(half, tenths::parse("0.1")).to_string() == "0.1");
    CHECK(multiply_rounded<tenths>(-half, tenths::parse("0.1")).to_string() == "-0.1");
    CHECK(multiply_rounded<tenths>(half, tenths::parse("0.5")).to_string() == "0.3");
    CHECK(multiply_rounded<tenths>(tenths::parse("0.2"), tenths::parse("0.2")).to_string() == "0.0");
    CHECK(multiply_rounded<tenths>(tenths::parse("-0.2"), tenths::parse("0.2")).to_string() == "0.0");
    CHECK(multiply_rounded<fraction>(fraction::max(), fraction::max()).to_string() == "0.999999999999999998");
    CHECK(multiply_rounded<whole>(fraction::max(), fraction::max()) == 1);
    CHECK(multiply_rounded<whole>(fraction::parse("0.5"), whole{-1}) == -1);
    CHECK(overflows([] { return multiply_rounded<whole>(whole::max(), whole{2}); }));
    CHECK(overflows([] { return multiply_rounded<tenth>(fraction::parse("0.95"), whole{1}); }));
}

TEST_CASE("divide_rounded rounds halves away from zero and refuses zero", "[core][decimal]") {
    using hawser::divide_rounded;
    using cents = decimal<6, 2>;
    CHECK(divide_rounded<cents>(cents{1}, cents{3}).to_string() == "0.33");
    CHECK(divide_rounded<cents>(cents{2}, cents{3}).to_string() == "0.67");
    CHECK(divide_rounded<cents>(cents{1}, whole{200}).to_string() == "0.01");
    CHECK(divide_rounded<cents>(cents{-1}, whole{200}).to_string() == "-0.01");
    CHECK(divide_rounded<cents>(cents{1}, whole{-200}).to_string() == "-0.01");
    CHECK(divide_rounded<cents>(cents{-1}, whole{-200}).to_string() == "0.01");
    CHECK(divide_rounded<cents>(cents{1}, whole{201}) == 0);
    CHECK(divide_rounded<whole>(fraction::max(), fraction::from_scaled(1)) == whole::max());
    CHECK(divide_rounded<whole>(fraction::max(), whole::max()) == 0);
    CHECK(divide_rounded<whole>(fraction::max(), whole{1}) == 1);
    CHECK(divide_rounded<fraction>(whole{}, fraction::min()) == 0);
    CHECK(divide_rounded<fraction>(whole{1}, whole::max()).scaled() == 1);
    CHECK(overflows([] { return divide_rounded<whole>(whole::max(), fraction::from_scaled(1)); }));
    CHECK(overflows([] { return divide_rounded<fraction>(whole::max(), fraction::from_scaled(-1)); }));
    CHECK(overflows([] { return divide_rounded<tenth>(whole{95}, whole{100}); }));
    CHECK(overflows([] { return divide_rounded<cents>(cents{}, cents{}); }));
    check_fault([] { return divide_rounded<cents>(cents{1}, price{}); }, hawser::errc::out_of_range,
                "decimal<6, 2>: division by zero");
}

TEST_CASE("rounded products and quotients equal 128-bit arithmetic", "[core][decimal]") {
    using hawser::detail::power_of_ten;
    random_scaled random{std::mt19937_64{42}};
    const auto check = [](int128 exact, auto operation) {
        if (exact > -limit18 && exact < limit18)
            REQUIRE(operation().scaled() == static_cast<std::int64_t>(exact));
        else
            REQUIRE(overflows(operation));
    };
    for (int i = 0; i < 20'000; ++i) {
        const auto a = price::from_scaled(random());
        const auto b = decimal<18, 4>::from_scaled(random());
        const int128 product = static_cast<int128>(a.scaled()) * b.scaled();
        check(naive_round(product, power_of_ten(4)), [&] { return hawser::multiply_rounded<price>(a, b); });
        check(naive_round(product, power_of_ten(12)), [&] { return hawser::multiply_rounded<whole>(a, b); });
        check(product * 10, [&] { return hawser::multiply<decimal<18, 13>>(a, b); });
        if (product % power_of_ten(4) != 0) REQUIRE(overflows([&] { return hawser::multiply<price>(a, b); }));
        if (b == 0) continue;
        check(naive_round(static_cast<int128>(a.scaled()) * power_of_ten(4), b.scaled()),
              [&] { return hawser::divide_rounded<price>(a, b); });
        check(naive_round(a.scaled(), b.scaled() * power_of_ten(4)),
              [&] { return hawser::divide_rounded<whole>(a, b); });
    }
}
