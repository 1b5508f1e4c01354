#pragma once
// Keyset paging: the rows that come after a row, in the order of the query.
#include <hawser/mapping/expression/column.hpp>
#include <hawser/mapping/expression/logic.hpp>
#include <hawser/mapping/expression/ordering.hpp>
#include <hawser/mapping/table.hpp>
#include <tuple>
#include <utility>

namespace hawser::detail {

template <class Order>
struct order_parts {
    static constexpr bool is_member = false;
};
template <auto Member, bool Descending, null_place Nulls>
struct order_parts<ordering<column<Member>, Descending, Nulls>> {
    static constexpr bool is_member = true;
    static constexpr auto member = Member;
    static constexpr bool descending = Descending;
    static constexpr bool nulls_first = ordering<column<Member>, Descending, Nulls>::has_nulls_first;
    static constexpr bool may_be_null = nullable<value_of<Member>>;
    using value = value_of<Member>;
};

// Whether an order leaves no two rows in the same place: it holds the primary key, or a unique that is never NULL.
template <class T, class... Order>
struct total_order {
    template <auto Member>
    static consteval bool names() {
        return (names_it<Member, Order>() || ...);
    }
    template <auto Member, class O>
    static consteval bool names_it() {
        if constexpr (order_parts<O>::is_member)
            return is_same_member_of<Member, order_parts<O>::member>();
        else
            return false;
    }
    template <auto A, auto B>
    static consteval bool is_same_member_of() {
        if constexpr (std::is_same_v<decltype(A), decltype(B)>)
            return A == B;
        else
            return false;
    }
    template <auto... M>
    static consteval bool covers(const primary_key_fact<M...>*) {
        return (names<M>() && ...);
    }
    template <auto... M>
    static consteval bool covers(const unique_fact<M...>*) {
        return ((names<M>() && !nullable<value_of<M>>) && ...);
    }
    static consteval bool covers(const void*) { return false; }
    template <class... F>
    static consteval bool any(const std::tuple<F...>*) {
        return (covers(static_cast<const F*>(nullptr)) || ...);
    }
    static constexpr bool value = any(static_cast<const facts_of<T>*>(nullptr));
};

// True of the rows behind a row, whose values it holds. NULLs are where the order has them.
//
// One direction and no NULLs: (a, b) > (?1, ?2), which an index answers. Else column by column; a first column that
// is never NULL bounds the whole, so that an index on it is of use.
template <class... Order>
struct after_test : condition_base {
    using parts = mp::mp_list<column<order_parts<Order>::member>...>;
    using values_type = std::tuple<typename order_parts<Order>::value...>;
    static constexpr std::size_t width = sizeof...(Order);
    values_type values;
    explicit after_test(values_type v) : values(std::move(v)) {}

    template <class T>
    static constexpr void write(expression_sink& s) {
        const unsigned first = s.last_placeholder + 1;
        s.last_placeholder += static_cast<unsigned>(width);
        if constexpr (as_row) {
            if (width > 1) s.out << '(';
            comma separate;
            ((separate(s.out), scope<T>::template write<order_parts<Order>::member>(s.out)), ...);
            if (width > 1) s.out << ')';
            s.out << (descends<0>() ? " < " : " > ");
            if (width > 1) s.out << '(';
            comma separate_values;
            for (unsigned i = 0; i < width; ++i) {
                separate_values(s.out);
                s.out.placeholder(s.dialect, first + i);
            }
            if (width > 1) s.out << ')';
        } else {
            constexpr bool bounded = !may_be_null<0>() && width > 1;
            if (bounded) {
                s.out << '(';
                member<T, 0>(s) << (descends<0>() ? " <= " : " >= ");
                s.out.placeholder(s.dialect, first) << " and ";
            }
            write_from<T, 0>(s, first);
            if (bounded) s.out << ')';
        }
    }
    void bind(parameters& p) const {
        std::apply([&](const auto&... v) { (encode(v, p), ...); }, values);
    }

private:
    template <std::size_t I>
    using at = order_parts<mp::mp_at_c<mp::mp_list<Order...>, I>>;
    template <std::size_t I>
    static consteval bool descends() {
        return at<I>::descending;
    }
    template <std::size_t I>
    static consteval bool may_be_null() {
        return at<I>::may_be_null;
    }
    static constexpr bool as_row =
        ((!order_parts<Order>::may_be_null) && ...) &&
        ((order_parts<Order>::descending && ...) || (!order_parts<Order>::descending && ...));

    template <class T, std::size_t I>
    static constexpr text_sink& member(expression_sink& s) {
        scope<T>::template write<at<I>::member>(s.out);
        return s.out;
    }
    // Column I is behind its value.
    template <class T, std::size_t I>
    static constexpr void write_behind(expression_sink& s, unsigned first) {
        const unsigned n = first + static_cast<unsigned>(I);
        if (may_be_null<I>()) s.out << '(';
        member<T, I>(s) << (descends<I>() ? " < " : " > ");
        s.out.placeholder(s.dialect, n);
        if (!may_be_null<I>()) return;
        s.out << " or (";
        member<T, I>(s) << (at<I>::nulls_first ? " is not null and " : " is null and ");
        s.out.placeholder(s.dialect, n) << (at<I>::nulls_first ? " is null))" : " is not null))");
    }
    template <class T, std::size_t I>
    static constexpr void write_equal(expression_sink& s, unsigned first) {
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        member<T, I>(s) << (!may_be_null<I>() ? " = " : sqlite ? " is " : " is not distinct from ");
        s.out.placeholder(s.dialect, first + static_cast<unsigned>(I));
    }
    template <class T, std::size_t I>
    static constexpr void write_from(expression_sink& s, unsigned first) {
        if constexpr (I + 1 == width) {
            write_behind<T, I>(s, first);
        } else {
            s.out << '(';
            write_behind<T, I>(s, first);
            s.out << " or (";
            write_equal<T, I>(s, first);
            s.out << " and ";
            write_from<T, I + 1>(s, first);
            s.out << "))";
        }
    }
};

// A query that has been told where to begin is ordered for good.
template <class Where>
inline constexpr bool seeks = false;
template <class... Order>
inline constexpr bool seeks<after_test<Order...>> = true;
template <char Op, class L, class R>
inline constexpr bool seeks<logic<Op, L, R>> = seeks<L> || seeks<R>;

template <class T, class... Order>
auto after_row(const T& row) {
    static_assert(sizeof...(Order) > 0,
                  "hawser: after() goes on where order_by(..) left off: give the order first");
    static_assert((order_parts<Order>::is_member && ...),
                  "hawser: after() needs an order by members, not by expressions");
    if constexpr ((order_parts<Order>::is_member && ...)) {
        static_assert((has_column<T, order_parts<Order>::member> && ...),
                      "hawser: after() needs an order by members of the query's own entity");
        static_assert(
            total_order<T, Order...>::value,
            "hawser: after() needs an order that ends in a unique key: the primary key, or a unique "
            "of members that are not optional");
        return after_test<Order...>(
            typename after_test<Order...>::values_type(row.*order_parts<Order>::member...));
    }
}

} // namespace hawser::detail
