#pragma once
// A repository without a database, for tests of code that is given one.
#include <hawser/db/bulk/copy_in.hpp>
#include <hawser/db/hazard.hpp>
#include <hawser/testing/fake_bulk.hpp>
#include <hawser/testing/fake_query.hpp>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

namespace hawser::testing {

// Rows of T in memory behind the calls of hawser::repository<T>, with its results and its errors: queries by the same
// expressions, keys, uniques (declared, and unique indexes), typed checks, rules, generators, timestamps, versions,
// marks of deleted rows. Code that is a template on its repository runs on either, see repository_like.
//
//   hawser::testing::fake_repository<trade> trades{{.clock = &clock}};
//   order_book<hawser::testing::fake_repository<trade>> book{trades};
//
// It is no database: no SQL, no transactions and units of work, no locks, no foreign keys (references point where they
// like), no checks and index conditions that are SQL text, no joins and select<>(), no streams that outlive their moment,
// no cancellation and no deadlines. Code that needs one of them is tested on a database in memory. Where engines differ it is SQLite: the order of rows without order_by, keys given out again after the last row
// was erased. Errors have the kind, the table, the columns, the constraint, the violations and the text of the real ones,
// but no sql and no engine's code.
//
// Copies share the rows. Every call is lazy, lets others run first and is done at once then; any thread may call. Rows
// and spans that are passed in are borrowed until the task completes.
template <class T>
class fake_repository {
    static_assert(hawser::detail::checked<T>::ok);
    using table = hawser::detail::fake_table<T>;
    using site = hawser::detail::fake_site;

public:
    using key = key_of_t<T>;

    explicit fake_repository(const fake_options& options = {})
        : on_{std::make_shared<hawser::detail::fake_state<T>>(),
              hawser::detail::fake_settings{}.with(options)} {}

    // The same rows, written by somebody else: as db.with({.actor = ..}). What is left out stays.
    [[nodiscard]] fake_repository with(const fake_options& options) const {
        fake_repository other = *this;
        other.on_.settings = on_.settings->with(options);
        return other;
    }

    [[nodiscard]] task<void> insert(T& row) const {
        return fake_call(on_, [on = on_, &row](table& t) {
            const auto by = on.stamped();
            fill(row, by);
            hawser::detail::require_valid_row(row);
            const site at = site_of("insert");
            const auto rowid = hawser::detail::insert_into(t, hawser::detail::as_inserted(row, by, at), at);
            hawser::detail::write_back_insert<T>(&row, by, rowid);
        });
    }
    [[nodiscard]] task<bool> update(T& row) const {
        return fake_call(on_, [on = on_, &row](table& t) {
            hawser::detail::require_valid_row(row);
            const auto by = on.stamped();
            const site at = site_of("update");
            hawser::detail::require_sendable(
                at, [&](parameters& to) { hawser::detail::encode_update<T>(&row, by, to); });
            const auto rowid = visible(t, hawser::detail::key_of(row));
            if (!rowid || !hawser::detail::has_version_of(t.row(*rowid), row)) {
                if (!hawser::detail::has_version<T>) return false;
                hawser::detail::throw_stale(at, rowid.has_value());
            }
            t.replace(*rowid, hawser::detail::as_updated(t.row(*rowid), row, by), at);
            hawser::detail::write_back_update<T>(&row, by);
            return true;
        });
    }
    [[nodiscard]] task<void> upsert(T& row) const {
        return fake_call(on_, [on = on_, &row](table& t) {
            using target = typename hawser::detail::conflict_target<T>::fact;
            const auto by = on.stamped();
            fill(row, by);
            hawser::detail::require_valid_row(row);
            const site at = site_of("upsert");
            hawser::detail::upsert_into<target>(t, hawser::detail::as_inserted(row, by, at),
                                                hawser::detail::take_replaced{}, at);
        });
    }
    template <class Conflict>
        requires hawser::detail::is_conflict<Conflict>
    [[nodiscard]] task<bool> upsert(T& row, const Conflict& how) const {
        static_assert(Conflict::template fits<T>());
        return fake_call(on_, [on = on_, &row, how](table& t) {
            const auto by = on.stamped();
            fill(row, by);
            std::vector<violation> found;
            hawser::detail::validate_row<T>(&row, {}, found);
            how.template validate<T>({}, found);
            if (!found.empty()) throw validation_error(hawser::detail::table_of<T>.name, std::move(found));
            const site at = site_of("upsert");
            hawser::detail::require_sendable(at, [&](parameters& to) { how.bind(to); });
            const auto done = hawser::detail::upsert_into<typename Conflict::target>(
                t, hawser::detail::as_inserted(row, by, at), how.action(), at);
            if (done.what == hawser::detail::upserted::ignored) return false;
            row = t.row(done.rowid);
            return true;
        });
    }
    template <hawser::detail::assigns... A>
    [[nodiscard]] task<bool> update(const key& id, const A&... set) const {
        return fake_call(on_, [on = on_, id, set...](table& t) {
            hawser::detail::require_valid_assignments<T>(set...);
            const auto rowid = visible(t, id);
            if (!rowid) return false;
            const site at = site_of("patch");
            t.replace(*rowid, hawser::detail::as_set(t.row(*rowid), on.stamped(), at, set...), at);
            return true;
        });
    }
    [[nodiscard]] task<bool> erase(const key& id) const {
        return fake_call(on_, [on = on_, id](table& t) {
            const auto rowid = visible(t, id);
            if (rowid) hawser::detail::erase_from(t, *rowid, on.stamped(), site_of("erase"));
            return rowid.has_value();
        });
    }
    [[nodiscard]] task<bool> restore(const key& id) const
        requires hawser::detail::has_soft_delete<T>
    {
        return fake_call(on_, [on = on_, id](table& t) {
            const auto rowid = t.find(id);
            if (!rowid || !hawser::detail::is_marked_deleted(t.row(*rowid))) return false;
            T next = t.row(*rowid);
            next.deleted_at.reset();
            hawser::detail::write_back_update<T>(&next, on.stamped());
            t.replace(*rowid, std::move(next), site_of("restore"));
            return true;
        });
    }
    [[nodiscard]] task<bool> purge(const key& id) const
        requires hawser::detail::has_soft_delete<T>
    {
        return fake_call(on_, [id](table& t) {
            const auto rowid = t.find(id);
            if (rowid) t.remove(*rowid);
            return rowid.has_value();
        });
    }
    [[nodiscard]] auto with_deleted() const
        requires hawser::detail::has_soft_delete<T>
    {
        return query().with_deleted();
    }

