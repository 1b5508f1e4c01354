// Decimals of more than 18 digits, against numbers made of digits.
#include "support/catch.hpp"
#include <algorithm>
#include <hawser/core/decimal.hpp>
#include <hawser/core/error.hpp>
#include <random>
#include <sstream>
#include <string>
#include <unordered_set>

using hawser::decimal;

namespace {

// An integer of any size: digits without leading zeros, "0" is empty. Nothing in common with what it judges.
struct big {
    bool negative = false;
    std::string digits; // least significant first

    static big of(const std::string& text) {
        big b;
        b.negative = text.front() == '-';
        b.digits.assign(text.rbegin(), text.rend() - (b.negative ? 1 : 0));
        return b.trimmed();
    }
    big trimmed() const {
        big b = *this;
        while (!b.digits.empty() && b.digits.back() == '0') b.digits.pop_back();
        if (b.digits.empty()) b.negative = false;
        return b;
    }
    std::string text() const {
        const std::string magnitude = digits.empty() ? "0" : std::string(digits.rbegin(), digits.rend());
        return (negative ? "-" : "") + magnitude;
    }
    big shifted(std::size_t zeros) const {
        big b = *this;
        if (!b.digits.empty()) b.digits.insert(0, zeros, '0');
        return b;
    }
    friend bool operator==(const big&, const big&) = default;
};

int compare_size(const std::string& a, const std::string& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend()) ? -1 : a == b ? 0 : 1;
}
std::string add_size(const std::string& a, const std::string& b) {
    std::string sum;
    int carry = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry; ++i) {
        const int d = carry + (i < a.size() ? a[i] - '0' : 0) + (i < b.size() ? b[i] - '0' : 0);
        sum += static_cast<char>('0' + d % 10);
        carry = d / 10;
    }
    return sum;
}
std::string subtract_size(const std::string& a, const std::string& b) { // a >= b
    std::string difference;
    int borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        int d = a[i] - '0' - borrow - (i < b.size() ? b[i] - '0' : 0);
        borrow = d < 0 ? 1 : 0;
        difference += static_cast<char>('0' + d + 10 * borrow);
    }
    return difference;
}
big add(const big& a, const big& b) {
    if (a.negative == b.negative) return big{a.negative, add_size(a.digits, b.digits)}.trimmed();
    if (compare_size(a.digits, b.digits) >= 0)
        return big{a.negative, subtract_size(a.digits, b.digits)}.trimmed();
    return big{b.negative, subtract_size(b.digits, a.digits)}.trimmed();
}
big multiply(const big& a, const big& b) {
    std::string product;
    for (std::size_t i = 0; i < a.digits.size(); ++i)
        for (int n = a.digits[i] - '0'; n > 0; --n)
            product = add_size(product, std::string(i, '0') + b.digits);
    return big{a.negative != b.negative, product}.trimmed();
}
// Rounded half away from zero.
big divide(const big& a, const big& b) {
    std::string quotient(a.digits.size(), '0');
    std::string rest;
    for (std::size_t i = a.digits.size(); i-- > 0;) {
        rest.insert(0, 1, a.digits[i]);
        rest = big{false, rest}.trimmed().digits;
        while (compare_size(rest, b.digits) >= 0) {
            rest = big{false, subtract_size(rest, b.digits)}.trimmed().digits;
            ++quotient[i];
        }
    }
    if (compare_size(big{false, add_size(rest, rest)}.trimmed().digits, b.digits) >= 0)
        quotient = add_size(quotient, "1");
    return big{a.negative != b.negative, quotient}.trimmed();
}
bool less(const big& a, const big& b) {
    if (a.negative != b.negative) return a.negative;
    const int c = compare_size(a.digits, b.digits);
    return a.negative ? c > 0 : c < 0;
}

std::mt19937_64& random_source() {
    static std::mt19937_64 source(20261121);
    return source;
}

// Any number of digits is as likely as any other; now and then only nines, or a one and zeros.
std::string digits_of(unsigned most) {
    auto& random = random_source();
    std::string text(1 + random() % most, '0');
    const auto kind = random() % 6;
    for (char& c : text) c = kind == 0 ? '9' : kind == 1 ? '0' : static_cast<char>('0' + random() % 10);
    if (kind == 1) text.front() = '1';
    return (random() % 2 ? "-" : "") + text;
}

template <class D>
D number(const std::string& scaled) {
    // Through text, since an integer of 38 digits has no other way in.
    const bool negative = scaled.front() == '-';
    std::string text = negative ? scaled.substr(1) : scaled;
    if (text.size() <= D::scale) text.insert(0, D::scale + 1 - text.size(), '0');
    if (D::scale > 0) text.insert(text.size() - D::scale, ".");
    return D::parse((negative ? "-" : "") + text);
}

