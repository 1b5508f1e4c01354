#pragma once
// fake_repository.where(..).order_by(..).limit(..) and what ends it.
#include <algorithm>
#include <cstdint>
#include <hawser/db/hazard.hpp>
#include <hawser/db/select_query.hpp>
#include <hawser/testing/fake_call.hpp>
#include <hawser/testing/fake_stream.hpp>
#include <hawser/testing/fake_total.hpp>
#include <hawser/testing/fake_write.hpp>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hawser::detail {

// The rowids of the rows that a statement with this condition sees and means.
template <class T, class Where>
std::vector<std::int64_t> rowids_where(const fake_table<T>& table, const Where& where) {
    parameters sent; // throws for values that cannot be
    where.bind(sent);
    require_storable(sent);
    std::vector<std::int64_t> found;
    for (const auto& [rowid, row] : table.rows()) {
        if (leaves_out_deleted<T, Where> && is_marked_deleted(row)) continue;
        if (evaluate(where, row) == truth(true)) found.push_back(rowid);
    }
    return found;
}

// Changes each, or none. Gives the rows as they are then or, where they go, as they were.
template <class T, class... A>
std::vector<T> update_where(fake_table<T>& table, const std::vector<std::int64_t>& rowids, const stamp& by,
                            const A&... set) {
    const fake_site at{&table_of<T>, "update_where"};
    return whole_or_not(table, [&] {
        std::vector<T> changed;
        for (const std::int64_t rowid : rowids) {
            changed.push_back(as_set(table.row(rowid), by, at, set...));
            table.replace(rowid, changed.back(), at);
        }
        return changed;
    });
}
template <class T>
std::vector<T> erase_where(fake_table<T>& table, const std::vector<std::int64_t>& rowids, const stamp& by) {
    const fake_site at{&table_of<T>, "erase_where"};
    return whole_or_not(table, [&] {
        std::vector<T> changed;
        for (const std::int64_t rowid : rowids) {
            if (!has_soft_delete<T>) changed.push_back(table.row(rowid));
            erase_from(table, rowid, by, at);
            if (has_soft_delete<T>) changed.push_back(table.row(rowid));
        }
        return changed;
    });
}

struct fake_shape {
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();
    std::int64_t offset = 0;
};

template <auto Member>
inline constexpr bool never_joined = false;

} // namespace hawser::detail

namespace hawser::testing {

template <class T, class Where>
class fake_returning;

// As select_query, over the rows of a fake_repository. What only a database can do is refused while compiling.
template <class T, class Where = hawser::detail::every_row, bool Bounded = false, bool Distinct = false,
          class... Order>
class fake_query {
    using handle = hawser::detail::fake_handle<T>;
    using table = hawser::detail::fake_table<T>;

public:
    using entity = T;

    fake_query(handle on, Where where, std::tuple<Order...> order = {})
        : on_(std::move(on)), where_(std::move(where)), order_(std::move(order)) {}

    template <hawser::detail::condition C>
    [[nodiscard]] auto where(C condition) const {
        if constexpr (hawser::detail::has_condition<Where>)
            return with_where(hawser::detail::logic<'&', Where, C>(where_, std::move(condition)));
        else
            return with_where(std::move(condition));
    }
    template <class... O>
    [[nodiscard]] auto order_by(O... order) const {
        static_assert(!hawser::detail::seeks<Where>, "hawser: order_by comes before after()");
        return next<Bounded, Distinct>(where_, std::tuple_cat(order_, std::tuple<O...>(std::move(order)...)));
    }
    [[nodiscard]] auto after(const T& row) const {
        static_assert(!hawser::detail::seeks<Where>, "hawser: after() is given twice");
        return where(hawser::detail::after_row<T, Order...>(row));
    }
    template <class U>
        requires hawser::detail::hazardous<U> && std::is_same_v<U, T>
    [[nodiscard]] auto after(U&& row) const {
        static_assert(hawser::detail::never<U>, "hawser: name the row before co_await ..after(row)");
        return after(static_cast<const T&>(row));
    }
    [[nodiscard]] auto limit(std::int64_t rows) const {
        auto q = next<true, Distinct>(where_, order_);
        q.shape_.limit = rows < 0 ? 0 : rows;
        return q;
    }
    [[nodiscard]] auto offset(std::int64_t rows) const {
        auto q = next<true, Distinct>(where_, order_);
        q.shape_.offset = rows < 0 ? 0 : rows;
        return q;
    }
    [[nodiscard]] auto with_deleted() const {
        static_assert(hawser::detail::has_soft_delete<T>,
                      "hawser: with_deleted() of a query without a soft-deletable table");
        if constexpr (hawser::detail::shows_deleted<Where>::value)
            return *this;
        else if constexpr (hawser::detail::has_condition<Where>)
            return with_where(hawser::detail::logic<'&', hawser::detail::deleted_too, Where>(
                hawser::detail::deleted_too{}, where_));
        else
            return with_where(hawser::detail::deleted_too{});
    }
    // Equal values once, of pluck<>.
    [[nodiscard]] auto distinct() const { return next<Bounded, true>(where_, order_); }

