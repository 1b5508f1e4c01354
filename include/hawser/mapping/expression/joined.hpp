#pragma once
// The columns of several joined tables.
//
// A query over joined<Main, linked<&Main::member, Other>...> spells Main as t0 and the table of the n-th of them as tn:
//
//   using match = detail::joined<friction, detail::linked<&friction::home_id, team>, detail::linked<&friction::away_id, team>>;
//   expression::write<match>(sink)      t0."minutes" > $1 and t1."name" = $2
//   write_alias(text, 1)                t1
//   match::size, match::entity<1>       3, team
//
// Whose column is meant:
//   - a column of Main, inherited ones included, is Main's;
//   - else it is that of the joined entity that has it; if several do, the expression must say which;
//   - hawser::via<&friction::home_id>(e)   in e, columns are those of the table joined along this member;
//   - hawser::of_table<team>(e)            in e, columns are team's (inherited ones too), if team occurs once.
// Both wrap operands and conditions, also outside of joins: of_table<trade>(e) in a query of trade is e.
#include <cstddef>
#include <hawser/mapping/expression/methods.hpp>
#include <hawser/mapping/expression/operand.hpp>
#include <hawser/mapping/expression/scope.hpp>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

// A join along the reference that Member is. Its owner is the main entity, or that of a link before it.
template <auto Member, class Other>
struct linked {
    static constexpr auto member = Member;
    using other = Other;
};

// As linked, but the row stays where there is no other: of members that may be NULL.
template <auto Member, class Other>
struct outer_linked {
    static constexpr auto member = Member;
    using other = Other;
};
template <class Link>
inline constexpr bool is_outer = false;
template <auto Member, class Other>
inline constexpr bool is_outer<outer_linked<Member, Other>> = true;

template <class Main, class... Links>
struct joined {
    static constexpr std::size_t size = 1 + sizeof...(Links);
    template <std::size_t I>
    using entity = mp::mp_at_c<mp::mp_list<Main, typename Links::other...>, I>;
};

constexpr text_sink& write_alias(text_sink& s, std::size_t table) {
    return (s << 't').number(static_cast<std::int64_t>(table));
}

// Where columns are found. `none`: nowhere; `several`: it is not said in which.
struct table_place {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    static constexpr std::size_t several = none - 1;
    std::size_t at = none;
    constexpr void found(std::size_t i) { at = at == none ? i : several; }
    [[nodiscard]] constexpr bool is_one() const { return at < several; }
};

template <class Scope>
struct tables_of;
template <class Main, class... Links>
struct tables_of<joined<Main, Links...>> {
    template <auto Member>
    static consteval table_place of_column() {
        if (has_column<Main, Member>) return {0};
        table_place p;
        std::size_t i = 0;
        ((++i, has_column<typename Links::other, Member> ? p.found(i) : void()), ...);
        return p;
    }
    template <auto Member>
    static consteval table_place of_link() {
        table_place p;
        std::size_t i = 0;
        ((++i, is_same_constant<Links::member, Member>() ? p.found(i) : void()), ...);
        return p;
    }
    template <class Entity>
    static consteval table_place of_entity() {
        table_place p;
        if (std::is_same_v<Entity, Main>) p.found(0);
        std::size_t i = 0;
        ((++i, std::is_same_v<Entity, typename Links::other> ? p.found(i) : void()), ...);
        return p;
    }
    // Whether a table may have no row.
    static consteval bool outer(std::size_t table) {
        std::size_t i = 0;
        return ((++i == table && is_outer<Links>) || ...);
    }

private:
    template <auto A, auto B>
    static consteval bool is_same_constant() {
        if constexpr (std::is_same_v<std::remove_cv_t<decltype(A)>, std::remove_cv_t<decltype(B)>>)
            return A == B;
        else
            return false;
    }
};

template <class Main, class... Links>
struct scope<joined<Main, Links...>> {
    using tables = tables_of<joined<Main, Links...>>;
    // One that several tables have is refused when it is written, with its own message.
    template <auto Member>
    static constexpr bool has = tables::template of_column<Member>().at != table_place::none;
    template <auto Member>
    static constexpr bool may_lack = tables::outer(tables::template of_column<Member>().at);
    template <auto Member>
    static constexpr void write(text_sink& s) {
        constexpr table_place place = tables::template of_column<Member>();
        static_assert(
            place.is_one(),
            "hawser: several joined tables have this column; say which by hawser::via<> or of_table<>");
        if constexpr (place.is_one()) {
            using entity = typename joined<Main, Links...>::template entity<place.at>;
            (write_alias(s, place.at) << '.').name(find_name<entity, Member>());
        }
    }
};

