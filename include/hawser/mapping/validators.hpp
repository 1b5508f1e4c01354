#pragma once
// Rules for one member, checked before a row travels. All violations are collected, none stops the others.
#include <cstddef>
#include <hawser/core/error.hpp>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/facts.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

namespace detail {

// Lengths are counted in code points, as PostgreSQL's varchar(n) does.
[[nodiscard]] std::size_t code_points(std::string_view utf8) noexcept;
[[nodiscard]] std::string at_most_message(std::size_t n);

template <class V>
std::string bound_text(const V& v) {
    if constexpr (requires { v.to_string(); })
        return v.to_string();
    else
        return std::to_string(v);
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
    bool holds(const V& v) const {
        return v >= low && v <= high;
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
    return {low, high};
}

} // namespace hawser