    template <auto Member>
    [[nodiscard]] auto join() const {
        static_assert(hawser::detail::never_joined<Member>,
                      "hawser: a fake_repository has one table and no joins; use a database in memory");
        return *this;
    }
    template <auto Member>
    [[nodiscard]] auto include() const {
        static_assert(hawser::detail::never_joined<Member>,
                      "hawser: a fake_repository has one table and no joins; use a database in memory");
        return *this;
    }
    template <class Row, class... E>
    [[nodiscard]] auto select(E...) const {
        static_assert(hawser::detail::never<Row>,
                      "hawser: a fake_repository has no select<>() and no groups; use a database in memory");
        return *this;
    }
    template <class U = T>
    [[nodiscard]] auto for_update() const {
        refuse_locks<U>();
        return *this;
    }
    template <class U = T>
    [[nodiscard]] auto for_share() const {
        refuse_locks<U>();
        return *this;
    }

    [[nodiscard]] task<std::vector<T>> all() const {
        whole_rows();
        return fake_call(on_, [q = *this](table& t) { return q.rows(t); });
    }
    [[nodiscard]] task<T> one() const {
        whole_rows();
        return fake_call(on_, [q = limited(2)](table& t) { return q.only(t); });
    }
    [[nodiscard]] task<std::optional<T>> first() const {
        whole_rows();
        return fake_call(on_, [q = limited(1)](table& t) {
            auto rows = q.rows(t);
            return rows.empty() ? std::nullopt : std::optional<T>(std::move(rows.front()));
        });
    }
    [[nodiscard]] fake_stream<T> stream(std::size_t rows = hawser::detail::rows_per_fetch,
                                        const stream_options& = {}) const {
        whole_rows();
        return {[q = *this] { return q.all(); }, rows};
    }
    template <auto Member>
    [[nodiscard]] task<std::vector<hawser::detail::plucked<T, Member>>> pluck() const {
        static_assert(!Distinct || (hawser::detail::orders_by<Order, Member> && ...),
                      "hawser: distinct values can be ordered by themselves only");
        return fake_call(on_, [q = *this](table& t) { return q.template values<Member>(t); });
    }

    template <auto Member>
    [[nodiscard]] auto sum() const {
        no_clauses();
        using totals = hawser::detail::fake_totals<T, Member>;
        return fake_call(on_, [q = *this](table& t) { return totals::sum(q.meant(t)); });
    }
    template <auto Member>
    [[nodiscard]] auto avg() const {
        no_clauses();
        using totals = hawser::detail::fake_totals<T, Member>;
        return fake_call(on_, [q = *this](table& t) { return totals::avg(q.meant(t)); });
    }
    template <auto Member>
    [[nodiscard]] auto min() const {
        no_clauses();
        using totals = hawser::detail::fake_totals<T, Member>;
        return fake_call(on_, [q = *this](table& t) { return totals::template extreme<true>(q.meant(t)); });
    }
    template <auto Member>
    [[nodiscard]] auto max() const {
        no_clauses();
        using totals = hawser::detail::fake_totals<T, Member>;
        return fake_call(on_, [q = *this](table& t) { return totals::template extreme<false>(q.meant(t)); });
    }
    [[nodiscard]] task<std::int64_t> count() const {
        no_clauses();
        return fake_call(on_,
                         [q = *this](table& t) { return static_cast<std::int64_t>(q.rowids(t).size()); });
    }
    [[nodiscard]] task<bool> exists() const {
        no_clauses();
        return fake_call(on_, [q = *this](table& t) { return !q.rowids(t).empty(); });
    }

