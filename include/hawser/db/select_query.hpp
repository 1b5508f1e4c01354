#pragma once
// repository.where(..).order_by(..).limit(..) and what ends it.
#include <algorithm>
#include <cstdint>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/hazard.hpp>
#include <hawser/db/projection.hpp>
#include <hawser/db/query_shape.hpp>
#include <hawser/db/send.hpp>
#include <hawser/db/stream.hpp>
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/select/page.hpp>
#include <hawser/mapping/select/pluck.hpp>
#include <hawser/mapping/select/returning.hpp>
#include <hawser/mapping/select/total.hpp>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace hawser {

// Says that a whole table is meant: erase(all_rows), update(all_rows, set<..>(..)).
struct all_rows_t {
    explicit all_rows_t() = default;
};
inline constexpr all_rows_t all_rows{};

template <class T, class Where, class... Order>
class returning_query;

// A query under construction: a value that holds the handle and the condition's constants. The text is made by the
// compiler from the query's type. Clauses return a new query; terminals copy what they need.
//
// Errors: thrown by the terminals' tasks: not_found and too_many_rows (one), type_mismatch, out_of_range (a sum, or a
// constant that cannot be sent); of update and erase the table's constraint violations. Else as executor_ref says.
// Lifetimes: it may be kept, and used any number of times; a task needs neither the query nor what it was made of.
// Threads: a value, not to be changed while another thread uses it; else as executor_ref.
// Cancellation: as executor_ref says.
template <class S, class Where = detail::every_row, class Shape = detail::shape<>, class... Order>
class select_query {
    using T = detail::main_of<S>;
    using Bound = typename Shape::bound;
    using row_type = detail::row_of<S, Shape>;

public:
    using entity = T;

    select_query(detail::handle on, Where where)
        requires(sizeof...(Order) == 0)
        : on_(std::move(on)), where_(std::move(where)) {}

    // Another condition that must hold as well.
    template <detail::condition C>
    [[nodiscard]] auto where(C condition) const {
        if constexpr (detail::has_condition<Where>)
            return with_where(detail::logic<'&', Where, C>(where_, std::move(condition)));
        else
            return with_where(std::move(condition));
    }
    // Behind what is ordered by already. NULL counts as greater than every value: last of asc, first of desc.
    template <class... O>
    [[nodiscard]] auto order_by(O... order) const {
        static_assert(!detail::seeks<Where>, "hawser: order_by comes before after()");
        return next<S, Shape>(where_, std::tuple_cat(order_, std::tuple<O...>(std::move(order)...)));
    }
    // The rows behind this one, in the order of the query; the row itself need not be there any more. The order
    // ends in a unique key, so that none is left out or seen twice.
    [[nodiscard]] auto after(const T& row) const {
        static_assert(!detail::seeks<Where>, "hawser: after() is given twice");
        return where(detail::after_row<T, Order...>(row));
    }
    template <class U>
        requires detail::hazardous<U> && std::is_same_v<U, T>
    [[nodiscard]] auto after(U&& row) const {
        static_assert(detail::never<U>, "hawser: name the row before co_await ..after(row)");
        return after(static_cast<const T&>(row));
    }
    // At most this many rows; not negative.
    [[nodiscard]] auto limit(std::int64_t rows) const {
        using bound = std::conditional_t<std::is_same_v<Bound, detail::unbounded>, detail::limited, Bound>;
        auto q = next<S, typename Shape::template with_bound<bound>>(where_, order_);
        q.limit_ = rows < 0 ? 0 : rows;
        return q;
    }
    // Skips rows. Costs what it skips: prefer after().
    [[nodiscard]] auto offset(std::int64_t rows) const {
        auto q = next<S, typename Shape::template with_bound<detail::limited_and_shifted>>(where_, order_);
        q.offset_ = rows < 0 ? 0 : rows;
        return q;
    }
    // Brings the table that a member refers to into scope: of where, order_by, pluck and select. Rows without a
    // partner are left out, a partner that is marked as deleted is none (see with_deleted). The member is one of the query's entity or of one joined before, and its reference is
    // declared. Whose column is meant where several tables have it: hawser::via<&friction::home_id>(..).
    template <auto Member>
    [[nodiscard]] auto join() const {
        static_assert(detail::joins_along<S, Member>());
        return joining<Member, false, Shape>();
    }
    // As join, and gives its row too: all() is of std::tuple<friction, team, team>, in the order of the includes. Of a
    // member that may be NULL it is std::optional<team>, and no row is left out: where there is none, every column of
    // that table is NULL: is_null() and coalesce() take it, order_by has a place for it, pluck and select want optionals. One
    // statement for all of it.
    template <auto Member>
    [[nodiscard]] auto include() const {
        static_assert(detail::joins_along<S, Member>());
        constexpr std::size_t table = detail::joining<S>::template link_along<Member>().at;
        if constexpr (table < detail::joining<S>::size)
            return next<S, typename Shape::template including<table>>(where_, order_);
        else
            return joining<Member, true, typename Shape::template including<detail::joining<S>::size>>();
    }
    // Expressions instead of rows: select<volume>(col<&trade::symbol>, hawser::sum(col<&trade::quantity>)).
    template <class Row, detail::operand... E>
    [[nodiscard]] auto select(E... expressions) const {
        static_assert(detail::selects<S, Row, E...>());
        static_assert(Shape::lock::strength == detail::lock_strength::none,
                      "hawser: select<>() does not lock");
        return projection<Row, S, Shape, Where, detail::every_row, std::tuple<E...>, std::tuple<>, Order...>(
            on_, where_, detail::every_row{}, std::tuple<E...>(std::move(expressions)...), order_, limit_,
            offset_);
    }

