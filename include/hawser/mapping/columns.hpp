#pragma once
// What Boost.Describe knows of a struct, as columns. The only reader of reflection.
#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <array>
#include <cstddef>
#include <hawser/mapping/each.hpp>
#include <hawser/mapping/of.hpp>
#include <optional>
#include <string_view>
#include <tuple>
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

// A constant as a type: two are the same type if they have the same type and value.
template <auto>
struct constant_of;

// Whether a member pointer constant is the member of descriptor D.
template <auto Member, class D>
consteval bool is_member() {
    return std::is_same_v<constant_of<Member>, constant_of<D::pointer>>;
}
// Whether two member pointer constants are the same member.
template <auto A, auto B>
inline constexpr bool is_same_member = std::is_same_v<constant_of<A>, constant_of<B>>;

// The description of an entity: what hawser_table(hawser::of<T>) gives.
template <class T>
inline constexpr auto meta = hawser_table(of<T>{});

// The fact hawser::rename<&T::member>("column").
template <auto Member>
struct rename_fact {
    const char* name;
};
template <class Fact>
struct is_rename : std::false_type {};
template <auto Member>
struct is_rename<rename_fact<Member>> : std::true_type {};
template <class T, class D>
consteval const char* name_in_table() {
    const char* name = D::name;
    if constexpr (requires { hawser_table(of<T>{}).facts; })
        for_each_value_where<is_rename>(meta<T>.facts, [&]<auto Member>(const rename_fact<Member>& fact) {
            if (is_member<Member, D>()) name = fact.name;
        });
    return name;
}

// A described member as a column.
template <class T, class D>
struct column_of {
    static constexpr auto pointer = D::pointer;
    static constexpr const char* member = D::name;             // in C++
    static constexpr const char* name = name_in_table<T, D>(); // in SQL
};
template <class T>
struct to_column {
    template <class D>
    using fn = column_of<T, D>;
};
template <class T>
using columns =
    mp::mp_transform_q<to_column<T>,
                       mp::mp_append<own_members<T>, mp::mp_remove_if_q<all_members<T>, is_own<T>>>>;
template <class T>
inline constexpr std::size_t column_count = mp::mp_size<columns<T>>::value;
template <class D>
using column_value = typename member_parts<std::remove_cv_t<decltype(D::pointer)>>::value;

// Calls f(column_of<..>) for each column.
template <class T, class F>
constexpr void for_each_column(F&& f) {
    for_each_type(columns<T>{}, f);
}

// The place of a member among the columns; their number if it is none of them.
template <auto Member, template <class...> class List, class... D>
consteval std::size_t place_of(List<D...>) {
    std::size_t place = 0;
    (void)((std::is_same_v<constant_of<Member>, constant_of<D::pointer>> || (++place, false)) || ...);
    return place;
}
template <class T>
struct column_names {
    template <template <class...> class List, class... D>
    static consteval auto in_sql(List<D...>) {
        return std::array<const char*, sizeof...(D) + 1>{D::name..., nullptr};
    }
    template <template <class...> class List, class... D>
    static consteval auto in_cpp(List<D...>) {
        return std::array<const char*, sizeof...(D) + 1>{D::member..., nullptr};
    }
    static constexpr auto sql = in_sql(columns<T>{});
    static constexpr auto cpp = in_cpp(columns<T>{});
};

// The column's name if T (or a mixin of it) has the member, else nullptr.
template <class T, auto Member>
consteval const char* find_name() {
    return column_names<T>::sql[place_of<Member>(columns<T>{})];
}

// Its name in C++.
template <class T, auto Member>
consteval const char* member_name() {
    return column_names<T>::cpp[place_of<Member>(columns<T>{})];
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
