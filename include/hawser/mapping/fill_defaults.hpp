#pragma once
// Calls the generators of an entity's default_ facts.
#include <hawser/mapping/table.hpp>
#include <ranges>

namespace hawser {

namespace detail {

template <class Fact>
struct is_generating : std::false_type {};
template <auto M, class V>
struct is_generating<default_fact<M, V>> : std::bool_constant<is_generator<V>> {};
template <class Facts>
struct any_generating;
template <class... F>
struct any_generating<std::tuple<F...>> : std::bool_constant<(is_generating<F>::value || ...)> {};
template <class T>
inline constexpr bool has_generators = any_generating<facts_of<T>>::value;

template <auto Member, class Fact>
struct generates : std::false_type {};
template <auto Member, class V>
struct generates<Member, default_fact<Member, V>> : std::bool_constant<is_generator<V>> {};
template <auto Member, class Facts>
struct any_generates;
template <auto Member, class... F>
struct any_generates<Member, std::tuple<F...>> : std::bool_constant<(generates<Member, F>::value || ...)> {};
template <class T, auto Member>
inline constexpr bool is_generated_default = any_generates<Member, facts_of<T>>::value;

// `by`: nothing, or the stamp of a database.
template <class T, class... By>
void fill_row(void* row, const By&... by) {
    T& r = *static_cast<T*>(row);
    const auto fill = [&]<auto M, class V>(const default_fact<M, V>& f) {
        if constexpr (is_generator<V>)
            if (r.*M == value_of<M>{}) {
                if constexpr (std::is_invocable_v<const V&, const By&...>)
                    r.*M = f.value(by...);
                else
                    r.*M = f.value();
            }
    };
    for_each_default<T>(fill);
}

} // namespace detail

// Gives the members with a generator their values, where they have none, as insert does: for rows that are inserted
// in bulk from a span of const, and whose keys are wanted. By the system's clock, whatever the database's is.
template <entity T>
void fill_defaults(T& row) {
    detail::fill_row<T>(&row);
}
template <std::ranges::range Rows>
    requires entity<std::ranges::range_value_t<Rows>>
void fill_defaults(Rows& rows) {
    for (auto& row : rows) fill_defaults(row);
}

} // namespace hawser