    // Sees rows that are marked as deleted too, those of the query's entity and those of all joined tables. Without it
    // they are as if they were not there: a row whose partner is marked is left out by join<>, and by include<> unless
    // the member may be NULL. It stands behind the joins, or right behind the repository.
    [[nodiscard]] auto with_deleted() const {
        static_assert(detail::may_hold_deleted<S>,
                      "hawser: with_deleted() of a query without a soft-deletable table");
        if constexpr (detail::shows_deleted<Where>::value)
            return *this;
        else if constexpr (detail::has_condition<Where>)
            return with_where(detail::logic<'&', detail::deleted_too, Where>(detail::deleted_too{}, where_));
        else
            return with_where(detail::deleted_too{});
    }

    // Equal values once: of pluck<> and select<>. Their number: select<std::int64_t>(count_distinct(col<..>)).one().
    [[nodiscard]] auto distinct() const { return next<S, typename Shape::as_distinct>(where_, order_); }

    // Locks the rows that are read until the transaction ends; misuse outside of one, read_only in one that is. On SQLite a transaction that
    // may write has the database to itself: nothing else is to be done. skip_locked() leaves out rows that others
    // have locked, nowait() fails (lock_timeout) instead of waiting for them.
    [[nodiscard]] auto for_update() const {
        return locking<detail::lock_strength::update, Shape::lock::wait>();
    }
    [[nodiscard]] auto for_share() const {
        return locking<detail::lock_strength::share, Shape::lock::wait>();
    }
    [[nodiscard]] auto skip_locked() const {
        return locking<Shape::lock::strength, detail::lock_wait::skip_locked>();
    }
    [[nodiscard]] auto nowait() const { return locking<Shape::lock::strength, detail::lock_wait::nowait>(); }

    // All rows, in memory.
    [[nodiscard]] task<std::vector<row_type>> all() const {
        whole_rows();
        return detail::fetch_rows<row_type, false>(engine(), select_job<Bound>(), detail::every);
    }
    // Exactly one: throws not_found, too_many_rows.
    [[nodiscard]] task<row_type> one() const {
        whole_rows();
        return detail::fetch_only_row<row_type, false>(engine(), bounded_job<2>());
    }
    [[nodiscard]] task<std::optional<row_type>> first() const {
        whole_rows();
        return detail::fetch_first_row<row_type, false>(engine(), bounded_job<1>(), false);
    }
    // Row after row, `rows` fetched at a time; see row_stream.
    [[nodiscard]] row_stream<row_type> stream(std::size_t rows = detail::rows_per_fetch,
                                              const stream_options& options = {}) const {
        whole_rows();
        static_assert(!detail::locks<tail<Bound>>, "hawser: a stream does not lock; use all() or after()");
        return {on_, select_job<Bound>(), rows, options};
    }
    // One member of each row; of joined tables any of theirs, optional where include<> may give no row of it.
    template <auto Member>
    [[nodiscard]] task<std::vector<detail::plucked<S, Member>>> pluck() const {
        rows_by_themselves();
        static_assert(!Shape::distinct || (detail::orders_by<Order, Member> && ...),
                      "hawser: distinct values can be ordered by themselves only");
        return detail::fetch_rows<detail::plucked<S, Member>, false>(
            engine(), bound_job<Bound>(statement<pluck_texts<Member>>()), detail::every);
    }

    // Over all rows of the query; NULL does not count. A sum over no values is zero; the others are empty then.
    // Sums of integers are std::int64_t (out_of_range beyond), of decimals exact; avg is a double.
    template <auto Member>
    [[nodiscard]] auto sum() const {
        using operand = decltype(hawser::sum(col<Member>));
        return detail::fetch_or_zero<typename operand::value_type>(engine(), total_job<operand>());
    }
    template <auto Member>
    [[nodiscard]] auto avg() const {
        return total<decltype(hawser::avg(col<Member>))>();
    }
    template <auto Member>
    [[nodiscard]] auto min() const {
        return total<decltype(hawser::min(col<Member>))>();
    }
    template <auto Member>
    [[nodiscard]] auto max() const {
        return total<decltype(hawser::max(col<Member>))>();
    }

