#pragma once
// The rows of one entity.
#include <hawser/db/bulk.hpp>
#include <hawser/db/entity_plan.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/hazard.hpp>
#include <hawser/db/select_query.hpp>
#include <hawser/mapping/conflict.hpp>
#include <hawser/mapping/violates.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace hawser {

namespace detail {

template <class T, class Conflict>
task<bool> upsert_by(handle on, T& row, Conflict how) {
    const stamp by = on.stamped();
    fill_row<T>(&row, by);
    std::vector<violation> found;
    validate_row<T>(&row, {}, found);
    how.template validate<T>({}, found);
    if (!found.empty()) throw validation_error(table_of<T>.name, std::move(found));
    auto j = new_job(on, engine::batch_mode::atomic);
    encode_insert<T>(&row, by, {}, j->batch.values);
    how.bind(j->batch.values);
    add_request(j->batch, statement_of<T, typename Conflict::template text<T>>, 0);
    auto stored = co_await fetch_first_row<T, false>(on.database->engine, std::move(j), true);
    if (!stored) co_return false;
    row = std::move(*stored);
    co_return true;
}

} // namespace detail

// Reads and writes rows of T through a database, a session or a transaction, whose handle it copies. Cheap to
// make and to copy. Derive from it to add the domain's own queries.
//
// Rows are validated before they travel (validation_error, all violations). Rows that are passed in are borrowed
// until the task completes; what the database made of them (key, timestamps, version) is written back on success.
//
// Errors: reads throw not_found (get), too_many_rows, and type_mismatch where a column does not fit its member; writes
// validation_failed before anything travels, the table's constraint violations, stale_object, read_only, and
// out_of_range for a value that cannot be stored. Any call may end as executor_ref says.
// Lifetimes: the database stays open as long as it is not closed, whatever becomes of this object. Over a transaction
// or a session every call after its end fails with DB_TXN_001.
// Threads: as the executor_ref that it is made of.
// Cancellation: as executor_ref says; a bulk call completes once what it had not committed is undone.
template <class T>
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
    // Inserts, or updates what is there under the same primary key (or the only declared unique). Writes nothing back
    // but what generators have made.
    [[nodiscard]] task<void> upsert(T& row) const {
        return detail::upsert_row(on_, detail::plan_of<T>, detail::statement_of<T, detail::upsert_text<T>>,
                                  &row);
    }
    // Inserts, or does what on_conflict says of the row that is there: on_conflict<&position::symbol>
    // .update(set<..>(..)), .update_all(), .ignore(). The whole row is written back as it is stored. False: ignored.
    template <class Conflict>
        requires detail::is_conflict<Conflict>
    [[nodiscard]] task<bool> upsert(T& row, const Conflict& how) const {
        return detail::upsert_by(on_, row, how);
    }
    // These columns of one row. False: no such row. Values are checked by the rules of their members.
    template <detail::assigns... A>
    [[nodiscard]] task<bool> update(const key& id, const A&... set) const {
        auto j = detail::statement_job(on_, detail::statement_of<T, detail::patch_text<T, A...>>);
        detail::refuse_invalid<T>(*j, set...);
        detail::append_values(*j, [&](parameters& to) {
            detail::encode_assignments<T>(on_.stamped(), to, set...);
            detail::encode_key<T>(id, to);
        });
        return detail::run_changed(on_, counted(std::move(j)));
    }
    // Of a soft-deletable entity this marks the row as deleted. False: no such row.
    [[nodiscard]] task<bool> erase(const key& id) const {
        auto j = detail::statement_job(on_, detail::statement_of<T, detail::erase_text<T>>);
        detail::append_values(*j, [&](parameters& to) {
            detail::encode_erasure<T>(on_.stamped(), to);
            detail::encode_key<T>(id, to);
        });
        return detail::run_changed(on_, counted(std::move(j)));
    }
    // Of a soft-deletable entity. False: no such row that is marked as deleted.
    [[nodiscard]] task<bool> restore(const key& id) const
        requires detail::has_soft_delete<T>
    {
        auto j = detail::statement_job(on_, detail::statement_of<T, detail::restore_text<T>>);
        detail::append_values(*j, [&](parameters& to) {
            detail::encode_touches<T>(on_.stamped(), to);
            detail::encode_key<T>(id, to);
        });
        return detail::run_changed(on_, counted(std::move(j)));
    }
    // Deletes for good, whether the row is marked as deleted or not. False: no such row.
    [[nodiscard]] task<bool> purge(const key& id) const
        requires detail::has_soft_delete<T>
    {
        return detail::run_changed(on_, by_key<detail::purge_text<T>>(id));
    }
    // A query that sees deleted rows too, also those of tables that it joins: with_deleted().where(..).all(). Where only
    // a joined table has such rows, the query has it: include<&player::team_id>().with_deleted().
    [[nodiscard]] auto with_deleted() const
        requires detail::has_soft_delete<T>
    {
        return whole().with_deleted();
    }

    // Throws not_found.
    [[nodiscard]] task<T> get(const key& id) const {
        return detail::fetch_only_row<T, false>(on_.database->engine, by_key<detail::by_key_text<T>>(id));
    }
    [[nodiscard]] task<std::optional<T>> find(const key& id) const {
        return detail::fetch_first_row<T, false>(on_.database->engine, by_key<detail::by_key_text<T>>(id),
                                                 true);
    }

    // Every clause and terminal of a query, over the whole table; see select_query.
    template <detail::condition C>
    [[nodiscard]] auto where(C condition) const {
        return select_query<T, C>(on_, std::move(condition));
    }
    template <class... O>
    [[nodiscard]] auto order_by(O... order) const {
        return whole().order_by(std::move(order)...);
    }
    [[nodiscard]] auto limit(std::int64_t rows) const { return whole().limit(rows); }
    [[nodiscard]] auto offset(std::int64_t rows) const { return whole().offset(rows); }
    [[nodiscard]] auto distinct() const { return whole().distinct(); }
    [[nodiscard]] auto for_update() const { return whole().for_update(); }
    [[nodiscard]] auto for_share() const { return whole().for_share(); }
    [[nodiscard]] auto all() const { return whole().all(); }
    [[nodiscard]] auto one() const { return whole().one(); }
    [[nodiscard]] auto first() const { return whole().first(); }
    [[nodiscard]] auto stream(std::size_t rows = detail::rows_per_fetch,
                              const stream_options& options = {}) const {
        return whole().stream(rows, options);
    }
    template <auto Member>
    [[nodiscard]] auto pluck() const {
        return whole().template pluck<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto sum() const {
        return whole().template sum<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto avg() const {
        return whole().template avg<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto min() const {
        return whole().template min<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto max() const {
        return whole().template max<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto join() const {
        return whole().template join<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto include() const {
        return whole().template include<Member>();
    }
    template <class Row, detail::operand... E>
    [[nodiscard]] auto select(E... expressions) const {
        return whole().template select<Row>(std::move(expressions)...);
    }
    // The whole table as a query.
    [[nodiscard]] select_query<T> query() const { return whole(); }
    [[nodiscard]] auto count() const { return whole().count(); }
    [[nodiscard]] auto exists() const { return whole().exists(); }
    [[nodiscard]] auto erase(all_rows_t all) const { return whole().erase(all); }
    template <detail::assigns... A>
    [[nodiscard]] auto update(all_rows_t all, const A&... set) const {
        return whole().update(all, set...);
    }
    [[nodiscard]] auto returning() const { return whole().returning(); }

    // Bulk calls. Spans and ranges are borrowed until the task completes; a cancelled call completes once what it
    // had not committed is undone. By default all rows or none, see bulk_options. A failure that has one names its
    // row: e.info().row, violations()[i].row. Empty input does nothing. What generators make of const rows is stored and
    // not told: call fill_defaults(rows) before, where it is wanted.

    // ids[i] belongs to rows[i] (0 where resume_from left it out); empty where the entity's key is not generated.
    [[nodiscard]] task<std::vector<std::int64_t>> bulk_insert(std::span<const T> rows,
                                                              bulk_options options = {}) const {
        return detail::insert_rows(on_, detail::bulk_insert_plan<T>, rows.data(), rows.size(), options);
    }
    // Whole rows by key; of a versioned entity those of the same version. The rows that were not found so: with
    // .atomic = false they are told in input order, else the first is thrown (not_found, stale_object) and nothing
    // is stored. Where the rows are not const, what a write sets (version, updated_at, ..) is written back once they
    // are stored. Of rows with the same key the last wins or, of a versioned entity, the second is stale.
    template <class Rows>
    [[nodiscard]] task<std::vector<missed_row<key>>> bulk_update(Rows&& rows,
                                                                 bulk_options options = {}) const {
        if constexpr (detail::hazardous<Rows>)
            static_assert(detail::never<Rows>,
                          "hawser: GCC 12 destroys these rows twice; name them before co_await");
        return detail::update_range<T>(on_, detail::bulk_update_plan<T>, rows, options);
    }
    // These members only, whatever the row's version, and what every write sets: updated_at, row_version + 1. Members
    // of the key and of the framework's structs cannot be named. Only the rules of these members are checked. Of rows
    // with the same key the last wins.
    template <auto First, auto... Rest, class Rows>
    [[nodiscard]] task<std::vector<missed_row<key>>> bulk_update(Rows&& rows,
                                                                 bulk_options options = {}) const {
        static_assert(detail::bulk_settable<T, First, Rest...>::ok);
        if constexpr (detail::hazardous<Rows>)
            static_assert(detail::never<Rows>,
                          "hawser: GCC 12 destroys these rows twice; name them before co_await");
        return detail::update_range<T>(on_, detail::bulk_patch_plan<T, First, Rest...>, rows, options);
    }
    // Inserts, or updates what is there under the same primary key (or the only declared unique): all but key and
    // created_at and created_by, row_version + 1. Of rows that meet in one call the last is stored, and only it is counted.
    // Writes nothing back.
    [[nodiscard]] task<upsert_counts> bulk_upsert(std::span<const T> rows, bulk_options options = {}) const {
        return detail::upsert_rows(on_, detail::bulk_upsert_plan<T>, rows.data(), rows.size(), options);
    }
    // How many rows were there to be erased.
    [[nodiscard]] task<std::int64_t> bulk_erase(std::span<const key> keys, bulk_options options = {}) const {
        return detail::erase_rows(on_, detail::bulk_erase_plan<T>, keys.data(), keys.size(), options);
    }
    // Inserts without ids: the fastest way in. Any input range of T, read on the awaiting executor; memory is
    // bounded by a chunk. Number of rows. With .atomic = false rules are checked chunk by chunk.
    template <class Range>
    [[nodiscard]] task<std::int64_t> copy_in(Range&& rows, bulk_options options = {}) const {
        if constexpr (detail::hazardous<Range>)
            static_assert(detail::never<Range>,
                          "hawser: GCC 12 destroys this range twice; name it before co_await");
        return detail::copy_range<T>(on_, rows, options);
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
        detail::append_values(*j, [&](parameters& to) { detail::encode_key<T>(id, to); });
        return counted(std::move(j));
    }
    static engine::job_ptr counted(engine::job_ptr j) {
        j->batch.requests.back().parameter_count = static_cast<std::uint32_t>(j->batch.values.size());
        return j;
    }
};

} // namespace hawser
