#pragma once
// Runs an entity's rules over a row.
#include <hawser/core/error.hpp>
#include <hawser/mapping/expression/assignment.hpp>
#include <hawser/mapping/fill_defaults.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <concepts>
#include <optional>
#include <type_traits>
#include <vector>

namespace hawser::detail {

template <class Rule, class V>
concept named_test = requires(const Rule& rule, const V& v) {
    { rule.holds(v) } -> std::convertible_to<bool>;
};
template <class Rule, class V>
concept bare_test = !named_test<Rule, V> && std::is_invocable_r_v<bool, const Rule&, const V&>;

// `value` is of the member's type, bare: an optional without a value breaks no rule.
template <class T, auto Member, class Rule>
void apply_rule(const bare<value_of<Member>>& value, const Rule& rule, std::optional<std::size_t> index,
                std::vector<violation>& found) {
    using V = bare<value_of<Member>>;
    static_assert(named_test<Rule, V> || bare_test<Rule, V>,
                  "hawser::validate: a rule does not go with the member's type");
    row_violations all(index, found);
    if constexpr (named_test<Rule, V>) {
        if (!rule.holds(value)) all.add(member_name<T, Member>(), rule.rule, rule.message());
    } else if constexpr (bare_test<Rule, V>) {
        if (!rule(value)) all.add(member_name<T, Member>(), "rule", "is not allowed");
    }
}
template <class T, auto Member, class V, class... Rules>
void apply_rules(const V& value, const std::tuple<Rules...>& rules, std::optional<std::size_t> index,
                 std::vector<violation>& found) {
    if constexpr (nullable<V>) {
        if (value) apply_rules<T, Member>(*value, rules, index, found);
    } else {
        for_each_value(rules, [&](const auto& rule) { apply_rule<T, Member>(value, rule, index, found); });
    }
}

template <class T, class F>
void apply_fact(const T& row, const row_rule_fact<F>& fact, std::optional<std::size_t> index,
                std::vector<violation>& found) {
    row_violations all(index, found);
    if constexpr (std::is_invocable_v<const F&, const T&, row_violations&>) {
        fact.test(row, all);
    } else {
        static_assert(std::is_invocable_r_v<bool, const F&, const T&>,
                      "hawser::validate_row: the rule is not for rows of this entity");
        if constexpr (std::is_invocable_r_v<bool, const F&, const T&>)
            if (!fact.test(row)) all.add({}, fact.rule, fact.message);
    }
}

template <class T, auto Member, class... Rules>
void apply_fact(const T& row, const validate_fact<Member, Rules...>& fact, std::optional<std::size_t> index,
                std::vector<violation>& found) {
    apply_rules<T, Member>(row.*Member, fact.rules, index, found);
}
template <class T>
void apply_fact(const T&, const auto&, std::optional<std::size_t>, std::vector<violation>&) {}

// Appends all violations of one row; `index` is its place in a bulk call.
template <class T>
void validate_row(const void* row, std::optional<std::size_t> index, std::vector<violation>& found) {
    const T& r = *static_cast<const T*>(row);
    for_each_fact<T>([&](const auto& fact) { apply_fact(r, fact, index, found); });
}

// As insert validates a row: with what generators make of it.
template <class T>
void validate_inserted(const void* row, std::optional<std::size_t> index, std::vector<violation>& found) {
    if constexpr (has_generators<T>) {
        T filled = *static_cast<const T*>(row);
        fill_row<T>(&filled);
        validate_row<T>(&filled, index, found);
    } else {
        validate_row<T>(row, index, found);
    }
}

// The rules of a member, for a value of it.
template <class T, auto Member>
struct rules_for {
    template <class V, class... Rules>
    static void apply(const V& value, const validate_fact<Member, Rules...>& fact,
                      std::optional<std::size_t> index, std::vector<violation>& found) {
        apply_rules<T, Member>(value, fact.rules, index, found);
    }
    template <class V>
    static void apply(const V&, const auto&, std::optional<std::size_t>, std::vector<violation>&) {}
};
template <class T, auto Member, class V>
void validate_assignment(std::optional<std::size_t> index, std::vector<violation>& found,
                         const assignment<Member, constant<V>>& set) {
    for_each_fact<T>(
        [&](const auto& fact) { rules_for<T, Member>::apply(set.value.value, fact, index, found); });
}
// What an expression makes is the engine's to check.
template <class T>
void validate_assignment(std::optional<std::size_t>, std::vector<violation>&, const auto&) {}

// Appends what the rules say of the values that members are set to.
template <class T, class... A>
void validate_assignments(std::optional<std::size_t> index, std::vector<violation>& found, const A&... set) {
    (validate_assignment<T>(index, found, set), ...);
}

} // namespace hawser::detail
