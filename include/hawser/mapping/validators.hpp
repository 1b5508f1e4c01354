#pragma once
// Rules for one member, checked before a row travels. All violations are collected, none stops the others.
#include <cstddef>
#include <hawser/core/decimal.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/timestamp.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

// Lengths are counted in code points, as PostgreSQL's varchar(n) does.
[[nodiscard]] std::size_t code_points(std::string_view utf8) noexcept;
[[nodiscard]] std::string at_most_message(std::size_t n);
[[nodiscard]] std::string number_text(double v); // the shortest that is read back as v

template <class V>
std::string bound_text(const V& v) {
    if constexpr (requires { v.to_string(); })
        return v.to_string();
    else if constexpr (std::is_same_v<V, timestamp>)
        return to_iso8601(v);
    else if constexpr (std::is_floating_point_v<V>)
        return number_text(static_cast<double>(v));
    else
        return std::to_string(v);
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

} // namespace detail

inline constexpr detail::not_empty_rule not_empty{};
consteval detail::max_length_rule max_length(std::size_t code_points) {
    return {code_points};
}
// Both ends belong to the range.
template <class Low, class High>
consteval detail::range_rule<Low, High> range(Low low, High high) {
    if (!detail::not_above(low, high)) throw "hawser::range: the lower end comes first";
    return {low, high};
}

} // namespace hawser