    [[nodiscard]] task<T> get(const key& id) const {
        return fake_call(on_, [id](table& t) {
            const auto rowid = visible(t, id);
            if (!rowid) hawser::detail::throw_not_found(site_of("get"));
            return t.row(*rowid);
        });
    }
    [[nodiscard]] task<std::optional<T>> find(const key& id) const {
        return fake_call(on_, [id](table& t) {
            const auto rowid = visible(t, id);
            return rowid ? std::optional<T>(t.row(*rowid)) : std::nullopt;
        });
    }

    template <hawser::detail::condition C>
    [[nodiscard]] auto where(C condition) const {
        return fake_query<T, C>(on_, std::move(condition));
    }
    template <class... O>
    [[nodiscard]] auto order_by(O... order) const {
        return query().order_by(std::move(order)...);
    }
    [[nodiscard]] auto limit(std::int64_t rows) const { return query().limit(rows); }
    [[nodiscard]] auto offset(std::int64_t rows) const { return query().offset(rows); }
    [[nodiscard]] auto distinct() const { return query().distinct(); }
    [[nodiscard]] auto all() const { return query().all(); }
    [[nodiscard]] auto one() const { return query().one(); }
    [[nodiscard]] auto first() const { return query().first(); }
    [[nodiscard]] auto stream(std::size_t rows = hawser::detail::rows_per_fetch,
                              const stream_options& options = {}) const {
        return query().stream(rows, options);
    }
    template <auto Member>
    [[nodiscard]] auto pluck() const {
        return query().template pluck<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto sum() const {
        return query().template sum<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto avg() const {
        return query().template avg<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto min() const {
        return query().template min<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto max() const {
        return query().template max<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto join() const {
        return query().template join<Member>();
    }
    template <auto Member>
    [[nodiscard]] auto include() const {
        return query().template include<Member>();
    }
    template <class Row, class... E>
    [[nodiscard]] auto select(E... expressions) const {
        return query().template select<Row>(std::move(expressions)...);
    }
    template <class U = T>
    [[nodiscard]] auto for_update() const {
        return query().template for_update<U>();
    }
    template <class U = T>
    [[nodiscard]] auto for_share() const {
        return query().template for_share<U>();
    }
    [[nodiscard]] fake_query<T> query() const { return fake_query<T>(on_, hawser::detail::every_row{}); }
    [[nodiscard]] auto count() const { return query().count(); }
    [[nodiscard]] auto exists() const { return query().exists(); }
    [[nodiscard]] auto erase(all_rows_t all) const { return query().erase(all); }
    template <hawser::detail::assigns... A>
    [[nodiscard]] auto update(all_rows_t all, const A&... set) const {
        return query().update(all, set...);
    }
    [[nodiscard]] auto returning() const { return query().returning(); }

    [[nodiscard]] task<std::vector<std::int64_t>> bulk_insert(std::span<const T> rows,
                                                              bulk_options options = {}) const {
        return fake_call(on_, [on = on_, rows, options](table& t) {
            return hawser::detail::insert_all(t, rows.data(), rows.size(), on.stamped(), options);
        });
    }
    template <class Rows>
    [[nodiscard]] task<std::vector<missed_row<key>>> bulk_update(Rows&& rows,
                                                                 bulk_options options = {}) const {
        refuse_temporary<Rows>();
        return update_rows<hawser::detail::whole_rows<T>>(rows, options);
    }
    template <auto First, auto... Rest, class Rows>
    [[nodiscard]] task<std::vector<missed_row<key>>> bulk_update(Rows&& rows,
                                                                 bulk_options options = {}) const {
        static_assert(hawser::detail::bulk_settable<T, First, Rest...>::ok);
        refuse_temporary<Rows>();
        return update_rows<hawser::detail::some_members<T, First, Rest...>>(rows, options);
    }
    [[nodiscard]] task<upsert_counts> bulk_upsert(std::span<const T> rows, bulk_options options = {}) const {
        return fake_call(on_, [on = on_, rows, options](table& t) {
            return hawser::detail::upsert_all(t, rows.data(), rows.size(), on.stamped(), options);
        });
    }
    [[nodiscard]] task<std::int64_t> bulk_erase(std::span<const key> keys, bulk_options options = {}) const {
        return fake_call(on_, [on = on_, keys, options](table& t) {
            return hawser::detail::erase_all(t, keys.data(), keys.size(), on.stamped(), options);
        });
    }
    template <class Range>
    [[nodiscard]] task<std::int64_t> copy_in(Range&& rows, bulk_options options = {}) const {
        refuse_temporary<Range>();
        static_assert(std::is_same_v<std::ranges::range_value_t<Range>, T>,
                      "hawser: copy_in takes a range of the repository's entity");
        constexpr bool known = std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range>;
        return fake_call(on_, [on = on_, &rows, options](table& t) {
            std::size_t total = 0;
            if constexpr (std::ranges::sized_range<Range>)
                total = static_cast<std::size_t>(std::ranges::size(rows));
            std::vector<T> all;
            for (auto&& row : rows) all.push_back(std::forward<decltype(row)>(row));
            return hawser::detail::copy_all(t, all, on.stamped(), options, known, total);
        });
    }

    template <class U>
        requires hawser::detail::hazardous<U> && std::is_same_v<U, T>
    task<void> insert(U&&) const {
        static_assert(hawser::detail::never<U>,
                      "hawser: name the entity before co_await insert(entity); its key is written back");
        return {};
    }
    template <class U>
        requires hawser::detail::hazardous<U> && std::is_same_v<U, T>
    task<bool> update(U&&) const {
        static_assert(hawser::detail::never<U>,
                      "hawser: name the entity before co_await update(entity); its version is written back");
        return {};
    }
    template <class U>
        requires hawser::detail::hazardous<U> && std::is_same_v<U, T>
    task<void> upsert(U&&) const {
        static_assert(hawser::detail::never<U>, "hawser: name the entity before co_await upsert(entity)");
        return {};
    }

private:
    static constexpr site site_of(std::string_view verb) { return {&hawser::detail::table_of<T>, verb}; }
    static void fill(T& row, const hawser::detail::stamp& by) {
        if constexpr (hawser::detail::has_generators<T>) hawser::detail::fill_row<T>(&row, by);
    }
    // Of the row with this key, unless it is marked as deleted.
    static std::optional<std::int64_t> visible(const table& t, const key& id) {
        const auto rowid = t.find(id);
        if (rowid && hawser::detail::is_marked_deleted(t.row(*rowid))) return std::nullopt;
        return rowid;
    }
    template <class Rows>
    static constexpr void refuse_temporary() {
        static_assert(!hawser::detail::hazardous<Rows>,
                      "hawser: GCC 12 destroys these rows twice; name them before co_await");
    }
    template <class Change, class Rows>
    task<std::vector<missed_row<key>>> update_rows(Rows& rows, const bulk_options& options) const {
        static_assert(std::ranges::contiguous_range<Rows> && std::ranges::sized_range<Rows>,
                      "hawser: bulk_update takes a span or a vector of entities");
        static_assert(std::is_same_v<std::ranges::range_value_t<Rows>, T>,
                      "hawser: bulk_update takes rows of the repository's entity");
        auto* data = std::ranges::data(rows);
        T* back = nullptr;
        if constexpr (!std::is_const_v<std::remove_pointer_t<decltype(data)>>) back = data;
        const std::size_t size = std::ranges::size(rows);
        return fake_call(on_, [on = on_, data, back, size, options](table& t) {
            return hawser::detail::update_all<T, Change>(t, data, back, size, on.stamped(), options);
        });
    }

    hawser::detail::fake_handle<T> on_;
};

} // namespace hawser::testing
