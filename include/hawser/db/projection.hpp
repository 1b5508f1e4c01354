#pragma once
// repository.where(..).select<Row>(expressions...): what is read is not whole rows.
#include <algorithm>
#include <hawser/db/query_shape.hpp>
#include <hawser/db/stream.hpp>
#include <hawser/mapping/select/project.hpp>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace hawser {

// Rows of expressions over a query's tables, each as a Row: a described struct (member by member, in their order), a
// std::tuple, or the value alone. Number and types are checked while compiling. Aggregates stand with group_by(), or
// alone: then there is one row. Of a group only what is in group_by() and aggregates have one value: what is selected,
// ordered by and in having() is made of them. An aggregate over no values is NULL (count: 0): read it into an optional.
template <class Row, class S, class Shape, class Where, class Having, class Outputs, class Groups,
          class... Order>
class projection;
template <class Row, class S, class Shape, class Where, class Having, class... E, class... G, class... Order>
class projection<Row, S, Shape, Where, Having, std::tuple<E...>, std::tuple<G...>, Order...> {
    using T = detail::main_of<S>;
    using Bound = typename Shape::bound;

public:
    // One row for all rows in which these are the same. Expressions without constants.
    template <detail::operand... K>
    [[nodiscard]] auto group_by(K...) const {
        static_assert((!detail::has_value<K> && ...),
                      "hawser: group_by() takes expressions without constants");
        static_assert(sizeof...(G) == 0, "hawser: group_by() is given twice");
        return next<Shape, Having, std::tuple<K...>>(having_, order_);
    }
    // Groups that meet the condition; it may speak of aggregates.
    template <detail::condition C>
    [[nodiscard]] auto having(C condition) const {
        static_assert(sizeof...(G) > 0, "hawser: having() comes behind group_by()");
        if constexpr (detail::has_condition<Having>) {
            using both = detail::logic<'&', Having, C>;
            return next<Shape, both, std::tuple<G...>>(both(having_, std::move(condition)), order_);
        } else {
            return next<Shape, C, std::tuple<G...>>(std::move(condition), order_);
        }
    }
    // By columns, or by any expression: sum(col<..>).desc(). Of distinct() rows: by what is selected.
    template <class... O>
    [[nodiscard]] auto order_by(O... order) const {
        return next<Shape, Having, std::tuple<G...>>(
            having_, std::tuple_cat(order_, std::tuple<O...>(std::move(order)...)));
    }
    [[nodiscard]] auto limit(std::int64_t rows) const {
        using bound = std::conditional_t<std::is_same_v<Bound, detail::unbounded>, detail::limited, Bound>;
        auto q = next<typename Shape::template with_bound<bound>, Having, std::tuple<G...>>(having_, order_);
        q.limit_ = rows < 0 ? 0 : rows;
        return q;
    }
    [[nodiscard]] auto offset(std::int64_t rows) const {
        using shape = typename Shape::template with_bound<detail::limited_and_shifted>;
        auto q = next<shape, Having, std::tuple<G...>>(having_, order_);
        q.offset_ = rows < 0 ? 0 : rows;
        return q;
    }
    // Equal rows once.
    [[nodiscard]] auto distinct() const {
        return next<typename Shape::as_distinct, Having, std::tuple<G...>>(having_, order_);
    }

    // All rows, in memory.
    [[nodiscard]] task<std::vector<Row>> all() const {
        return detail::fetch_rows<Row, false>(on_.database->engine, job(limit_), detail::every);
    }
    // Exactly one: throws not_found, too_many_rows.
    [[nodiscard]] task<Row> one() const {
        return detail::fetch_only_row<Row, false>(on_.database->engine, job(limit_));
    }
    [[nodiscard]] task<std::optional<Row>> first() const {
        return detail::fetch_first_row<Row, false>(on_.database->engine, job(limit_), false);
    }
    // Row after row; see row_stream.
    [[nodiscard]] row_stream<Row> stream(std::size_t rows = detail::rows_per_fetch,
                                         const stream_options& options = {}) const {
        return {on_, job(limit_), rows, options};
    }

    projection(detail::handle on, Where where, Having having, std::tuple<E...> outputs,
               std::tuple<Order...> order, std::int64_t limit, std::int64_t offset)
        : on_(std::move(on)),
          where_(std::move(where)),
          having_(std::move(having)),
          outputs_(std::move(outputs)),
          order_(std::move(order)),
          limit_(limit),
          offset_(offset) {}

private:
    template <class, class, class, class, class, class, class, class...>
    friend class projection;

    template <class Shape2, class Having2, class Groups, class... O>
    auto next(Having2 having, std::tuple<O...> order) const {
        return projection<Row, S, Shape2, Where, Having2, std::tuple<E...>, Groups, O...>(
            on_, where_, std::move(having), outputs_, std::move(order), limit_, offset_);
    }
    struct texts {
        template <class W>
        using text = detail::project_text<S, Shape::distinct, detail::mp::mp_list<E...>,
                                          detail::mp::mp_list<G...>, Having, W, Bound, Order...>;
    };
    engine::job_ptr job(std::int64_t limit) const {
        auto j = detail::statement_job(on_, detail::statement_where<T, texts>(where_));
        detail::append_values(*j, [&](parameters& p) {
            std::apply([&](const E&... e) { (e.bind(p), ...); }, outputs_);
            where_.bind(p);
            having_.bind(p);
            detail::bind_order(order_, p);
            if constexpr (!std::is_same_v<Bound, detail::unbounded>) p.integer(limit);
            if constexpr (std::is_same_v<Bound, detail::limited_and_shifted>) p.integer(offset_);
        });
        return detail::counted(std::move(j));
    }

    detail::handle on_;
    Where where_;
    [[no_unique_address]] Having having_;
    std::tuple<E...> outputs_;
    [[no_unique_address]] std::tuple<Order...> order_;
    std::int64_t limit_;
    std::int64_t offset_;
};

} // namespace hawser