// One of the tables of a joined scope.
template <class Joined, std::size_t Table>
struct one_of {};
template <class Joined, std::size_t Table>
struct scope<one_of<Joined, Table>> {
    using entity = typename Joined::template entity<Table>;
    template <auto Member>
    static constexpr bool has = has_column<entity, Member>;
    template <auto Member>
    static constexpr bool may_lack = tables_of<Joined>::outer(Table);
    template <auto Member>
    static constexpr void write(text_sink& s) {
        (write_alias(s, Table) << '.').name(find_name<entity, Member>());
    }
};

template <class T>
inline constexpr bool is_joined = false;
template <class Main, class... Links>
inline constexpr bool is_joined<joined<Main, Links...>> = true;

// How via<> and of_table<> choose a table. place_in<T>: none and several are refused when the expression is written.
template <auto Member>
struct along {
    template <class T, class E>
    static constexpr void write(expression_sink& s) {
        constexpr table_place place = place_in<T>();
        static_assert(place.is_one(), "hawser: via<> names a member along which the query does not join");
        if constexpr (place.is_one()) E::template write<one_of<T, place.at>>(s);
    }
    template <class T>
    static consteval table_place place_in() {
        if constexpr (is_joined<T>)
            return tables_of<T>::template of_link<Member>();
        else
            return {};
    }
};
template <class Entity>
struct in_table_of {
    template <class T, class E>
    static constexpr void write(expression_sink& s) {
        if constexpr (is_joined<T>) {
            constexpr table_place place = place_in<T>();
            static_assert(place.at != table_place::none,
                          "hawser: of_table<> names an entity that the query does not join");
            static_assert(
                place.at != table_place::several,
                "hawser: of_table<> names an entity that is joined several times; use hawser::via<>");
            if constexpr (place.is_one()) E::template write<one_of<T, place.at>>(s);
        } else {
            static_assert(std::is_same_v<T, Entity>,
                          "hawser: of_table<> names an entity that the query does not join");
            if constexpr (std::is_same_v<T, Entity>) E::template write<T>(s);
        }
    }
    template <class T>
    static consteval table_place place_in() {
        if constexpr (is_joined<T>)
            return tables_of<T>::template of_entity<Entity>();
        else
            return {};
    }
};

// The scope of what is placed so in T; T itself outside of joins.
template <class T, class Table>
struct placed_in {
    using type = T;
};
template <class T, class Table>
    requires(is_joined<T> && Table::template place_in<T>().is_one())
struct placed_in<T, Table> {
    using type = one_of<T, Table::template place_in<T>().at>;
};

template <class Table, operand E>
struct placed_operand : operand_methods<placed_operand<Table, E>> {
    using value_type = typename E::value_type;
    static constexpr bool may_be_null = E::may_be_null;
    template <class T>
    static consteval bool may_be_null_in() {
        return null_in<typename placed_in<T, Table>::type, E>();
    }
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit placed_operand(E e) : inner(std::move(e)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        Table::template write<T, E>(s);
    }
    void bind(parameters& p) const { inner.bind(p); }
};
template <class Table, condition E>
struct placed_condition : condition_base {
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit placed_condition(E e) : inner(std::move(e)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        Table::template write<T, E>(s);
    }
    void bind(parameters& p) const { inner.bind(p); }
};
template <class Table, operand_or_condition E>
constexpr auto placed(E e) {
    if constexpr (operand<E>)
        return placed_operand<Table, E>(std::move(e));
    else
        return placed_condition<Table, E>(std::move(e));
}

} // namespace detail

// The expression, of the table that is joined along this member: via<&friction::home_id>(col<&team::name> == "Ajax").
template <auto Member, detail::operand_or_condition E>
[[nodiscard]] constexpr auto via(E expression) {
    return detail::placed<detail::along<Member>>(std::move(expression));
}

// The expression, of this entity's table: of_table<team>(col<&hawser::timestamps::created_at> > since).
template <class Entity, detail::operand_or_condition E>
[[nodiscard]] constexpr auto of_table(E expression) {
    return detail::placed<detail::in_table_of<Entity>>(std::move(expression));
}

} // namespace hawser
