#pragma once
// bulk_upsert: inserts, or updates what is there.
#include <hawser/db/bulk/call.hpp>
#include <hawser/db/bulk/insert.hpp>
#include <hawser/mapping/bulk.hpp>

namespace hawser::detail {

// Text is a generator of a single upsert whose `target` is the fact that rows conflict by.
template <class T, class Text = upsert_text<T>>
inline constexpr bulk_plan bulk_upsert_plan{
    .verb = engine::bulk_verb::upsert,
    .table = &table_of<T>,
    .what = &statement_of<T, bulk_upsert_text<T, Text>>,
    .row_size = sizeof(T),
    .validate = &validate_inserted<T>,
    .encode = &encode_inserted<T>,
    .encode_target = &encode_members<T, typename Text::target>,
};

[[nodiscard]] task<upsert_counts> upsert_rows(handle on, const bulk_plan& plan, const void* rows,
                                              std::size_t count, bulk_options options);

} // namespace hawser::detail
