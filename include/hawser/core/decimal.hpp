#pragma once
// Exact decimal numbers of a fixed number of digits.
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/decimal_wide.hpp>
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

// Whether it has more digits than fit into 64 bits.
template <class T>
inline constexpr bool is_wide_decimal_v = false;
template <unsigned P, unsigned S>
inline constexpr bool is_wide_decimal_v<decimal<P, S>> = (P > 18);

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
int128 parse_wide_decimal(std::string_view text, unsigned precision, unsigned scale);
std::optional<int128> try_parse_wide_decimal(std::string_view text, unsigned precision,
                                             unsigned scale) noexcept;
std::optional<std::int64_t> try_parse_decimal(std::string_view text, unsigned precision,
                                              unsigned scale) noexcept;
std::ostream& put_decimal(std::ostream& out, std::int64_t scaled, unsigned scale);
std::ostream& put_decimal(std::ostream& out, int128 scaled, unsigned scale);
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
// It is a value of the size of an integer, 64 bits for P up to 18 and 128 bits above, trivially copyable and usable in constant expressions. No
// operation rounds but those named `_rounded`. An operation whose result has no place in the type throws
// hawser::error of kind out_of_range and leaves its operands as they were; in a constant expression that
// is a compile error. Integers convert implicitly, floating point not at all, and another decimal implicitly where
// its every value has a place: decimal<18, 8> becomes decimal<38, 8>, and a sum of the two is of the wider type.
template <unsigned P, unsigned S>
class decimal {
    static_assert(P >= 1, "hawser::decimal<P, S>: P, the number of digits, is at least 1");
    static_assert(P <= 38, "hawser::decimal<P, S>: P, the number of digits, is at most 38");
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
    constexpr explicit(S2 > S || P2 - S2 > P - S) decimal(const decimal<P2, S2>& other)
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
        if constexpr (is_wide_decimal_v<decimal>)
            return from_scaled(detail::parse_wide_decimal(text, P, S));
        else
            return from_scaled(detail::parse_decimal(text, P, S));
    }

    // As parse, and empty where parse throws.
    [[nodiscard]] static std::optional<decimal> try_parse(std::string_view text) noexcept {
        const std::optional<rep> scaled = [text] {
            if constexpr (is_wide_decimal_v<decimal>)
                return detail::try_parse_wide_decimal(text, P, S);
            else
                return detail::try_parse_decimal(text, P, S);
        }();
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
        const auto scaled = scale_whole(b);
        return scaled && a.scaled_ == *scaled;
    }
    template <detail::whole_number I>
    friend constexpr std::strong_ordering operator<=>(const decimal& a, I b) noexcept {
        const auto scaled = scale_whole(b);
        if (!scaled) return b < 0 ? std::strong_ordering::greater : std::strong_ordering::less;
        return static_cast<detail::int128>(a.scaled_) <=> *scaled;
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
    static constexpr std::optional<detail::int128> scale_whole(I value) noexcept {
        if constexpr (S <= 18)
            return static_cast<detail::int128>(value) * detail::power_of_ten(S);
        else
            return detail::append_zeros(value, S); // nothing: beyond every decimal
    }

    template <class I>
    static constexpr rep from_whole(I value) {
        constexpr detail::int128 whole_limit = detail::power_of_ten(P - S);
        if (static_cast<detail::int128>(value) <= -whole_limit ||
            static_cast<detail::int128>(value) >= whole_limit)
            detail::throw_decimal_out_of_range(P, S, "integer out of range");
        return static_cast<rep>(value) * static_cast<rep>(detail::power_of_ten(S));
    }

    rep scaled_ = 0;
};

// multiply<R>(a, b) is a * b as R; throws out_of_range unless R holds every digit of the product.
template <class R, unsigned P1, unsigned S1, unsigned P2, unsigned S2>
[[nodiscard]] constexpr R multiply(const decimal<P1, S1>& a, const decimal<P2, S2>& b) {
    static_assert(is_decimal_v<R>, "hawser::multiply<R>: R is a hawser::decimal");
    constexpr const char* beyond = "cannot hold the product exactly";
    if constexpr (P1 + P2 <= detail::max_power_of_ten) {
        const detail::int128 product = static_cast<detail::int128>(a.scaled()) * b.scaled();
        return detail::narrow<R>(detail::rescale_exact(product, S1 + S2, R::scale), beyond);
    } else {
        return detail::narrow<R>(
            detail::wide_product(a.scaled(), b.scaled(), S1 + S2, R::scale, detail::digits_lost::refused),
            beyond);
    }
}

// multiply_rounded<R>(a, b) is a * b rounded to R, half away from zero as NUMERIC does in PostgreSQL.
template <class R, unsigned P1, unsigned S1, unsigned P2, unsigned S2>
[[nodiscard]] constexpr R multiply_rounded(const decimal<P1, S1>& a, const decimal<P2, S2>& b) {
    static_assert(is_decimal_v<R>, "hawser::multiply_rounded<R>: R is a hawser::decimal");
    constexpr const char* beyond = "product out of range";
    if constexpr (P1 + P2 <= detail::max_power_of_ten) {
        const detail::int128 product = static_cast<detail::int128>(a.scaled()) * b.scaled();
        return detail::narrow<R>(detail::rescale_rounded(product, S1 + S2, R::scale), beyond);
    } else {
        return detail::narrow<R>(
            detail::wide_product(a.scaled(), b.scaled(), S1 + S2, R::scale, detail::digits_lost::rounded),
            beyond);
    }
}

// divide_rounded<R>(a, b) is a / b rounded to R, half away from zero; dividing by zero is out_of_range.
template <class R, unsigned P1, unsigned S1, unsigned P2, unsigned S2>
[[nodiscard]] constexpr R divide_rounded(const decimal<P1, S1>& a, const decimal<P2, S2>& b) {
    static_assert(is_decimal_v<R>, "hawser::divide_rounded<R>: R is a hawser::decimal");
    if (b.scaled() == 0) detail::throw_decimal_out_of_range(R::precision, R::scale, "division by zero");
    constexpr unsigned up = R::scale + S2;
    std::optional<detail::int128> quotient;
    if constexpr (P1 <= 18 && P2 <= 18 && R::precision <= 18) {
        // A numerator that overflows 128 bits has a quotient beyond 10^18 whatever the divisor.
        const auto numerator = detail::append_zeros(a.scaled(), up > S1 ? up - S1 : 0);
        const auto denominator = detail::append_zeros(b.scaled(), S1 > up ? S1 - up : 0);
        if (numerator) quotient = detail::divide_half_away(*numerator, *denominator);
    } else {
        quotient = detail::wide_quotient(a.scaled(), b.scaled(), static_cast<int>(up) - static_cast<int>(S1));
    }
    return detail::narrow<R>(quotient, "quotient out of range");
}

} // namespace hawser

template <unsigned P, unsigned S>
struct std::hash<hawser::decimal<P, S>> {
    std::size_t operator()(const hawser::decimal<P, S>& value) const noexcept {
        const auto scaled = value.scaled();
        const std::size_t low = std::hash<std::int64_t>{}(static_cast<std::int64_t>(scaled));
        if constexpr (P <= 18)
            return low;
        else // that of a number of 64 bits is that of the narrower type
            return low ^
                   (static_cast<std::size_t>((scaled >> 64) - (static_cast<std::int64_t>(scaled) >> 63)) *
                    0x9E3779B97F4A7C15u);
    }
};
