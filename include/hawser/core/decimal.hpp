#pragma once
// Exact decimal numbers of a fixed number of digits.
#include <hawser/core/decimal_digits.hpp>
#include <charconv>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser {

template <unsigned P, unsigned S>
class decimal;

template <class T>
inline constexpr bool is_decimal_v = false;
template <unsigned P, unsigned S>
inline constexpr bool is_decimal_v<decimal<P, S>> = true;

namespace detail {

template <class T>
concept character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

// What a decimal can be made from: the integers, but neither bool nor text.
template <class T>
concept whole_number = std::integral<T> && !std::same_as<T, bool> && !character<T>;

// The integer that holds any P digits.
template <unsigned P>
using decimal_rep = std::conditional_t<(P <= 18), std::int64_t, int128>;

std::int64_t parse_decimal(std::string_view text, unsigned precision, unsigned scale);
std::optional<std::int64_t> try_parse_decimal(std::string_view text, unsigned precision,
                                              unsigned scale) noexcept;
std::ostream& put_decimal(std::ostream& out, std::int64_t scaled, unsigned scale);
[[noreturn]] void throw_decimal_out_of_range(unsigned precision, unsigned scale, const char* cause);

// The decimal R with this scaled value; out_of_range with this cause if there is none or it is beyond R.
template <class R>
constexpr R narrow(const std::optional<int128>& scaled, const char* cause) {
    if (!scaled || *scaled < R::min().scaled() || *scaled > R::max().scaled())
        throw_decimal_out_of_range(R::precision, R::scale, cause);
    return R::from_scaled(static_cast<typename R::rep>(*scaled));
}

} // namespace detail

// decimal<P, S> is an exact number of at most P digits, S of them behind the point: NUMERIC(P, S) in SQL.
//
// It is a value of the size of an integer, trivially copyable and usable in constant expressions. No
// operation rounds but those named `_rounded`. An operation whose result has no place in the type throws
// hawser::error of kind out_of_range and leaves its operands as they were; in a constant expression that
// is a compile error. Integers convert implicitly, floating point not at all.
template <unsigned P, unsigned S>
class decimal {
    static_assert(P >= 1, "hawser::decimal<P, S>: P, the number of digits, is at least 1");
    static_assert(P <= 18, "hawser::decimal<P, S>: P, the number of digits, is at most 18");
    static_assert(S <= P, "hawser::decimal<P, S>: S, the digits behind the point, is at most P");

public:
    using rep = detail::decimal_rep<P>;

    static constexpr unsigned precision = P;
    static constexpr unsigned scale = S;

    // Characters of the longest text: digits, and where they occur sign, point and the 0 before it.
    static constexpr std::size_t max_chars = P + 1 + (S > 0) + (S == P);

    constexpr decimal() noexcept = default;

    template <detail::whole_number I>
    constexpr decimal(I value) : scaled_{from_whole(value)} {}

    template <std::floating_point F>
    decimal(F) = delete;

    // The same number with other digits; throws if a digit other than 0 would be lost.
    template <unsigned P2, unsigned S2>
        requires(P2 != P || S2 != S)
    constexpr explicit decimal(const decimal<P2, S2>& other)
        : decimal{detail::narrow<decimal>(detail::rescale_exact(other.scaled(), S2, S),
                                          "cannot hold the value exactly")} {}

    // The number scaled / 10^S.
    [[nodiscard]] static constexpr decimal from_scaled(rep scaled) {
        decimal result;
        result.scaled_ = fit(scaled, "scaled value out of range");
        return result;
    }

    [[nodiscard]] constexpr rep scaled() const noexcept { return scaled_; }

    [[nodiscard]] static constexpr decimal max() noexcept {
        decimal result;
        result.scaled_ = limit - 1;
        return result;
    }
    [[nodiscard]] static constexpr decimal min() noexcept { return -max(); }

    // Reads an optional sign, digits and an optional point with digits: "-12.50", ".5" and "5." are numbers;
    // spaces, exponents and NaN are not (type_mismatch). A number that the type cannot hold exactly is
    // out_of_range; zeros at either end do not count. The message names the position, from 1, and the cause.
    [[nodiscard]] static decimal parse(std::string_view text) {
        return from_scaled(detail::parse_decimal(text, P, S));
    }

    // As parse, and empty where parse throws.
    [[nodiscard]] static std::optional<decimal> try_parse(std::string_view text) noexcept {
        const std::optional<rep> scaled = detail::try_parse_decimal(text, P, S);
        if (!scaled) return std::nullopt;
        decimal result;
        result.scaled_ = *scaled;
        return result;
    }

    // Text with exactly S fraction digits, "-0.50"; parse reads it back. Zero has no sign.
    [[nodiscard]] std::string to_string() const {
        char text[max_chars];
        return std::string(text, to_chars(text, text + max_chars).ptr);
    }

    // As to_string, into [first, last), without allocation; max_chars characters always suffice.
    // Like std::to_chars: no terminating null, value_too_large if the room does not suffice.
    std::to_chars_result to_chars(char* first, char* last) const noexcept {
        return detail::write_scaled(first, last, scaled_, S);
    }

    friend std::ostream& operator<<(std::ostream& out, const decimal& value) {
        return detail::put_decimal(out, value.scaled_, S);
    }

    friend constexpr bool operator==(const decimal&, const decimal&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const decimal&, const decimal&) noexcept = default;

