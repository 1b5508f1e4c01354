#pragma once
// Rules for one member, checked before a row travels. All violations are collected, none stops the others.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <hawser/core/decimal.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/mapping/literal.hpp>
#include <hawser/mapping/pattern.hpp>
#include <hawser/mapping/type_map/enums.hpp>
#include <hawser/mapping/type_map/time.hpp>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace hawser {

namespace detail {

// Lengths are counted in code points, as PostgreSQL's varchar(n) does.
// A byte that is not part of UTF-8 counts as one.
[[nodiscard]] std::size_t code_points(std::string_view utf8) noexcept;
[[nodiscard]] std::string at_most_message(std::size_t n);
[[nodiscard]] std::string at_least_message(std::size_t n);
[[nodiscard]] bool is_email(std::string_view v) noexcept;
[[nodiscard]] bool is_url(std::string_view v) noexcept;
[[nodiscard]] bool is_uuid_text(std::string_view v) noexcept;
[[nodiscard]] bool is_symbol(std::string_view v) noexcept;
[[nodiscard]] std::string number_text(double v); // the shortest that is read back as v

// "90s"; units that have no name of their own are told in microseconds.
[[nodiscard]] std::string duration_text(std::int64_t count, std::string_view unit);
[[nodiscard]] std::string date_text(std::chrono::year_month_day v);
template <class Period>
inline constexpr std::string_view unit_of = "";
template <>
inline constexpr std::string_view unit_of<std::micro> = "us";
template <>
inline constexpr std::string_view unit_of<std::milli> = "ms";
template <>
inline constexpr std::string_view unit_of<std::ratio<1>> = "s";
template <>
inline constexpr std::string_view unit_of<std::ratio<60>> = "min";
template <>
inline constexpr std::string_view unit_of<std::ratio<3600>> = "h";
template <>
inline constexpr std::string_view unit_of<std::ratio<86400>> = "d";

template <class V>
inline constexpr bool is_instant = false;
template <class D>
inline constexpr bool is_instant<std::chrono::sys_time<D>> = true;

template <class V>
std::string bound_text(const V& v) {
    if constexpr (std::is_convertible_v<const V&, std::string_view>)
        return std::string(std::string_view(v));
    else if constexpr (described_enum<V>)
        return std::string(word_of(v));
    else if constexpr (requires { v.to_string(); })
        return v.to_string();
    else if constexpr (std::is_same_v<V, std::chrono::year_month_day> ||
                       std::is_same_v<V, std::chrono::sys_days>)
        return date_text(v);
    else if constexpr (is_instant<V>)
        return to_iso8601(std::chrono::floor<std::chrono::microseconds>(v));
    else if constexpr (whole_microseconds<V>) {
        if constexpr (!unit_of<typename V::period>.empty())
            return duration_text(v.count(), unit_of<typename V::period>);
        else
            return duration_text(to_microseconds(v), unit_of<std::micro>);
    } else if constexpr (std::is_floating_point_v<V>)
        return number_text(static_cast<double>(v));
    else {
        static_assert(
            std::is_arithmetic_v<V>,
            "hawser: range() and one_of() take numbers, text, enumerators, points in time and durations");
        if constexpr (std::is_arithmetic_v<V>) return std::to_string(v);
    }
}

// Integers by value, whatever their signs and widths.
template <class L, class R>
constexpr bool not_above(const L& l, const R& r) {
    if constexpr (whole_number<L> && whole_number<R>)
        return std::cmp_less_equal(l, r);
    else
        return l <= r;
}

struct not_empty_rule {
    static constexpr std::string_view rule = "not_empty";
    static bool holds(std::string_view v) { return !v.empty(); }
    static std::string message() { return "must not be empty"; }
};
struct max_length_rule {
    static constexpr std::string_view rule = "max_length";
    std::size_t most;
    bool holds(std::string_view v) const { return v.size() <= most || code_points(v) <= most; }
    std::string message() const { return at_most_message(most); }
};
template <class Low, class High>
struct range_rule {
    static constexpr std::string_view rule = "range";
    Low low;
    High high;
    [[nodiscard]] constexpr bool is_sensible() const { return not_above(low, high); }
    // NaN is in no range.
    template <class V>
        requires requires(const V& v, Low l, High h) {
            l <= v;
            v <= h;
        }
    bool holds(const V& v) const {
        return not_above(low, v) && not_above(v, high);
    }
    std::string message() const { return "must be from " + bound_text(low) + " to " + bound_text(high); }
};

struct min_length_rule {
    static constexpr std::string_view rule = "min_length";
    std::size_t least;
    bool holds(std::string_view v) const { return code_points(v) >= least; }
    std::string message() const { return at_least_message(least); }
};
struct positive_rule {
    static constexpr std::string_view rule = "positive";
    template <class V>
        requires requires(const V& v) { V{} < v; }
    bool holds(const V& v) const {
        return V{} < v;
    }
    static std::string message() { return "must be above 0"; }
};
template <class L, class R>
concept has_equality = requires(const L& l, const R& r) { l == r; };
template <class... V>
struct one_of_rule {
    static constexpr std::string_view rule = "one_of";
    std::tuple<V...> values;
    template <class M>
        requires(has_equality<M, V> && ...)
    bool holds(const M& m) const {
        return std::apply([&](const V&... v) { return (equals(m, v) || ...); }, values);
    }
    std::string message() const {
        std::string text = "must be one of";
        const auto add = [&](const auto& v) { text += (text.ends_with('f') ? " " : ", ") + bound_text(v); };
        std::apply([&](const auto& first, const auto&... more) { (add(first), (add(more), ...)); }, values);
        return text;
    }

private:
    template <class L, class R>
    static bool equals(const L& l, const R& r) {
        if constexpr (whole_number<L> && whole_number<R>)
            return std::cmp_equal(l, r);
        else
            return l == r;
    }
};
template <literal Pattern>
struct matches_rule {
    static constexpr std::string_view rule = "matches";
    static constexpr std::string_view pattern = without_anchors(Pattern.view());
    static_assert(well_formed(pattern), "hawser::matches: the pattern is not well formed");
    static bool holds(std::string_view v) { return matches_pattern(pattern, v); }
    static std::string message() { return "must look like " + std::string(pattern); }
};
struct email_rule {
    static constexpr std::string_view rule = "email";
    static bool holds(std::string_view v) { return is_email(v); }
    static std::string message() { return "must be an e-mail address"; }
};
struct url_rule {
    static constexpr std::string_view rule = "url";
    static bool holds(std::string_view v) { return is_url(v); }
    static std::string message() { return "must be a URL"; }
};
struct uuid_text_rule {
    static constexpr std::string_view rule = "uuid_text";
    static bool holds(std::string_view v) { return is_uuid_text(v); }
    static std::string message() { return "must be a UUID"; }
};
struct symbol_rule {
    static constexpr std::string_view rule = "symbol";
    static bool holds(std::string_view v) { return is_symbol(v); }
    static std::string message() { return "must be a trading symbol"; }
};
template <class F>
struct named_rule {
    std::string_view rule, text;
    F test;
    template <class V>
        requires std::is_invocable_r_v<bool, const F&, const V&>
    bool holds(const V& v) const {
        return test(v);
    }
    std::string message() const { return std::string(text); }
};

} // namespace detail

