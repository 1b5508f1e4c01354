#pragma once
// What the compiled core needs to know of an entity: one constant per type, functions over untyped rows.
#include <cstddef>
#include <hawser/db/send.hpp>
#include <hawser/engine/batch.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/update.hpp>
#include <hawser/mapping/validate.hpp>
#include <optional>
#include <span>
#include <vector>

namespace hawser::detail {

struct entity_plan {
    const table_info* table;
    std::size_t row_size;
    bool generates_key;
    bool versioned;

    const statement* insert;
    const statement* insert_keyed; // null without a generated key
    const statement* update;
    const statement* row_exists;

    // Calls the generators of default_; null where there are none.
    void (*fill)(void* row, const stamp& by);
    void (*validate)(const void* row, std::optional<std::size_t> index, std::vector<violation>& found);
    void (*encode_insert)(const void* row, const stamp& by, std::span<const key_binding> bound,
                          parameters& to);
    void (*encode_update)(const void* row, const stamp& by, parameters& to);
    void (*encode_key)(const void* row, parameters& to);
    void (*write_back_insert)(void* row, const stamp& by, std::int64_t key);
    void (*write_back_update)(void* row, const stamp& by);
};

template <class T>
constexpr const statement* keyed_statement() {
    if constexpr (generates_key<T>)
        return &statement_of<T, insert_keyed_text<T>>;
    else
        return nullptr;
}

template <class T>
constexpr auto filler() {
    void (*fill)(void*, const stamp&) = nullptr;
    if constexpr (has_generators<T>) fill = &fill_row<T, stamp>;
    return fill;
}
template <class T>
inline constexpr entity_plan plan_of{
    .table = &table_of<T>,
    .row_size = sizeof(T),
    .generates_key = generates_key<T>,
    .versioned = has_version<T>,
    .insert = &statement_of<T, insert_text<T>>,
    .insert_keyed = keyed_statement<T>(),
    .update = &statement_of<T, update_text<T>>,
    .row_exists = &statement_of<T, row_exists_text<T>>,
    .fill = filler<T>(),
    .validate = &validate_row<T>,
    .encode_insert = &encode_insert<T>,
    .encode_update = &encode_update<T>,
    .encode_key = &encode_key_of<T>,
    .write_back_insert = &write_back_insert<T>,
    .write_back_update = &write_back_update<T>,
};

// The job fails with these violations before it is sent; without any it does not.
void refuse(engine::job& j, const table_info& table, std::vector<violation> found);
template <class T, class... A>
void refuse_invalid(engine::job& j, const A&... set) {
    std::vector<violation> found;
    validate_assignments<T>({}, found, set...);
    if (!found.empty()) refuse(j, table_of<T>, std::move(found));
}

// Throws validation_error with all violations of these rows.
void require_valid(const entity_plan& plan, const void* rows, std::size_t count, bool bulk);

// Requests of one row, appended to a batch.
engine::request& add_insert(engine::batch& b, const entity_plan& plan, const void* row, const stamp& by,
                            std::span<const key_binding> bound);
engine::request& add_update(engine::batch& b, const entity_plan& plan, const void* row, const stamp& by);

// The repository's verbs over untyped rows. Rows are borrowed until the task completes.
[[nodiscard]] task<void> insert_row(handle on, const entity_plan& plan, void* row);
[[nodiscard]] task<bool> update_row(handle on, const entity_plan& plan, void* row);
[[nodiscard]] task<void> upsert_row(handle on, const entity_plan& plan, const statement& what, void* row);
// A request that is known already; true if it changed a row.
[[nodiscard]] task<bool> run_changed(handle on, engine::job_ptr j);

} // namespace hawser::detail
