#pragma once
// bulk_erase: rows by key.
#include <hawser/db/bulk/call.hpp>
#include <hawser/mapping/bulk.hpp>

namespace hawser::detail {

template <class T>
inline constexpr bulk_plan bulk_erase_plan{
    .verb = engine::bulk_verb::erase,
    .table = &table_of<T>,
    .what = &statement_of<T, bulk_erase_text<T>>,
    .row_size = sizeof(key_of_t<T>),
    .encode = &encode_erased<T>,
};

[[nodiscard]] task<std::int64_t> erase_rows(handle on, const bulk_plan& plan, const void* keys,
                                            std::size_t count, bulk_options options);

} // namespace hawser::detail