template <class D>
std::string scaled_of(const D& d) {
    return hawser::detail::scaled_to_string(d.scaled(), 0);
}

// "out of range", or the scaled value.
template <class Make>
std::string outcome(Make make) {
    try {
        return scaled_of(make());
    } catch (const hawser::error& e) {
        REQUIRE(e.kind() == hawser::errc::out_of_range);
        return "out of range";
    }
}
std::string expected(const big& b, unsigned most) {
    return b.digits.size() <= most ? b.text() : "out of range";
}

} // namespace

TEMPLATE_TEST_CASE("wide decimals add, subtract, compare and scale as numbers made of digits do",
                   "[core][decimal]", (decimal<38, 0>), (decimal<38, 38>), (decimal<38, 18>),
                   (decimal<19, 0>), (decimal<24, 7>)) {
    using D = TestType;
    constexpr unsigned P = D::precision;
    for (int i = 0; i < 3000; ++i) {
        const std::string x = digits_of(P), y = digits_of(P);
        const D a = number<D>(x), b = number<D>(y);
        const big p = big::of(x), q = big::of(y);
        REQUIRE(scaled_of(a) == p.text());
        REQUIRE(D::parse(a.to_string()) == a);
        REQUIRE(outcome([&] { return a + b; }) == expected(add(p, q), P));
        REQUIRE(outcome([&] { return a - b; }) == expected(add(p, big{!q.negative, q.digits}.trimmed()), P));
        const int factor = static_cast<int>(random_source()() % 2001) - 1000;
        REQUIRE(outcome([&] { return a * factor; }) ==
                expected(multiply(p, big::of(std::to_string(factor))), P));
        REQUIRE((a < b) == less(p, q));
        REQUIRE((a == b) == (p == q));
        REQUIRE(scaled_of(-a) == big{!p.negative, p.digits}.trimmed().text());
        const auto whole = static_cast<std::int64_t>(random_source()());
        const big scaled_whole = big::of(std::to_string(whole)).shifted(D::scale);
        REQUIRE((a < whole) == less(p, scaled_whole));
        REQUIRE((a == whole) == (p == scaled_whole));
        REQUIRE(outcome([&] { return D(whole); }) == expected(scaled_whole, P));
    }
}

namespace {

template <class R, class A, class B>
void check_products_and_quotients() {
    constexpr unsigned scales = A::scale + B::scale;
    for (int i = 0; i < 700; ++i) {
        const std::string x = digits_of(A::precision), y = digits_of(B::precision);
        const A a = number<A>(x);
        const B b = number<B>(y);
        const big p = big::of(x), q = big::of(y);
        const big product = multiply(p, q);
        const big rounded = scales > R::scale ? divide(product, big::of("1").shifted(scales - R::scale))
                                              : product.shifted(R::scale - scales);
        REQUIRE(outcome([&] { return hawser::multiply_rounded<R>(a, b); }) ==
                expected(rounded, R::precision));
        const bool exact = scales <= R::scale || rounded.shifted(scales - R::scale) == product;
        REQUIRE(outcome([&] { return hawser::multiply<R>(a, b); }) ==
                (exact ? expected(rounded, R::precision) : "out of range"));
        if (q.digits.empty()) {
            REQUIRE(outcome([&] { return hawser::divide_rounded<R>(a, b); }) == "out of range");
            continue;
        }
        constexpr int up = static_cast<int>(R::scale + B::scale) - static_cast<int>(A::scale);
        const big quotient = divide(p.shifted(static_cast<std::size_t>(std::max(up, 0))),
                                    q.shifted(static_cast<std::size_t>(std::max(-up, 0))));
        REQUIRE(outcome([&] { return hawser::divide_rounded<R>(a, b); }) == expected(quotient, R::precision));
    }
}

} // namespace

TEST_CASE("products and quotients of wide decimals round as numbers made of digits do", "[core][decimal]") {
    check_products_and_quotients<decimal<38, 18>, decimal<38, 18>, decimal<38, 18>>();
    check_products_and_quotients<decimal<38, 0>, decimal<38, 38>, decimal<38, 38>>();
    check_products_and_quotients<decimal<38, 38>, decimal<38, 38>, decimal<38, 38>>();
    check_products_and_quotients<decimal<38, 38>, decimal<38, 0>, decimal<38, 0>>();
    check_products_and_quotients<decimal<38, 0>, decimal<38, 38>, decimal<38, 0>>();
    check_products_and_quotients<decimal<18, 8>, decimal<38, 20>, decimal<18, 8>>();
    check_products_and_quotients<decimal<38, 16>, decimal<18, 8>, decimal<18, 8>>();
    check_products_and_quotients<decimal<20, 2>, decimal<19, 19>, decimal<38, 4>>();
}

