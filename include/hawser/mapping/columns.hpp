#pragma once
// What Boost.Describe knows of a struct, as columns. The only reader of reflection.
#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser::detail {

namespace mp = boost::mp11;
namespace bd = boost::describe;

template <class M>
struct member_parts;
template <class C, class V>
struct member_parts<V C::*> {
    using owner = C;
    using value = V;
};
// Of a member pointer constant: the class that declares it, and its type.
template <auto Member>
using owner_of = typename member_parts<std::remove_cv_t<decltype(Member)>>::owner;
template <auto Member>
using value_of = typename member_parts<std::remove_cv_t<decltype(Member)>>::value;

template <class V>
struct optional_parts {
    using value = V;
    static constexpr bool nullable = false;
};
template <class V>
struct optional_parts<std::optional<V>> {
    using value = V;
    static constexpr bool nullable = true;
};
template <class V>
using bare = typename optional_parts<V>::value;
template <class V>
inline constexpr bool nullable = optional_parts<V>::nullable;

template <class T>
concept described = bd::has_describe_members<T>::value && std::is_class_v<T>;

// Columns: own members first, then those of the mixins.
template <class T>
using own_members = bd::describe_members<T, bd::mod_public>;
template <class T>
using all_members = bd::describe_members<T, bd::mod_public | bd::mod_inherited>;
template <class T>
struct is_own {
    template <class D>
    using fn = std::is_same<typename member_parts<std::remove_cv_t<decltype(D::pointer)>>::owner, T>;
};
template <class T>
using columns = mp::mp_append<own_members<T>, mp::mp_remove_if_q<all_members<T>, is_own<T>>>;
template <class T>
inline constexpr std::size_t column_count = mp::mp_size<columns<T>>::value;
template <class D>
using column_value = typename member_parts<std::remove_cv_t<decltype(D::pointer)>>::value;

// Whether a member pointer constant is the member of descriptor D.
template <auto Member, class D>
consteval bool is_member() {
    if constexpr (std::is_same_v<std::remove_cv_t<decltype(Member)>, std::remove_cv_t<decltype(D::pointer)>>)
        return Member == D::pointer;
    else
        return false;
}

// Calls f(descriptor) for each column.
template <class T, class F>
constexpr void for_each_column(F&& f) {
    mp::mp_for_each<columns<T>>(f);
}

// The member's name if T (or a mixin of it) has it, else nullptr.
template <class T, auto Member>
consteval const char* find_name() {
    const char* found = nullptr;
    for_each_column<T>([&](auto d) {
        if (is_member<Member, decltype(d)>()) found = d.name;
    });
    return found;
}

template <class T, auto Member>
inline constexpr bool has_column = find_name<T, Member>() != nullptr;

// An aggregate takes an initialiser for each base and member; one more than are described tells a forgotten one.
struct fits_anything {
    template <class T>
    operator T() const; // never defined
};
template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
    return requires { T{((void)I, fits_anything{})...}; };
}
template <class T>
inline constexpr std::size_t described_parts =
    mp::mp_size<own_members<T>>::value + mp::mp_size<bd::describe_bases<T, bd::mod_any_access>>::value;
template <class T>
consteval bool every_member_is_described() {
    if constexpr (std::is_aggregate_v<T>)
        return !takes<T>(std::make_index_sequence<described_parts<T> + 1>{});
    else
        return true;
}

} // namespace hawser::detail
