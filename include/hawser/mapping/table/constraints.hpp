#pragma once
// The declared constraints of an entity and their names, for the schema and for the engines.
#include <array>
#include <hawser/core/statement.hpp>
#include <hawser/mapping/table/key.hpp>
#include <hawser/mapping/table/name.hpp>
#include <hawser/mapping/type_map.hpp>
#include <string_view>

namespace hawser::detail {

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
// What the column's type demands, see write_type_check() and write_key_check(): named as PostgreSQL names the check of
// a column.
template <class T, class D>
struct type_check_name {
    static constexpr void write(text_sink& s) { s << meta<T>.name << '_' << D::name << "_check"; }
};
template <class D>
inline constexpr std::array<std::string_view, 1> only_name{D::name};
template <class T, auto... M>
constexpr std::string_view name_of(const unique_fact<M...>& f) {
    return f.name.empty() ? static_text<made_name<T, unique_fact<M...>, key_suffix>>::view : f.name;
}
template <class T, class List, class C>
constexpr std::string_view name_of(const index_fact<List, C>& f) {
    return f.name.empty() ? static_text<made_name<T, List, index_suffix>>::view : f.name;
}
template <class T, auto M, class O, auto K>
constexpr std::string_view name_of(const references_fact<M, O, K>& f) {
    return f.name.empty() ? static_text<made_name<T, listed<M>, foreign_key_suffix>>::view : f.name;
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
        to({constraint_kind::foreign_key, name_of<T>(f), members_of<listed<M>>::template names<T>});
    }
    template <class List, class C>
    static constexpr void add(const index_fact<List, C>& f, auto& to) {
        if (f.is_unique) to({constraint_kind::unique, name_of<T>(f), members_of<List>::template names<T>});
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
            if constexpr (is_narrow_key<T, D>())
                to({constraint_kind::key_range, static_text<type_check_name<T, D>>::view, only_name<D>});
            else if constexpr (type_checked<bare<column_value<D>>>)
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
inline constexpr table_info table_of{static_text<qualified_name<T>>::view, constraint_list<T>::list,
                                     static_text<prefixed_name<T>>::view};

} // namespace hawser::detail
