#pragma once
// The description of an entity: what hawser_table(hawser::of<T>) gives.
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/default.hpp>
#include <hawser/mapping/facts.hpp>
#include <hawser/mapping/of.hpp>
#include <tuple>
#include <type_traits>

namespace hawser {

template <class T>
concept entity = detail::described<T> && requires { hawser_table(of<T>{}); };

namespace detail {

// Asked of the function, not of meta<T>: GCC 12 cannot deduce a variable's type within an overload resolution.
template <class T>
using facts_of = std::remove_cvref_t<decltype(hawser_table(of<T>{}).facts)>;

template <class T, class F>
constexpr void for_each_fact(F&& f) {
    for_each_value(meta<T>.facts, f);
}

template <class Fact>
struct is_default : std::false_type {};
template <auto Member, class Value>
struct is_default<default_fact<Member, Value>> : std::true_type {};

template <class T, class F>
constexpr void for_each_default(F&& f) {
    for_each_value_where<is_default>(meta<T>.facts, f);
}

} // namespace detail

} // namespace hawser