    [[nodiscard]] task<std::int64_t> count() const {
        no_clauses();
        return detail::fetch_only_row<std::int64_t, false>(engine(), where_job(statement<count_texts>()));
    }
    [[nodiscard]] task<bool> exists() const {
        no_clauses();
        return detail::fetch_only_row<bool, false>(engine(), where_job(statement<exists_texts>()));
    }

    // Deletes the rows that meet the condition. Number of rows.
    [[nodiscard]] task<std::int64_t> erase() const {
        changes();
        static_assert(!detail::may_be_every_row<Where>,
                      "hawser: erase() of a whole table needs hawser::all_rows");
        return erase(all_rows);
    }
    // Sets these members of the rows that meet the condition. Number of rows. Values are checked by the rules of
    // their members, what expressions make is not.
    template <detail::assigns... A>
    [[nodiscard]] task<std::int64_t> update(const A&... set) const {
        changes();
        static_assert(!detail::may_be_every_row<Where>,
                      "hawser: update() of a whole table needs hawser::all_rows");
        return update(all_rows, set...);
    }
    [[nodiscard]] task<std::int64_t> erase(all_rows_t) const {
        changes();
        return detail::run_counted(engine(), detail::erase_job<T, detail::counting>(on_, where_));
    }
    template <detail::assigns... A>
    [[nodiscard]] task<std::int64_t> update(all_rows_t, const A&... set) const {
        changes();
        return detail::run_counted(engine(), detail::update_job<T, detail::counting>(on_, where_, set...));
    }
    // Of a soft-deletable entity: deletes the rows for good, also those that are not marked as deleted. Number of rows.
    [[nodiscard]] task<std::int64_t> purge() const
        requires detail::has_soft_delete<T>
    {
        changes();
        static_assert(!detail::may_be_every_row<Where>,
                      "hawser: purge() of a whole table needs hawser::all_rows");
        return purge(all_rows);
    }
    [[nodiscard]] task<std::int64_t> purge(all_rows_t) const
        requires detail::has_soft_delete<T>
    {
        changes();
        return detail::run_counted(engine(), where_job(statement<purge_texts>()));
    }
    // update(..) and erase(..) behind it give back the rows: as they were stored, as they were before the erase.
    // In no order.
    [[nodiscard]] auto returning() const {
        changes();
        return returning_query<T, Where>(on_, where_);
    }

private:
    template <class, class, class, class...>
    friend class select_query;

    select_query(detail::handle on, Where where, std::tuple<Order...> order, std::int64_t limit,
                 std::int64_t offset)
        : on_(std::move(on)),
          where_(std::move(where)),
          order_(std::move(order)),
          limit_(limit),
          offset_(offset) {}

    static constexpr void rows_by_themselves() {
        static_assert(!(detail::has_aggregate<Order> || ...),
                      "hawser: order_by() an aggregate goes with select<> only");
    }
    static constexpr void whole_rows() {
        rows_by_themselves();
        static_assert(
            !Shape::distinct,
            "hawser: distinct() goes with pluck<> and select<> only; whole rows differ by their key");
    }
    static constexpr void no_clauses() {
        static_assert(std::is_same_v<Bound, detail::unbounded> && sizeof...(Order) == 0 &&
                          Shape::lock::strength == detail::lock_strength::none,
                      "hawser: order_by, limit and offset go with all(), first() and one() only");
        static_assert(!Shape::distinct,
                      "hawser: distinct() goes with pluck<> and select<> only; count by count_distinct()");
    }
    static constexpr void changes() {
        no_clauses();
        static_assert(std::is_same_v<S, T>,
                      "hawser: update() and erase() change one table, this query has joins");
    }
    template <class S2, class Shape2, class W, class... O>
    auto next(W where, std::tuple<O...> order) const {
        return select_query<S2, W, Shape2, O...>(on_, std::move(where), std::move(order), limit_, offset_);
    }
    template <auto Member, bool MayLack, class Shape2>
    auto joining() const {
        return next<typename detail::with_link<S, Member, MayLack>::type, Shape2>(where_, order_);
    }
    template <class W>
    auto with_where(W where) const {
        return next<S, Shape>(std::move(where), order_);
    }
    template <detail::lock_strength Strength, detail::lock_wait Wait>
    auto locking() const {
        static_assert(std::is_same_v<S, T>, "hawser: locks go with one table, this query has joins");
        static_assert(Strength != detail::lock_strength::none,
                      "hawser: skip_locked() and nowait() come behind for_update() or for_share()");
        return next<S, typename Shape::template with_lock<detail::row_lock<Strength, Wait>>>(where_, order_);
    }

