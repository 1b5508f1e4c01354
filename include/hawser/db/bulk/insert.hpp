#pragma once
// bulk_insert: ids in input order; copy_in: none.
#include <hawser/db/bulk/call.hpp>
#include <hawser/db/entity_plan.hpp>
#include <hawser/mapping/bulk.hpp>

namespace hawser::detail {

class bulk_feed;

template <class T>
void encode_inserted(const void* row, const stamp& by, parameters& to) {
    encode_insert<T>(row, by, {}, to);
}

template <class T>
inline constexpr bulk_plan bulk_insert_plan{
    .verb = engine::bulk_verb::insert,
    .table = &table_of<T>,
    .what = &statement_of<T, bulk_insert_text<T>>,
    .keyed = keyed_statement<T>(),
    .generates_key = generates_key<T>,
    .row_size = sizeof(T),
    .validate = &validate_inserted<T>,
    .encode = &encode_inserted<T>,
};

template <class T>
inline constexpr bulk_plan copy_in_plan{
    .verb = copy_in_text<T>::parameters == 0 ? engine::bulk_verb::insert : engine::bulk_verb::copy,
    .table = &table_of<T>,
    .what = &statement_of<T, copy_in_text<T>>,
    .row_size = sizeof(T),
    .validate = &validate_inserted<T>,
    .encode = &encode_inserted<T>,
};

[[nodiscard]] task<std::vector<std::int64_t>> insert_rows(handle on, const bulk_plan& plan, const void* rows,
                                                          std::size_t count, bulk_options options);
// Without keys; the number of rows.
[[nodiscard]] task<std::int64_t> copy_rows(handle on, const bulk_plan& plan, const void* rows,
                                           std::size_t count, bulk_options options);
// One chunk of a range, which begins at row `first` of it.
[[nodiscard]] task<void> copy_chunk(bulk_feed& feed, const bulk_plan& plan, const handle& on,
                                    const void* rows, std::size_t count, std::size_t first);

} // namespace hawser::detail
