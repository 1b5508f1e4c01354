#pragma once
// The table of an entity, put together from its description and checked while compiling.
#include <array>
#include <cstdint>
#include <hawser/core/statement.hpp>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/facts.hpp>
#include <hawser/mapping/mixins.hpp>
#include <hawser/mapping/text.hpp>
#include <hawser/mapping/type_map.hpp>
#include <string_view>
#include <tuple>

namespace hawser {

template <class T>
concept entity = detail::described<T> && requires { hawser_table(of<T>{}); };

namespace detail {

template <class T>
inline constexpr auto meta = hawser_table(of<T>{});

template <class T, class F>
constexpr void for_each_fact(F&& f) {
    std::apply([&](const auto&... fact) { (f(fact), ...); }, meta<T>.facts);
}

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
// Asked of the function, not of meta<T>: GCC 12 cannot deduce a variable's type within an overload resolution.
template <class T>
using facts_of = std::remove_cvref_t<decltype(hawser_table(of<T>{}).facts)>;
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
    // The column names, in the fact's own order.
    template <class T>
    static constexpr std::array<std::string_view, sizeof...(M)> names{find_name<T, M>()...};
    template <class T>
    static constexpr bool all_in = (has_column<T, M> && ...);
    using values = mp::mp_list<value_of<M>...>;
};

template <class T, class D>
inline constexpr bool in_key = members_of<primary_key_of<T>>::template contains<D>();
template <class T, class D>
inline constexpr bool is_generated_key = generates_key<T> && in_key<T, D>;

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

// The facts make sense: each message is one line that begins with the entity's trouble.
template <class T>
struct facts_belong {
    template <class F>
    static consteval bool one() {
        if constexpr (requires { members_of<F>::count; })
            return members_of<F>::template all_in<T>;
        else
            return true;
    }
    template <auto M, class O, auto K>
    static consteval bool reference(const references_fact<M, O, K>*) {
        return has_column<T, M>;
    }
    template <auto M, class... R>
    static consteval bool rule(const validate_fact<M, R...>*) {
        return has_column<T, M>;
    }
    template <class F>
    static consteval bool holds() {
        if constexpr (requires(const F* f) { reference(f); })
            return reference(static_cast<const F*>(nullptr));
        else if constexpr (requires(const F* f) { rule(f); })
            return rule(static_cast<const F*>(nullptr));
        else
            return one<F>();
    }
    template <class... F>
    static consteval bool all(const std::tuple<F...>*) {
        return (holds<F>() && ...);
    }
};

template <class T>
consteval bool every_column_is_mapped() {
    bool all = true;
    for_each_column<T>([&](auto d) { all = all && mapped<bare<column_value<decltype(d)>>>; });
    return all;
}

template <class T>
consteval bool key_is_never_null() {
    bool never = true;
    for_each_column<T>([&](auto d) {
        if (in_key<T, decltype(d)> && nullable<column_value<decltype(d)>>) never = false;
    });
    return never;
}

// on_delete(set_null) where the column can be NULL.
template <class T>
struct nulls_fit {
    template <auto M, class O, auto K>
    static constexpr bool holds(const references_fact<M, O, K>& f) {
        return f.action != referential_action::set_null || nullable<value_of<M>>;
    }
    static constexpr bool holds(const auto&) { return true; }
    static constexpr bool all() {
        bool fit = true;
        for_each_fact<T>([&](const auto& f) { fit = fit && holds(f); });
        return fit;
    }
};

template <class T>
struct checked {
    static_assert(
        described<T>,
        "hawser: the entity is not described; add BOOST_DESCRIBE_STRUCT(entity, (bases), (members))");
    static_assert(
        entity<T>,
        "hawser: the entity has no table; add consteval auto hawser_table(hawser::of<entity>) next to it");
    static_assert(
        every_column_is_mapped<T>(),
        "hawser: a member of the entity has a type without a mapping; specialise hawser::type_map for it");
    static_assert(every_member_is_described<T>(),
                  "hawser: a member of the entity is missing in its BOOST_DESCRIBE_STRUCT");
    static_assert(std::is_same_v<typename decltype(meta<T>)::entity, T>,
                  "hawser: hawser_table(of<entity>) describes another entity");
    static_assert(find_primary_key<facts_of<T>>::one,
                  "hawser: an entity has exactly one hawser::primary_key<..>");
    static_assert(facts_belong<T>::all(static_cast<const facts_of<T>*>(nullptr)),
                  "hawser: a fact of the entity names a member of another struct");
    static_assert(key_is_never_null<T>(), "hawser: a member of the primary key is optional");
    static_assert(nulls_fit<T>::all(),
                  "hawser::references: on_delete(set_null) needs a member that is optional");
    static_assert(!generates_key<T> ||
                      (members_of<primary_key_of<T>>::count == 1 &&
                       std::is_integral_v<mp::mp_front<typename members_of<primary_key_of<T>>::values>>),
                  "hawser: a generated key is one integral member");
    static constexpr bool ok = true;
};

// "trades_exchange_exchange_id_key": PostgreSQL's own way to name what was not named.
template <class T, class Fact, class Suffix>
struct made_name {
    static constexpr void write(text_sink& s) {
        s << meta<T>.name;
        for (const std::string_view column : members_of<Fact>::template names<T>) (s << '_') << column;
        s << Suffix::text;
    }
};
struct key_suffix {
    static constexpr std::string_view text = "_key";
};
struct index_suffix {
    static constexpr std::string_view text = "_idx";
};
struct foreign_key_suffix {
    static constexpr std::string_view text = "_fkey";
};
template <class T>
struct primary_key_name {
    static constexpr void write(text_sink& s) { s << meta<T>.name << "_pkey"; }
};
// What the column's type demands, see write_type_check(): named as PostgreSQL names the check of a column.
template <class V>
inline constexpr bool has_type_check = std::is_same_v<V, bool> || is_decimal_v<V> || described_enum<V>;
template <class T, class D>
struct type_check_name {
    static constexpr void write(text_sink& s) { s << meta<T>.name << '_' << D::name << "_check"; }
};
template <class D>
inline constexpr std::array<std::string_view, 1> only_name{D::name};
// A reference as a fact over its one member.
template <auto... M>
struct one_member {};

template <class T, auto... M>
constexpr std::string_view name_of(const unique_fact<M...>& f) {
    return f.name.empty() ? static_text<made_name<T, unique_fact<M...>, key_suffix>>::view : f.name;
}
template <class T, auto... M>
constexpr std::string_view name_of(const index_fact<M...>& f) {
    return f.name.empty() ? static_text<made_name<T, index_fact<M...>, index_suffix>>::view : f.name;
}
template <class T, auto M, class O, auto K>
constexpr std::string_view name_of(const references_fact<M, O, K>& f) {
    return f.name.empty() ? static_text<made_name<T, one_member<M>, foreign_key_suffix>>::view : f.name;
}

// The names of a list of columns.
template <class T, class List>
inline constexpr std::array<std::string_view, 0> names_in{};
template <class T, class... C>
    requires(sizeof...(C) > 0)
inline constexpr std::array<std::string_view, sizeof...(C)> names_in<T, mp::mp_list<C...>>{
    find_name<T, C::member>()...};

// The constraints as a table for the engines, which complain by name or by columns.
template <class T>
struct constraint_list {
    template <auto... M>
    static constexpr void add(const primary_key_fact<M...>&, auto& to) {
        to({constraint_kind::primary_key, static_text<primary_key_name<T>>::view,
            members_of<primary_key_fact<M...>>::template names<T>});
    }
    template <auto... M>
    static constexpr void add(const unique_fact<M...>& f, auto& to) {
        to({constraint_kind::unique, name_of<T>(f), members_of<unique_fact<M...>>::template names<T>});
    }
    template <auto M, class O, auto K>
    static constexpr void add(const references_fact<M, O, K>& f, auto& to) {
        to({constraint_kind::foreign_key, name_of<T>(f), members_of<one_member<M>>::template names<T>});
    }
    template <class C>
    static constexpr void add(const check_fact<C>& f, auto& to) {
        to({constraint_kind::check, f.name, names_in<T, typename columns_in<C>::list>});
    }
    static constexpr void add(const auto&, auto&) {}

    static constexpr void add_all(auto& to) {
        for_each_fact<T>([&](const auto& f) { add(f, to); });
        for_each_column<T>([&](auto d) {
            using D = decltype(d);
            if constexpr (has_type_check<bare<column_value<D>>>)
                to({constraint_kind::check, static_text<type_check_name<T, D>>::view, only_name<D>});
        });
    }

    static constexpr std::size_t count = [] {
        std::size_t n = 0;
        auto count_one = [&n](const constraint_info&) { ++n; };
        add_all(count_one);
        return n;
    }();
    static constexpr auto list = [] {
        std::array<constraint_info, count> a{};
        std::size_t n = 0;
        auto store = [&](const constraint_info& c) { a[n++] = c; };
        add_all(store);
        return a;
    }();
};

template <class T>
inline constexpr table_info table_of{meta<T>.name, constraint_list<T>::list};

} // namespace detail

// What names a row of T: the key's type, or a tuple of them in the order of primary_key<..>.
template <class T>
using key_of_t =
    typename detail::key_type_of<typename detail::members_of<detail::primary_key_of<T>>::values>::type;

} // namespace hawser
