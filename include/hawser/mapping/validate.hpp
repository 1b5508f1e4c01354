#pragma once
// Runs an entity's rules over a row.
#include <hawser/core/error.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <optional>
#include <vector>

namespace hawser::detail {

template <class T, auto Member, class Rule>
void apply_rule(const T& row, const Rule& rule, std::optional<std::size_t> index,
                std::vector<violation>& found) {
    using V = bare<value_of<Member>>;
    static_assert(
        requires(const V& v) { rule.holds(v); },
        "hawser::validate: a rule does not go with the member's type");
    const auto& member = row.*Member;
    const bool holds = [&] {
        if constexpr (nullable<std::remove_cvref_t<decltype(member)>>)
            return !member || rule.holds(*member);
        else
            return rule.holds(member);
    }();
    if (!holds)
        found.push_back({.field = find_name<T, Member>(),
                         .rule = std::string(Rule::rule),
                         .message = rule.message(),
                         .row = index});
}

template <class T, auto Member, class... Rules>
void apply_fact(const T& row, const validate_fact<Member, Rules...>& fact, std::optional<std::size_t> index,
                std::vector<violation>& found) {
    std::apply([&](const auto&... rule) { (apply_rule<T, Member>(row, rule, index, found), ...); },
               fact.rules);
}
template <class T>
void apply_fact(const T&, const auto&, std::optional<std::size_t>, std::vector<violation>&) {}

// Appends all violations of one row; `index` is its place in a bulk call.
template <class T>
void validate_row(const void* row, std::optional<std::size_t> index, std::vector<violation>& found) {
    const T& r = *static_cast<const T*>(row);
    for_each_fact<T>([&](const auto& fact) { apply_fact(r, fact, index, found); });
}

} // namespace hawser::detail