    [[nodiscard]] task<std::int64_t> erase() const {
        no_clauses();
        static_assert(!hawser::detail::may_be_every_row<Where>,
                      "hawser: erase() of a whole table needs hawser::all_rows");
        return erase(all_rows);
    }
    template <hawser::detail::assigns... A>
    [[nodiscard]] task<std::int64_t> update(const A&... set) const {
        no_clauses();
        static_assert(!hawser::detail::may_be_every_row<Where>,
                      "hawser: update() of a whole table needs hawser::all_rows");
        return update(all_rows, set...);
    }
    [[nodiscard]] task<std::int64_t> erase(all_rows_t) const {
        no_clauses();
        return fake_call(on_, [q = *this](table& t) {
            return size_of(hawser::detail::erase_where(t, q.rowids(t), q.on_.stamped()));
        });
    }
    template <hawser::detail::assigns... A>
    [[nodiscard]] task<std::int64_t> update(all_rows_t, const A&... set) const {
        no_clauses();
        return fake_call(on_, [q = *this, set...](table& t) {
            hawser::detail::require_valid_assignments<T>(set...);
            return size_of(hawser::detail::update_where(t, q.rowids(t), q.on_.stamped(), set...));
        });
    }
    [[nodiscard]] task<std::int64_t> purge() const
        requires hawser::detail::has_soft_delete<T>
    {
        no_clauses();
        static_assert(!hawser::detail::may_be_every_row<Where>,
                      "hawser: purge() of a whole table needs hawser::all_rows");
        return purge(all_rows);
    }
    [[nodiscard]] task<std::int64_t> purge(all_rows_t) const
        requires hawser::detail::has_soft_delete<T>
    {
        no_clauses();
        const auto q = with_deleted();
        return fake_call(on_, [q](table& t) {
            const auto rowids = q.rowids(t);
            for (const std::int64_t rowid : rowids) t.remove(rowid);
            return static_cast<std::int64_t>(rowids.size());
        });
    }
    [[nodiscard]] auto returning() const {
        no_clauses();
        return fake_returning<T, Where>(on_, where_);
    }

private:
    template <class, class, bool, bool, class...>
    friend class fake_query;

    static constexpr void whole_rows() {
        static_assert(!Distinct, "hawser: distinct() goes with pluck<> only; whole rows differ by their key");
    }
    static constexpr void no_clauses() {
        static_assert(!Bounded && sizeof...(Order) == 0,
                      "hawser: order_by, limit and offset go with all(), first() and one() only");
        static_assert(!Distinct, "hawser: distinct() goes with pluck<> only; a fake_repository counts rows");
    }
    template <class U>
    static constexpr void refuse_locks() {
        static_assert(hawser::detail::never<U>,
                      "hawser: a fake_repository has no transactions to lock in; use a database in memory");
    }
    static std::int64_t size_of(const std::vector<T>& rows) { return static_cast<std::int64_t>(rows.size()); }

    template <bool Bounded2, bool Distinct2, class W, class... O>
    auto next(W where, std::tuple<O...> order) const {
        fake_query<T, W, Bounded2, Distinct2, O...> q(on_, std::move(where), std::move(order));
        q.shape_ = shape_;
        return q;
    }
    template <class W>
    auto with_where(W where) const {
        return next<Bounded, Distinct>(std::move(where), order_);
    }
    // The query's own limit holds as well.
    fake_query limited(std::int64_t most) const {
        fake_query q = *this;
        q.shape_.limit = std::min(shape_.limit, most);
        return q;
    }