    template <class B>
    using tail = typename detail::tail_of<B, typename Shape::lock>::type;
    template <class Tail>
    struct select_texts {
        template <class W>
        using text = detail::rows_text<S, Shape, W, Tail, Order...>;
    };
    template <auto Member>
    struct pluck_texts {
        template <class W>
        using text = detail::pluck_text<S, Member, Shape::distinct, W, tail<Bound>, Order...>;
    };
    struct count_texts {
        template <class W>
        using text = detail::count_text<S, W>;
    };
    struct exists_texts {
        template <class W>
        using text = detail::exists_text<S, W>;
    };
    template <class Aggregate>
    struct total_texts {
        template <class W>
        using text = detail::total_text<S, Aggregate, W>;
    };
    template <class Aggregate>
    engine::job_ptr total_job() const {
        no_clauses();
        return where_job(statement<total_texts<Aggregate>>());
    }
    template <class Aggregate>
    task<std::optional<typename Aggregate::value_type>> total() const {
        return detail::fetch_only_row<std::optional<typename Aggregate::value_type>, false>(
            engine(), total_job<Aggregate>());
    }
    struct purge_texts {
        template <class W>
        using text = detail::purge_where_text<T, W>;
    };
    template <class Texts>
    const hawser::statement& statement() const {
        return detail::statement_where<T, Texts>(where_);
    }

    engine::job_ptr where_job(const hawser::statement& what) const {
        auto j = detail::statement_job(on_, what);
        detail::append_values(*j, [&](parameters& p) { where_.bind(p); });
        return detail::counted(std::move(j));
    }
    template <class B>
    engine::job_ptr bound_job(const hawser::statement& what) const {
        auto j = detail::statement_job(on_, what);
        detail::append_values(*j, [&](parameters& p) {
            where_.bind(p);
            detail::bind_order(order_, p);
            if constexpr (std::is_same_v<B, detail::limited> ||
                          std::is_same_v<B, detail::limited_and_shifted>)
                p.integer(limit_);
            if constexpr (std::is_same_v<B, detail::limited_and_shifted>) p.integer(offset_);
        });
        if constexpr (detail::locks<tail<B>>) detail::require_transaction(on_, *j);
        return detail::counted(std::move(j));
    }
    template <class B>
    engine::job_ptr select_job() const {
        return bound_job<B>(statement<select_texts<tail<B>>>());
    }
    // No more than `Most` rows, and no more than the query's own limit.
    template <unsigned Most>
    engine::job_ptr bounded_job() const {
        if constexpr (std::is_same_v<Bound, detail::unbounded>) {
            return select_job<detail::at_most<Most>>();
        } else {
            select_query narrowed(*this);
            narrowed.limit_ = std::min<std::int64_t>(limit_, Most);
            return narrowed.template select_job<Bound>();
        }
    }
    [[nodiscard]] const std::shared_ptr<engine::engine>& engine() const noexcept {
        return on_.database->engine;
    }

    detail::handle on_;
    Where where_;
    [[no_unique_address]] std::tuple<Order...> order_;
    std::int64_t limit_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t offset_ = 0;
};

// A query whose update(..) and erase(..) give back the rows.
template <class T, class Where, class... Order>
class returning_query {
public:
    returning_query(detail::handle on, Where where) : on_(std::move(on)), where_(std::move(where)) {}

    // The rows as they are now.
    template <detail::assigns... A>
    [[nodiscard]] task<std::vector<T>> update(const A&... set) const {
        static_assert(!detail::may_be_every_row<Where>,
                      "hawser: update() of a whole table needs hawser::all_rows");
        return update(all_rows, set...);
    }
    template <detail::assigns... A>
    [[nodiscard]] task<std::vector<T>> update(all_rows_t, const A&... set) const {
        return detail::fetch_rows<T, false>(on_.database->engine,
                                            detail::update_job<T, detail::giving_back>(on_, where_, set...),
                                            detail::every);
    }
    // The rows as they were.
    [[nodiscard]] task<std::vector<T>> erase() const {
        static_assert(!detail::may_be_every_row<Where>,
                      "hawser: erase() of a whole table needs hawser::all_rows");
        return erase(all_rows);
    }
    [[nodiscard]] task<std::vector<T>> erase(all_rows_t) const {
        return detail::fetch_rows<T, false>(
            on_.database->engine, detail::erase_job<T, detail::giving_back>(on_, where_), detail::every);
    }

private:
    detail::handle on_;
    Where where_;
};

} // namespace hawser
