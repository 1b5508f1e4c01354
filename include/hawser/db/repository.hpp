#pragma once
// The rows of one entity.
#include <hawser/db/bulk.hpp>
#include <hawser/db/entity_plan.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/hazard.hpp>
#include <hawser/db/select_query.hpp>
#include <hawser/mapping/violates.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace hawser {

// Reads and writes rows of T through a database, a session or a transaction, whose handle it copies. Cheap to
// make and to copy. Derive from it to add the domain's own queries.
//
// Rows are validated before they travel (validation_error, all violations). Rows that are passed in are borrowed
// until the task completes; what the database made of them (key, timestamps, version) is written back on success.
template <entity T>
class repository {
    static_assert(detail::checked<T>::ok);

public:
    using key = key_of_t<T>;

    explicit repository(const executor_ref& on) : on_(on.get()) {}

    // unique_violation, foreign_key_violation, check_violation, .. as the table says.
    [[nodiscard]] task<void> insert(T& row) const {
        return detail::insert_row(on_, detail::plan_of<T>, &row);
    }
    // The whole row. False: no such row; of a versioned entity that is stale_object.
    [[nodiscard]] task<bool> update(T& row) const {
        return detail::update_row(on_, detail::plan_of<T>, &row);
    }
    // Inserts, or updates what is there under the same primary key (or the only declared unique). Writes nothing back.
    [[nodiscard]] task<void> upsert(T& row) const {
        return detail::upsert_row(on_, detail::plan_of<T>, detail::statement_of<T, detail::upsert_text<T>>,
                                  &row);
    }
    // These columns of one row. False: no such row.
    template <detail::assigns... A>
    [[nodiscard]] task<bool> update(const key& id, const A&... set) const {
        auto j = detail::statement_job(on_, detail::statement_of<T, detail::patch_text<T, A...>>);
        detail::encode_assignments<T>(detail::stamp{on_.now()}, j->batch.values, set...);
        detail::encode_key<T>(id, j->batch.values);
        return detail::run_changed(on_, counted(std::move(j)));
    }
    [[nodiscard]] task<bool> erase(const key& id) const {
        return detail::run_changed(on_, by_key<detail::erase_text<T>>(id));
    }

    // Throws not_found.
    [[nodiscard]] task<T> get(const key& id) const {
        return detail::fetch_only_row<T, false>(on_.database->engine, by_key<detail::by_key_text<T>>(id));
    }
    [[nodiscard]] task<std::optional<T>> find(const key& id) const {
        return detail::fetch_first_row<T, false>(on_.database->engine, by_key<detail::by_key_text<T>>(id),
                                                 true);
    }

    template <detail::condition C>
    [[nodiscard]] auto where(C condition) const {
        return select_query<T, C>(on_, std::move(condition));
    }
    template <class... O>
    [[nodiscard]] auto order_by(O... order) const {
        return whole().order_by(order...);
    }
    [[nodiscard]] auto limit(std::int64_t rows) const { return whole().limit(rows); }
    [[nodiscard]] auto offset(std::int64_t rows) const { return whole().offset(rows); }
    [[nodiscard]] auto all() const { return whole().all(); }
    [[nodiscard]] auto one() const { return whole().one(); }
    [[nodiscard]] auto first() const { return whole().first(); }
    [[nodiscard]] auto count() const { return whole().count(); }
    [[nodiscard]] auto exists() const { return whole().exists(); }
    [[nodiscard]] auto erase(all_rows_t all) const { return whole().erase(all); }
    template <detail::assigns... A>
    [[nodiscard]] auto update(all_rows_t all, const A&... set) const {
        return whole().update(all, set...);
    }

    // All rows or none. ids[i] belongs to rows[i]; empty where the entity's key is not generated.
    [[nodiscard]] task<std::vector<std::int64_t>> bulk_insert(std::span<const T> rows) const {
        return detail::insert_rows(on_, detail::plan_of<T>, rows.data(), rows.size(), true);
    }
    // All rows or none, without ids: the fastest way in. Any input range of T; memory is bounded by a chunk.
    // The range is borrowed, and read on the awaiting executor. Number of rows.
    template <class Range>
    [[nodiscard]] task<std::int64_t> copy_in(Range&& rows) const {
        if constexpr (detail::hazardous<Range>)
            static_assert(detail::never<Range>,
                          "hawser: GCC 12 destroys this range twice; name it before co_await");
        return detail::copy_range<T>(on_, rows);
    }

    // A temporary entity inside co_await is destroyed twice by GCC 12.
    template <class U>
        requires detail::hazardous<U> && std::is_same_v<U, T>
    task<void> insert(U&&) const {
        static_assert(detail::never<U>,
                      "hawser: name the entity before co_await insert(entity); its key is written back");
        return {};
    }
    template <class U>
        requires detail::hazardous<U> && std::is_same_v<U, T>
    task<bool> update(U&&) const {
        static_assert(detail::never<U>,
                      "hawser: name the entity before co_await update(entity); its version is written back");
        return {};
    }
    template <class U>
        requires detail::hazardous<U> && std::is_same_v<U, T>
    task<void> upsert(U&&) const {
        static_assert(detail::never<U>, "hawser: name the entity before co_await upsert(entity)");
        return {};
    }

protected:
    [[nodiscard]] select_query<T> whole() const { return select_query<T>(on_, detail::every_row{}); }
    detail::handle on_;

private:
    template <class Text>
    engine::job_ptr by_key(const key& id) const {
        auto j = detail::statement_job(on_, detail::statement_of<T, Text>);
        detail::encode_key<T>(id, j->batch.values);
        return counted(std::move(j));
    }
    static engine::job_ptr counted(engine::job_ptr j) {
        j->batch.requests.back().parameter_count = static_cast<std::uint32_t>(j->batch.values.size());
        return j;
    }
};

} // namespace hawser