    std::vector<std::int64_t> rowids(const table& t) const { return hawser::detail::rowids_where(t, where_); }
    // In order, before limit and offset.
    std::vector<const T*> meant(const table& t) const {
        std::vector<const T*> rows;
        for (const std::int64_t rowid : rowids(t)) rows.push_back(&t.row(rowid));
        if constexpr (sizeof...(Order) > 0) {
            // Those in one place stay in the order of the table.
            const auto before = [&](const std::pair<std::size_t, const T*>& a,
                                    const std::pair<std::size_t, const T*>& b) {
                if (hawser::detail::comes_before(*a.second, *b.second, order_)) return true;
                if (hawser::detail::comes_before(*b.second, *a.second, order_)) return false;
                return a.first < b.first;
            };
            std::vector<std::pair<std::size_t, const T*>> numbered;
            for (const T* row : rows) numbered.emplace_back(numbered.size(), row);
            std::sort(numbered.begin(), numbered.end(), before);
            for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = numbered[i].second;
        }
        return rows;
    }
    template <class V>
    void bound(std::vector<V>& values) const {
        const auto size = static_cast<std::int64_t>(values.size());
        const auto first = std::min(shape_.offset, size);
        const auto last = first + std::min(shape_.limit, size - first);
        values.erase(values.begin() + last, values.end());
        values.erase(values.begin(), values.begin() + first);
    }
    std::vector<T> rows(const table& t) const {
        std::vector<const T*> found = meant(t);
        bound(found);
        std::vector<T> copies;
        copies.reserve(found.size());
        for (const T* row : found) copies.push_back(*row);
        return copies;
    }
    T only(const table& t) const {
        const hawser::detail::fake_site at{&hawser::detail::table_of<T>, "select"};
        auto found = rows(t);
        if (found.empty()) hawser::detail::throw_not_found(at);
        if (found.size() > 1) hawser::detail::throw_too_many(at);
        return std::move(found.front());
    }
    template <auto Member>
    std::vector<hawser::detail::plucked<T, Member>> values(const table& t) const {
        std::vector<hawser::detail::plucked<T, Member>> found;
        std::unordered_set<std::string> seen;
        bool seen_null = false;
        for (const T* row : meant(t)) {
            if (Distinct) {
                const auto text =
                    hawser::detail::distinct_text_of(*row, hawser::detail::member_list<Member>{});
                if (text ? !seen.insert(*text).second : std::exchange(seen_null, true)) continue;
            }
            found.push_back(row->*Member);
        }
        bound(found);
        return found;
    }

    handle on_;
    Where where_;
    std::tuple<Order...> order_;
    hawser::detail::fake_shape shape_{};
};

// A query whose update(..) and erase(..) give back the rows.
template <class T, class Where>
class fake_returning {
    using handle = hawser::detail::fake_handle<T>;
    using table = hawser::detail::fake_table<T>;

public:
    fake_returning(handle on, Where where) : on_(std::move(on)), where_(std::move(where)) {}

    template <hawser::detail::assigns... A>
    [[nodiscard]] task<std::vector<T>> update(const A&... set) const {
        static_assert(!hawser::detail::may_be_every_row<Where>,
                      "hawser: update() of a whole table needs hawser::all_rows");
        return update(all_rows, set...);
    }
    template <hawser::detail::assigns... A>
    [[nodiscard]] task<std::vector<T>> update(all_rows_t, const A&... set) const {
        return fake_call(on_, [q = *this, set...](table& t) {
            hawser::detail::require_valid_assignments<T>(set...);
            return hawser::detail::update_where(t, hawser::detail::rowids_where(t, q.where_), q.on_.stamped(),
                                                set...);
        });
    }
    [[nodiscard]] task<std::vector<T>> erase() const {
        static_assert(!hawser::detail::may_be_every_row<Where>,
                      "hawser: erase() of a whole table needs hawser::all_rows");
        return erase(all_rows);
    }
    [[nodiscard]] task<std::vector<T>> erase(all_rows_t) const {
        return fake_call(on_, [q = *this](table& t) {
            return hawser::detail::erase_where(t, hawser::detail::rowids_where(t, q.where_), q.on_.stamped());
        });
    }

private:
    handle on_;
    Where where_;
};

} // namespace hawser::testing
