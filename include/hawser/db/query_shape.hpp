#pragma once
// What a query is made of besides its condition and its order, and the jobs of its changes.
#include <hawser/db/entity_plan.hpp>
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/select/join.hpp>
#include <hawser/mapping/select/page.hpp>
#include <hawser/mapping/select/returning.hpp>
#include <tuple>
#include <utility>

namespace hawser::detail {

template <class Bound = unbounded, class Lock = no_lock, bool Distinct = false,
          class Included = mp::mp_list<>>
struct shape {
    using bound = Bound;
    using lock = Lock;
    static constexpr bool distinct = Distinct;
    using included = Included; // the joined tables whose rows are given as well
    template <class B>
    using with_bound = shape<B, Lock, Distinct, Included>;
    template <class L>
    using with_lock = shape<Bound, L, Distinct, Included>;
    using as_distinct = shape<Bound, Lock, true, Included>;
    template <std::size_t Table>
    using including = shape<Bound, Lock, Distinct, mp::mp_push_back<Included, mp::mp_size_t<Table>>>;
};

template <class S, class Shape>
struct rows_of_source {
    using row = S;
    template <class Where, class Tail, class... Order>
    using text = select_text<S, Where, Tail, Order...>;
};
template <class Main, class... Links, class Shape>
struct rows_of_source<joined<Main, Links...>, Shape> {
    using row = typename included_columns<joined<Main, Links...>, typename Shape::included>::row;
    template <class Where, class Tail, class... Order>
    using text = joined_text<joined<Main, Links...>, typename Shape::included, Where, Tail, Order...>;
};
template <class S, class Shape>
using row_of = typename rows_of_source<S, Shape>::row;
template <class S, class Shape, class Where, class Tail, class... Order>
using rows_text = typename rows_of_source<S, Shape>::template text<Where, Tail, Order...>;

template <class Order, auto Member>
inline constexpr bool orders_by = false;
template <class Order, auto Member>
    requires order_parts<Order>::is_member
inline constexpr bool orders_by<Order, Member> = is_same_member<order_parts<Order>::member, Member>;

template <class... O>
void bind_order(const std::tuple<O...>& order, parameters& p) {
    const auto one = [&](const auto& o) {
        if constexpr (requires { o.bind(p); }) o.bind(p);
    };
    std::apply([&](const O&... o) { (one(o), ...); }, order);
}

// The job's only request has all values.
engine::job_ptr counted(engine::job_ptr j);
// Locks are of transactions that may write: without one the job fails before it is sent, as misuse or read_only.
void require_transaction(const handle& on, engine::job& j);

// A sum over no values is zero.
template <class V>
task<V> fetch_or_zero(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    const auto sum = co_await fetch_only_row<std::optional<V>, false>(std::move(to), std::move(j));
    co_return sum ? *sum : V{};
}

// What a change gives: the number of its rows, or the rows.
struct counting {
    template <class T, class Change>
    using text = Change;
};
struct giving_back {
    template <class T, class Change>
    using text = returning_text<T, Change>;
};

template <class T, class Giving>
struct erase_texts {
    template <class W>
    using text = typename Giving::template text<T, erase_where_text<T, W>>;
};
template <class T, class Giving, class... A>
struct update_texts {
    template <class W>
    using text = typename Giving::template text<T, update_where_text<T, W, A...>>;
};

template <class T, class Giving, class Where>
engine::job_ptr erase_job(const handle& on, const Where& where) {
    auto j = statement_job(on, statement_where<T, erase_texts<T, Giving>>(where));
    append_values(*j, [&](parameters& to) {
        encode_erasure<T>(on.stamped(), to);
        where.bind(to);
    });
    return counted(std::move(j));
}
template <class T, class Giving, class Where, class... A>
engine::job_ptr update_job(const handle& on, const Where& where, const A&... set) {
    auto j = statement_job(on, statement_where<T, update_texts<T, Giving, A...>>(where));
    refuse_invalid<T>(*j, set...);
    append_values(*j, [&](parameters& to) {
        encode_assignments<T>(on.stamped(), to, set...);
        where.bind(to);
    });
    return counted(std::move(j));
}

} // namespace hawser::detail
