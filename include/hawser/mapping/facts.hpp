#pragma once
// What a table is besides its columns: keys, constraints, indexes, validation.
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/of.hpp>
#include <string_view>
#include <tuple>

namespace hawser {

// What a foreign key does when the row it points to goes.
enum class referential_action : unsigned char { no_action, restrict_, cascade, set_null };
inline constexpr auto no_action = referential_action::no_action;
inline constexpr auto restrict_ = referential_action::restrict_;
inline constexpr auto cascade = referential_action::cascade;
inline constexpr auto set_null = referential_action::set_null;

namespace detail {

template <auto... Members>
struct primary_key_fact {
    static_assert(sizeof...(Members) > 0, "hawser::primary_key: name at least one member");
    bool is_generated = false;
    // The engine makes the key on insert: one integral member.
    consteval primary_key_fact generated() const { return {true}; }
};

template <auto... Members>
struct unique_fact {
    std::string_view name{};
    consteval unique_fact named(std::string_view n) const { return {n}; }
};

template <auto... Members>
struct index_fact {
    std::string_view name{};
    consteval index_fact named(std::string_view n) const { return {n}; }
};

template <auto Member, class Other, auto Key>
struct references_fact {
    referential_action action = referential_action::no_action;
    std::string_view name{};
    consteval references_fact on_delete(referential_action a) const { return {a, name}; }
    consteval references_fact named(std::string_view n) const { return {action, n}; }
};

template <class Condition>
struct check_fact {
    std::string_view name;
    Condition condition; // SQL text, or an expression of columns and constants
};

// The columns that an expression speaks of; of SQL text they are not known.
template <class E, class = void>
struct columns_in {
    using list = mp::mp_list<>;
};

template <auto Member, class... Rules>
struct validate_fact {
    std::tuple<Rules...> rules;
};

template <class T, class... Facts>
struct table_facts {
    using entity = T;
    std::string_view name;
    std::tuple<Facts...> facts;
};

// Stands for "the other table's primary key".
struct its_primary_key {};

} // namespace detail

template <auto... Members>
inline constexpr detail::primary_key_fact<Members...> primary_key{};
template <auto... Members>
inline constexpr detail::unique_fact<Members...> unique{};
template <auto... Members>
inline constexpr detail::index_fact<Members...> index{};
// references<&trade::position_id, position>, or <.., position, &position::code>
template <auto Member, class Other, auto Key = detail::its_primary_key{}>
inline constexpr detail::references_fact<Member, Other, Key> references{};

template <class Condition>
consteval auto check(std::string_view name, Condition condition) {
    if constexpr (std::is_convertible_v<Condition, std::string_view>)
        return detail::check_fact<std::string_view>{name, condition};
    else
        return detail::check_fact<Condition>{name, condition};
}

template <auto Member, class... Rules>
consteval auto validate(Rules... rules) {
    return detail::validate_fact<Member, Rules...>{{rules...}};
}

// The result of hawser_table(hawser::of<T>): the table's name and its facts.
template <class T, class... Facts>
consteval auto table(std::string_view name, Facts... facts) {
    return detail::table_facts<T, Facts...>{name, {facts...}};
}

} // namespace hawser
