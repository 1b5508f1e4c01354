#pragma once
// repository.where(..).order_by(..).limit(..) and what ends it.
#include <cstdint>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/send.hpp>
#include <hawser/mapping/select.hpp>
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace hawser {

// Says that a whole table is meant: erase(all_rows), update(all_rows, set<..>(..)).
struct all_rows_t {
    explicit all_rows_t() = default;
};
inline constexpr all_rows_t all_rows{};

// A query under construction: a value that holds the handle and the condition's constants. The text is made by the
// compiler from the query's type. Clauses return a new query; terminals copy what they need.
template <class T, class Where = detail::every_row, class Bound = detail::unbounded, class... Order>
class select_query {
public:
    select_query(detail::handle on, Where where) : on_(std::move(on)), where_(std::move(where)) {}

    // Another condition that must hold as well.
    template <detail::condition C>
    [[nodiscard]] auto where(C condition) const {
        if constexpr (detail::has_condition<Where>)
            return next<detail::logic<'&', Where, C>, Bound, Order...>(
                detail::logic<'&', Where, C>(where_, std::move(condition)));
        else
            return next<C, Bound, Order...>(std::move(condition));
    }
    template <class... O>
    [[nodiscard]] auto order_by(O...) const {
        return next<Where, Bound, Order..., O...>(where_);
    }
    // At most this many rows; not negative.
    [[nodiscard]] auto limit(std::int64_t rows) const {
        using bound = std::conditional_t<std::is_same_v<Bound, detail::unbounded>, detail::limited, Bound>;
        auto q = next<Where, bound, Order...>(where_);
        q.limit_ = rows < 0 ? 0 : rows;
        return q;
    }
    // Skips rows. Costs what it skips: prefer a condition on the last row seen.
    [[nodiscard]] auto offset(std::int64_t rows) const {
        auto q = next<Where, detail::limited_and_shifted, Order...>(where_);
        q.offset_ = rows < 0 ? 0 : rows;
        return q;
    }

    // All rows, in memory.
    [[nodiscard]] task<std::vector<T>> all() const {
        return detail::fetch_rows<T, false>(on_.database->engine, select_job<Bound>(), detail::every);
    }
    // Exactly one: throws not_found, too_many_rows.
    [[nodiscard]] task<T> one() const {
        return detail::fetch_only_row<T, false>(on_.database->engine, bounded_job<2>());
    }
    [[nodiscard]] task<std::optional<T>> first() const {
        return detail::fetch_first_row<T, false>(on_.database->engine, bounded_job<1>(), false);
    }
    [[nodiscard]] task<std::int64_t> count() const {
        no_clauses();
        return detail::fetch_only_row<std::int64_t, false>(on_.database->engine,
                                                           job<detail::count_text<T, Where>>());
    }
    [[nodiscard]] task<bool> exists() const {
        no_clauses();
        return detail::fetch_only_row<bool, false>(on_.database->engine,
                                                   job<detail::exists_text<T, Where>>());
    }

    // Number of rows erased, changed.
    [[nodiscard]] task<std::int64_t> erase() const {
        no_clauses();
        static_assert(detail::has_condition<Where>,
                      "hawser: erase() of a whole table needs hawser::all_rows");
        return erase_matching();
    }
    template <detail::assigns... A>
    [[nodiscard]] task<std::int64_t> update(const A&... set) const {
        no_clauses();
        static_assert(detail::has_condition<Where>,
                      "hawser: update() of a whole table needs hawser::all_rows");
        return update_matching(set...);
    }
    [[nodiscard]] task<std::int64_t> erase(all_rows_t) const {
        no_clauses();
        return erase_matching();
    }
    template <detail::assigns... A>
    [[nodiscard]] task<std::int64_t> update(all_rows_t, const A&... set) const {
        no_clauses();
        return update_matching(set...);
    }

private:
    template <class U, class W, class B, class... O>
    friend class select_query;

    static constexpr void no_clauses() {
        static_assert(std::is_same_v<Bound, detail::unbounded> && sizeof...(Order) == 0,
                      "hawser: order_by, limit and offset go with all(), first() and one() only");
    }
    template <class W, class B, class... O, class Value>
    auto next(Value where) const {
        select_query<T, W, B, O...> q(on_, W(std::move(where)));
        q.limit_ = limit_;
        q.offset_ = offset_;
        return q;
    }

    template <class Text>
    engine::job_ptr job() const {
        auto j = detail::statement_job(on_, detail::statement_of<T, Text>);
        where_.bind(j->batch.values);
        return counted(std::move(j));
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
    template <class B>
    engine::job_ptr select_job() const {
        auto j =
            detail::statement_job(on_, detail::statement_of<T, detail::select_text<T, Where, B, Order...>>);
        where_.bind(j->batch.values);
        if constexpr (std::is_same_v<B, detail::limited> || std::is_same_v<B, detail::limited_and_shifted>)
            j->batch.values.integer(limit_);
        if constexpr (std::is_same_v<B, detail::limited_and_shifted>) j->batch.values.integer(offset_);
        return counted(std::move(j));
    }
    task<std::int64_t> erase_matching() const {
        return detail::run_counted(on_.database->engine, job<detail::erase_where_text<T, Where>>());
    }
    template <class... A>
    task<std::int64_t> update_matching(const A&... set) const {
        auto j =
            detail::statement_job(on_, detail::statement_of<T, detail::update_where_text<T, Where, A...>>);
        detail::encode_assignments<T>(detail::stamp{on_.now()}, j->batch.values, set...);
        where_.bind(j->batch.values);
        return detail::run_counted(on_.database->engine, counted(std::move(j)));
    }
    static engine::job_ptr counted(engine::job_ptr j) {
        j->batch.requests.back().parameter_count = static_cast<std::uint32_t>(j->batch.values.size());
        return j;
    }

    detail::handle on_;
    Where where_;
    std::int64_t limit_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t offset_ = 0;
};

} // namespace hawser
