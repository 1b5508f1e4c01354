#pragma once
// What evaluate.hpp does not know, since it is of queries and upserts: rows behind a row, and two rows that meet.
#include <hawser/mapping/conflict.hpp>
#include <hawser/mapping/evaluate.hpp>
#include <hawser/mapping/expression/ordering.hpp>
#include <hawser/mapping/select/page.hpp>
#include <tuple>

namespace hawser::detail {

// -1, 0, 1: the place of a before or behind b. NULLs are where the order has them.
template <class Order, class V>
int placed(const std::optional<V>& a, const std::optional<V>& b) {
    if (!a && !b) return 0;
    if (!a || !b) return !a == Order::has_nulls_first ? -1 : 1;
    const int order = ordered(*a, *b);
    return Order::descending ? -order : order;
}

template <class... Order>
struct evaluator<after_test<Order...>> {
    template <class T>
    static truth of(const after_test<Order...>& e, const T& row) {
        return behind(row, e.values, std::index_sequence_for<Order...>{});
    }

private:
    template <class T, std::size_t... I>
    static bool behind(const T& row, const typename after_test<Order...>::values_type& values,
                       std::index_sequence<I...>) {
        int order = 0;
        ((order = order == 0 ? placed<Order>(as_evaluated(row.*order_parts<Order>::member),
                                             as_evaluated(std::get<I>(values)))
                             : order),
         ...);
        return order > 0;
    }
};

// The row that is there, and the one that was to be inserted.
template <class T>
struct meeting {
    const T& stored;
    const T& fresh;
};
template <class T>
struct members_in<meeting<T>> {
    template <auto Member>
    static const auto& value(const meeting<T>& rows) {
        return rows.stored.*Member;
    }
};
template <auto Member>
struct evaluator<excluded_column<Member>> {
    template <class T>
    static auto of(const excluded_column<Member>&, const meeting<T>& rows) {
        return as_evaluated(rows.fresh.*Member);
    }
};

// Whether a comes before b in the order of a query.
template <class T, class... Order>
bool comes_before(const T& a, const T& b, const std::tuple<Order...>& order) {
    int found = 0;
    std::apply(
        [&](const Order&... o) {
            ((found = found == 0 ? placed<Order>(evaluate(o.inner, a), evaluate(o.inner, b)) : found), ...);
        },
        order);
    return found < 0;
}

} // namespace hawser::detail
