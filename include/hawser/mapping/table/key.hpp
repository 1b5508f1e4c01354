#pragma once
// The primary key of an entity.
#include <array>
#include <cstdint>
#include <hawser/mapping/table/meta.hpp>
#include <string_view>
#include <tuple>

namespace hawser {

namespace detail {

// The primary key.
template <class F>
struct is_primary_key : std::false_type {};
template <auto... M>
struct is_primary_key<primary_key_fact<M...>> : std::true_type {};
template <class Facts>
struct find_primary_key;
template <class... F>
struct find_primary_key<std::tuple<F...>> {
    using found = mp::mp_copy_if<mp::mp_list<F...>, is_primary_key>;
    static constexpr bool one = mp::mp_size<found>::value == 1;
};
template <class T>
using primary_key_of = mp::mp_front<typename find_primary_key<facts_of<T>>::found>;
template <class T>
inline constexpr bool generates_key = std::get<primary_key_of<T>>(meta<T>.facts).is_generated;

template <class Fact>
struct members_of;
template <template <auto...> class Fact, auto... M>
struct members_of<Fact<M...>> {
    static constexpr std::size_t count = sizeof...(M);
    template <class D>
    static consteval bool contains() {
        return (is_member<M, D>() || ...);
    }
    template <auto One>
    static constexpr bool holds = (is_same_member<One, M> || ...);
    // The column names, in the fact's own order.
    template <class T>
    static constexpr std::array<std::string_view, sizeof...(M)> names{find_name<T, M>()...};
    template <class T>
    static constexpr bool all_in = (has_column<T, M> && ...);
    using values = mp::mp_list<value_of<M>...>;
    using list = member_list<M...>;
};

// Whether these members, in any order, are the primary key or a declared unique of T.
template <class T, auto... Wanted>
struct unique_over {
    template <auto... M>
    static consteval bool same(member_list<M...>) {
        const auto wanted = [&]<auto One>() { return (is_same_member<One, Wanted> || ...); };
        return sizeof...(M) == sizeof...(Wanted) && (wanted.template operator()<M>() && ...);
    }
    template <auto... M>
    static constexpr bool is(const primary_key_fact<M...>&) {
        return same(member_list<M...>{});
    }
    template <auto... M>
    static constexpr bool is(const unique_fact<M...>&) {
        return same(member_list<M...>{});
    }
    template <class List>
    static constexpr bool is(const index_fact<List, no_condition>& f) {
        return f.is_unique && same(List{});
    }
    static constexpr bool is(const auto&) { return false; }
    static consteval bool any() {
        bool found = false;
        for_each_fact<T>([&](const auto& f) { found = found || is(f); });
        return found;
    }
};
template <class T, auto... Wanted>
consteval bool is_unique_over(member_list<Wanted...>) {
    return unique_over<T, Wanted...>::any();
}

template <class T, class D>
inline constexpr bool in_key = members_of<primary_key_of<T>>::template contains<D>();
template <class T, class D>
inline constexpr bool is_generated_key = generates_key<T> && in_key<T, D>;

// Whether an engine's keys, of 64 bits, may have no place in the member.
template <class T, class D>
consteval bool is_narrow_key() {
    if constexpr (is_generated_key<T, D>)
        return sizeof(column_value<D>) < sizeof(std::int64_t);
    else
        return false;
}

// The type that names a row: the key member's own, or a tuple of several.
template <class List>
struct key_type_of;
template <class V>
struct key_type_of<mp::mp_list<V>> {
    using type = V;
};
template <class V, class W, class... Rest>
struct key_type_of<mp::mp_list<V, W, Rest...>> {
    using type = std::tuple<V, W, Rest...>;
};

} // namespace detail

// What names a row of T: the key's type, or a tuple of them in the order of primary_key<..>.
template <class T>
using key_of_t =
    typename detail::key_type_of<typename detail::members_of<detail::primary_key_of<T>>::values>::type;

} // namespace hawser