inline constexpr detail::not_empty_rule not_empty{};
consteval detail::max_length_rule max_length(std::size_t code_points) {
    return {code_points};
}
// Both ends belong to the range: numbers, decimals, text, enumerators, points in time, dates or durations.
template <class Low, class High>
consteval detail::range_rule<Low, High> range(Low low, High high) {
    return {low, high};
}

consteval detail::min_length_rule min_length(std::size_t code_points) {
    return {code_points};
}
// The next five are given as they are, or called: validate<&user::mail>(hawser::email). They are functions so that
// variables may have their names.
//
// Above zero; NaN is not.
constexpr detail::positive_rule positive() {
    return {};
}
// Text, numbers or enumerators.
template <class First, class... More>
consteval auto one_of(First first, More... more) {
    const auto stored = []<class V>(V v) {
        if constexpr (std::is_convertible_v<V, std::string_view>)
            return std::string_view(v);
        else
            return v;
    };
    return detail::one_of_rule<decltype(stored(first)), decltype(stored(more))...>{
        {stored(first), stored(more)...}};
}
// The whole text, see detail::pattern_cursor for the syntax: matches<"[A-Z]{3}-\\d+">. The time is bounded by the
// lengths of pattern and value; text of more than 4096 bytes matches nothing.
template <literal Pattern>
inline constexpr detail::matches_rule<Pattern> matches{};
// something@label.label, without white space, quotes and control characters; at most 254 bytes.
constexpr detail::email_rule email() {
    return {};
}
// scheme://host, scheme://user@host:9443/path?query#fragment: a host, an IPv6 address in brackets, and if there is a
// port its digits; without white space and control characters; at most 2048 bytes.
constexpr detail::url_rule url() {
    return {};
}
// 8-4-4-4-12 hexadecimal digits of either case.
constexpr detail::uuid_text_rule uuid_text() {
    return {};
}
// 1 to 32 of ASCII letters, digits and . - _ / : ^ = + & @ !, beginning with a letter, a digit or ^: BRK.B, BTC/USDT, ^GSPC,
// ES=F, EURUSD=X, BINANCE:BTCUSDT.
constexpr detail::symbol_rule symbol() {
    return {};
}
// A test of your own: rule("even", "must be even", [](int v) { return v % 2 == 0; }). A struct with `rule`,
// `holds(value)` and `message()` needs no more, and a callable without a name may stand as it is.
template <class F>
consteval detail::named_rule<F> rule(std::string_view name, std::string_view message, F test) {
    return {name, message, test};
}

// Says what is wrong with a whole row.
class row_violations {
public:
    row_violations(std::optional<std::size_t> row, std::vector<violation>& found)
        : row_(row), found_(&found) {}
    void add(std::string_view field, std::string_view rule, std::string_view message) {
        found_->push_back({.field = std::string(field),
                           .rule = std::string(rule),
                           .message = std::string(message),
                           .row = row_});
    }

private:
    std::optional<std::size_t> row_;
    std::vector<violation>* found_;
};

namespace detail {

template <class F>
struct row_rule_fact {
    std::string_view rule, message;
    F test;
};

} // namespace detail

// Rules over several members are checked of whole rows only: an update of some columns does not know the others.
// bool(const T&) with the name and message of its violation, whose field is empty ..
template <class F>
consteval detail::row_rule_fact<F> validate_row(std::string_view rule, std::string_view message, F holds) {
    return {rule, message, holds};
}
// .. or void(const T&, hawser::row_violations&), which adds what it finds.
template <class F>
consteval detail::row_rule_fact<F> validate_row(F check) {
    return {{}, {}, check};
}

} // namespace hawser