TEST_CASE("the extremes of 38 digits", "[core][decimal]") {
    const std::string nines(38, '9');
    using whole = decimal<38, 0>;
    using fraction = decimal<38, 38>;
    CHECK(whole::max().to_string() == nines);
    CHECK(whole::min().to_string() == "-" + nines);
    CHECK(fraction::max().to_string() == "0." + nines);
    CHECK(fraction::parse("-." + nines) == fraction::min());
    CHECK(fraction::parse("-0." + std::string(37, '0') + "1").to_string() ==
          "-0." + std::string(37, '0') + "1");
    CHECK(whole::try_parse("1" + std::string(38, '0')) == std::nullopt);
    CHECK(fraction::try_parse("1") == std::nullopt);
    CHECK(whole::parse("000" + nines + ".000") == whole::max());
    CHECK_THROWS_AS(whole::max() + 1, hawser::error);
    CHECK_THROWS_AS(whole::min() - 1, hawser::error);
    CHECK_THROWS_AS(whole::max() * 2, hawser::error);
    CHECK(whole::max() - whole::max() == 0);
    CHECK(hawser::divide_rounded<whole>(whole::max(), whole::max()) == 1);
    CHECK(hawser::multiply_rounded<fraction>(fraction::max(), fraction::max()) ==
          fraction::max() - fraction::from_scaled(1));
    CHECK(whole(std::numeric_limits<std::uint64_t>::max()).to_string() == "18446744073709551615");
    CHECK(fraction(0) == 0);
    CHECK(fraction::max() < std::numeric_limits<std::int64_t>::max());
    CHECK(fraction::min() > std::numeric_limits<std::int64_t>::min());
    CHECK(fraction::max() < 1);
    std::ostringstream out;
    out << whole::min();
    CHECK(out.str() == "-" + nines);
    char text[whole::max_chars];
    CHECK(whole::min().to_chars(text, text + sizeof text).ec == std::errc{});
    char longest[fraction::max_chars];
    CHECK(fraction::min().to_chars(longest, longest + sizeof longest).ptr == longest + sizeof longest);
}

TEST_CASE("wide decimals serve in constant expressions", "[core][decimal]") {
    constexpr decimal<38, 10> a = 5;
    STATIC_REQUIRE(a + a == 10);
    STATIC_REQUIRE(hawser::multiply<decimal<38, 10>>(a, a) == 25);
    STATIC_REQUIRE(hawser::divide_rounded<decimal<38, 1>>(a, decimal<38, 10>(2)) ==
                   decimal<38, 1>::from_scaled(25));
}

TEST_CASE("small decimals stay 64 bits, wide ones are 128", "[core][decimal]") {
    STATIC_REQUIRE(sizeof(decimal<18, 8>) == 8);
    STATIC_REQUIRE(sizeof(decimal<19, 8>) == 16);
    STATIC_REQUIRE(std::is_trivially_copyable_v<decimal<38, 8>>);
}

TEST_CASE("a decimal becomes another by itself only where nothing can be lost", "[core][decimal]") {
    STATIC_REQUIRE(std::is_convertible_v<decimal<18, 8>, decimal<38, 8>>);
    STATIC_REQUIRE(std::is_convertible_v<decimal<18, 8>, decimal<20, 10>>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<decimal<18, 8>, decimal<19, 10>>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<decimal<38, 8>, decimal<18, 8>>);
    STATIC_REQUIRE(std::is_constructible_v<decimal<18, 8>, decimal<38, 8>>);
    const decimal<18, 2> small = decimal<18, 2>::parse("12.34");
    const decimal<38, 10> wide = small;
    CHECK(wide.to_string() == "12.3400000000");
    CHECK((wide + small).to_string() == "24.6800000000");
    CHECK((small < wide + 1));
    CHECK(decimal<18, 2>(wide) == small);
    CHECK_THROWS_AS((decimal<18, 2>(wide + decimal<38, 10>::from_scaled(1))), hawser::error);
    CHECK_THROWS_AS((decimal<18, 2>(decimal<38, 10>::max())), hawser::error);
}

TEST_CASE("equal decimals have equal hashes, near ones have others", "[core][decimal]") {
    std::unordered_set<std::size_t> seen;
    for (int i = -500; i < 500; ++i) {
        seen.insert(std::hash<decimal<38, 0>>{}(decimal<38, 0>(i)));
        CHECK(std::hash<decimal<38, 0>>{}(decimal<38, 0>(i)) ==
              std::hash<decimal<18, 0>>{}(decimal<18, 0>(i)));
    }
    CHECK(seen.size() == 1000);
    const auto step = decimal<38, 0>::parse("18446744073709551616");
    for (int i = 1; i < 100; ++i) seen.insert(std::hash<decimal<38, 0>>{}(step * i));
    CHECK(seen.size() == 1099);
}
