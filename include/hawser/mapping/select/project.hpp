#pragma once
// SELECT of expressions: projections and aggregates.
#include <hawser/mapping/expression/aggregate.hpp>
#include <hawser/mapping/expression/joined.hpp>
#include <hawser/mapping/row.hpp>
#include <hawser/mapping/select.hpp>
#include <tuple>
#include <type_traits>

namespace hawser::detail {

// What a selected value becomes: same type, or one that holds the same kind of number.
template <class To, class From>
inline constexpr bool may_become = std::is_same_v<To, From> ||
                                   (std::is_integral_v<To> && std::is_integral_v<From> &&
                                    std::is_same_v<To, bool> == std::is_same_v<From, bool>) ||
                                   (std::is_floating_point_v<To> && std::is_floating_point_v<From>);
template <unsigned P, unsigned Q, unsigned S>
inline constexpr bool may_become<decimal<P, S>, decimal<Q, S>> = true;

// The types of a Row's columns.
template <class Row>
struct row_values {
    using list = mp::mp_list<Row>;
};
template <described Row>
struct row_values<Row> {
    template <class D>
    using value = column_value<D>;
    using list = mp::mp_transform<value, mp::mp_rename<columns<Row>, mp::mp_list>>;
};
template <class... V>
struct row_values<std::tuple<V...>> {
    using list = mp::mp_list<V...>;
};

// An aggregate in a group is NULL only if all its values may be; without groups it is for the caller to know.
template <class S, class E>
consteval bool null_in_group() {
    if constexpr (requires { typename E::operand_type; } && aggregates<E>)
        return null_in<S, E>() && null_in<S, typename E::operand_type>();
    else
        return null_in<S, E>();
}

template <class S, class Row, class... E>
consteval bool selects() {
    using values = typename row_values<Row>::list;
    static_assert(mp::mp_size<values>::value == sizeof...(E),
                  "hawser: select<Row>() takes one expression for each member of Row, in their order");
    if constexpr (mp::mp_size<values>::value == sizeof...(E)) {
        constexpr bool types = []<class... V>(mp::mp_list<V...>) {
            return (may_become<bare<V>, typename E::value_type> && ...);
        }(values{});
        static_assert(types,
                      "hawser: an expression of select<Row>() has another type than the member of Row");
        constexpr bool nulls = []<class... V>(mp::mp_list<V...>) {
            return ((nullable<V> || !null_in_group<S, E>()) && ...);
        }(values{});
        static_assert(nulls,
                      "hawser: an expression of select<Row>() may be NULL; make the member of Row optional");
    }
    return true;
}

// An expression together with the table of its columns: what is the same here has the same text, if it holds no values.
template <class S, class E>
struct meant {
    using type = mp::mp_list<S, E>;
};
template <class S, class Table, class E>
struct meant<S, placed_operand<Table, E>> : meant<typename placed_in<S, Table>::type, E> {};
template <class Main, class... Links, auto Member>
struct meant<joined<Main, Links...>, column<Member>> {
    using tables = joined<Main, Links...>;
    using type =
        mp::mp_list<one_of<tables, tables_of<tables>::template of_column<Member>().at>, column<Member>>;
};
template <class S, class E>
using meant_by = typename meant<S, E>::type;

// Whether a leaf of E is a value of the caller's, bound as a parameter.
template <class E>
struct is_value : std::bool_constant<mp::mp_empty<typename parts_of<E>::list>::value && !std::is_empty_v<E>> {
};
template <class E>
inline constexpr bool has_value = holds_a<is_value, E>();

// Whether E is one value in a group: made of what is grouped by, of aggregates and of values. Groups: of meant_by.
template <class S, class Groups, class E>
struct grouped_in {
    template <class... Part>
    static consteval bool all(part_list<Part...>) {
        return (grouped_in<S, Groups, Part>::value() && ...);
    }
    static consteval bool value() {
        if constexpr (aggregates<E> || mp::mp_contains<Groups, meant_by<S, E>>::value)
            return true;
        else
            return all(mp::mp_rename<typename parts_of<E>::list, part_list>{});
    }
};
template <class S, class Groups, auto Member>
struct grouped_in<S, Groups, column<Member>> {
    static consteval bool value() { return mp::mp_contains<Groups, meant_by<S, column<Member>>>::value; }
};
template <class S, class Groups, class Table, class E>
struct grouped_in<S, Groups, placed_operand<Table, E>>
    : grouped_in<typename placed_in<S, Table>::type, Groups, E> {};
template <class S, class Groups, class Table, class E>
struct grouped_in<S, Groups, placed_condition<Table, E>>
    : grouped_in<typename placed_in<S, Table>::type, Groups, E> {};

// What PostgreSQL refuses, and SQLite answers with a row of its choice.
template <class S, bool Distinct, class Outputs, class Groups, class Having, class... Order>
struct group_rules;
template <class S, bool Distinct, class... E, class... G, class Having, class... Order>
struct group_rules<S, Distinct, mp::mp_list<E...>, mp::mp_list<G...>, Having, Order...> {
    using groups = mp::mp_list<meant_by<S, G>...>;
    using outputs = mp::mp_list<meant_by<S, E>...>;
    static constexpr bool groups_rows = sizeof...(G) > 0 || (has_aggregate<E> || ...) ||
                                        (has_aggregate<Order> || ...);
    template <class X>
    static consteval bool is_right() {
        if constexpr (groups_rows)
            return grouped_in<S, groups, X>::value();
        else
            return true;
    }
    template <class O>
    static consteval bool is_selected() {
        if constexpr (requires { typename O::operand_type; })
            return !has_value<O> && mp::mp_contains<outputs, meant_by<S, typename O::operand_type>>::value;
        else
            return false;
    }
    static consteval bool check() {
        static_assert((is_right<E>() && ...),
                      "hawser: a selected expression is neither in group_by() nor an aggregate");
        static_assert(is_right<Having>(),
                      "hawser: having() names a column that is neither in group_by() nor in an aggregate");
        static_assert((is_right<Order>() && ...),
                      "hawser: order_by() names a column that is neither in group_by() nor in an aggregate");
        static_assert(!Distinct || (is_selected<Order>() && ...),
                      "hawser: distinct rows can be ordered by what is selected only, without constants");
        return true;
    }
};

template <class S, bool Distinct, class Outputs, class Groups, class Having, class Where, class Tail,
          class... Order>
struct project_text;
template <class S, bool Distinct, class... E, class... G, class Having, class Where, class Tail,
          class... Order>
struct project_text<S, Distinct, mp::mp_list<E...>, mp::mp_list<G...>, Having, Where, Tail, Order...>
    : counted_text<
          project_text<S, Distinct, mp::mp_list<E...>, mp::mp_list<G...>, Having, Where, Tail, Order...>> {
    static constexpr std::string_view verb = "project";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<main_of<S>>::ok);
        static_assert(
            group_rules<S, Distinct, mp::mp_list<E...>, mp::mp_list<G...>, Having, Order...>::check());
        expression_sink e{s, d, last};
        s << (Distinct ? "select distinct " : "select ");
        comma separate;
        ((separate(s), E::template write<S>(e)), ...);
        s << " from ";
        source<S, Where>::write(s, d);
        write_where<S, Where>(s, d, last);
        if constexpr (sizeof...(G) > 0) {
            s << " group by ";
            comma separate_groups;
            ((separate_groups(s), G::template write<S>(e)), ...);
        }
        if constexpr (has_condition<Having>) {
            s << " having ";
            Having::template write<S>(e);
        }
        write_order<S, Order...>(s, d, last);
        Tail::write(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<project_text>::count();
};

} // namespace hawser::detail