    // Any integer may be compared with, also one that the type could not hold.
    template <detail::whole_number I>
    friend constexpr bool operator==(const decimal& a, I b) noexcept {
        return a.scaled_ == scale_whole(b);
    }
    template <detail::whole_number I>
    friend constexpr std::strong_ordering operator<=>(const decimal& a, I b) noexcept {
        return static_cast<detail::int128>(a.scaled_) <=> scale_whole(b);
    }

    constexpr decimal operator+() const noexcept { return *this; }
    constexpr decimal operator-() const noexcept {
        decimal result;
        result.scaled_ = -scaled_;
        return result;
    }

    constexpr decimal& operator+=(const decimal& other) {
        rep sum{};
        const bool overflow = __builtin_add_overflow(scaled_, other.scaled_, &sum);
        scaled_ = fit(overflow, sum, "sum out of range");
        return *this;
    }

    constexpr decimal& operator-=(const decimal& other) {
        rep difference{};
        const bool overflow = __builtin_sub_overflow(scaled_, other.scaled_, &difference);
        scaled_ = fit(overflow, difference, "difference out of range");
        return *this;
    }

    template <detail::whole_number I>
    constexpr decimal& operator*=(I factor) {
        rep product{};
        const bool overflow = __builtin_mul_overflow(scaled_, factor, &product);
        scaled_ = fit(overflow, product, "product out of range");
        return *this;
    }

    friend constexpr decimal operator+(decimal a, const decimal& b) { return a += b; }
    friend constexpr decimal operator-(decimal a, const decimal& b) { return a -= b; }
    template <detail::whole_number I>
    friend constexpr decimal operator*(decimal a, I b) {
        return a *= b;
    }
    template <detail::whole_number I>
    friend constexpr decimal operator*(I a, decimal b) {
        return b *= a;
    }

private:
    static constexpr rep limit = static_cast<rep>(detail::power_of_ten(P));

    static constexpr rep fit(bool overflow, rep scaled, const char* cause) {
        if (overflow || scaled <= -limit || scaled >= limit) detail::throw_decimal_out_of_range(P, S, cause);
        return scaled;
    }
    static constexpr rep fit(rep scaled, const char* cause) { return fit(false, scaled, cause); }

    template <class I>
    static constexpr detail::int128 scale_whole(I value) noexcept {
        return static_cast<detail::int128>(value) * detail::power_of_ten(S);
    }

    template <class I>
    static constexpr rep from_whole(I value) {
        constexpr auto whole_limit = static_cast<rep>(detail::power_of_ten(P - S));
        if (std::cmp_less_equal(value, -whole_limit) || std::cmp_greater_equal(value, whole_limit))
            detail::throw_decimal_out_of_range(P, S, "integer out of range");
        return static_cast<rep>(value) * static_cast<rep>(detail::power_of_ten(S));
    }

    rep scaled_ = 0;
};

// multiply<R>(a, b) is a * b as R; throws out_of_range unless R holds every digit of the product.
template <class R, unsigned P1, unsigned S1, unsigned P2, unsigned S2>
[[nodiscard]] constexpr R multiply(const decimal<P1, S1>& a, const decimal<P2, S2>& b) {
    static_assert(is_decimal_v<R>, "hawser::multiply<R>: R is a hawser::decimal");
    const detail::int128 product = static_cast<detail::int128>(a.scaled()) * b.scaled();
    return detail::narrow<R>(detail::rescale_exact(product, S1 + S2, R::scale),
                             "cannot hold the product exactly");
}

// multiply_rounded<R>(a, b) is a * b rounded to R, half away from zero as NUMERIC does in PostgreSQL.
template <class R, unsigned P1, unsigned S1, unsigned P2, unsigned S2>
[[nodiscard]] constexpr R multiply_rounded(const decimal<P1, S1>& a, const decimal<P2, S2>& b) {
    static_assert(is_decimal_v<R>, "hawser::multiply_rounded<R>: R is a hawser::decimal");
    const detail::int128 product = static_cast<detail::int128>(a.scaled()) * b.scaled();
    return detail::narrow<R>(detail::rescale_rounded(product, S1 + S2, R::scale), "product out of range");
}

// divide_rounded<R>(a, b) is a / b rounded to R, half away from zero; dividing by zero is out_of_range.
template <class R, unsigned P1, unsigned S1, unsigned P2, unsigned S2>
[[nodiscard]] constexpr R divide_rounded(const decimal<P1, S1>& a, const decimal<P2, S2>& b) {
    static_assert(is_decimal_v<R>, "hawser::divide_rounded<R>: R is a hawser::decimal");
    if (b.scaled() == 0) detail::throw_decimal_out_of_range(R::precision, R::scale, "division by zero");
    // A numerator that overflows 128 bits has a quotient beyond 10^18 whatever the divisor.
    constexpr unsigned up = R::scale + S2;
    const auto numerator = detail::append_zeros(a.scaled(), up > S1 ? up - S1 : 0);
    const auto denominator = detail::append_zeros(b.scaled(), S1 > up ? S1 - up : 0);
    std::optional<detail::int128> quotient;
    if (numerator) quotient = detail::divide_half_away(*numerator, *denominator);
    return detail::narrow<R>(quotient, "quotient out of range");
}

} // namespace hawser

template <unsigned P, unsigned S>
struct std::hash<hawser::decimal<P, S>> {
    std::size_t operator()(const hawser::decimal<P, S>& value) const noexcept {
        return std::hash<typename hawser::decimal<P, S>::rep>{}(value.scaled());
    }
};
