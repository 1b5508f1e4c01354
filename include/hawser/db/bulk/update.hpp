#pragma once
// bulk_update: whole rows, or some of their columns, by key.
#include <hawser/db/bulk/call.hpp>
#include <hawser/mapping/bulk.hpp>
#include <hawser/mapping/update.hpp>
#include <hawser/mapping/validate.hpp>
#include <ranges>

namespace hawser::detail {

template <class T>
inline constexpr bulk_plan bulk_update_plan{
    .verb = engine::bulk_verb::update,
    .table = &table_of<T>,
    .what = &statement_of<T, bulk_update_text<T>>,
    .exists = has_version<T> ? &statement_of<T, row_exists_text<T>> : nullptr,
    .row_size = sizeof(T),
    .validate = &validate_row<T>,
    .encode = &encode_update<T>,
    .encode_key = &encode_key_of<T>,
    .encode_target = has_version<T> ? nullptr : &encode_key_of<T>,
    .write_back = &write_back_update<T>,
};

template <class T, auto... M>
inline constexpr bulk_plan bulk_patch_plan{
    .verb = engine::bulk_verb::update,
    .table = &table_of<T>,
    .what = &statement_of<T, bulk_patch_text<T, M...>>,
    .row_size = sizeof(T),
    .validate = &validate_members<T, M...>,
    .encode = &encode_patch<T, M...>,
    .encode_target = &encode_key_of<T>,
    .write_back = &write_back_update<T>,
};

template <class T>
key_of_t<T> key_of(const T& row) {
    const auto key = [&]<auto... M>(const primary_key_fact<M...>&) { return key_of_t<T>(row.*M...); };
    return key(std::get<primary_key_of<T>>(meta<T>.facts));
}

template <class T>
task<std::vector<missed_row<key_of_t<T>>>> update_rows(handle on, const bulk_plan& plan, const T* rows,
                                                       T* back, std::size_t count, bulk_options options) {
    auto call = std::make_shared<bulk_call>(plan, on);
    call->lend(rows, count);
    call->return_to(back);
    if (options.atomic) call->throw_misses();
    co_await run_bulk(std::move(on), call, options);
    std::vector<missed_row<key_of_t<T>>> missed;
    missed.reserve(call->misses.size());
    for (const auto& m : call->misses) missed.push_back({m.row, key_of(rows[m.row]), m.why});
    co_return missed;
}

// Rows of a range that may be const: then nothing is written back.
template <class T, class Rows>
auto update_range(const handle& on, const bulk_plan& plan, Rows& rows, const bulk_options& options) {
    static_assert(std::ranges::contiguous_range<Rows> && std::ranges::sized_range<Rows>,
                  "hawser: bulk_update takes a span or a vector of entities");
    static_assert(std::is_same_v<std::ranges::range_value_t<Rows>, T>,
                  "hawser: bulk_update takes rows of the repository's entity");
    auto* data = std::ranges::data(rows);
    T* back = nullptr;
    if constexpr (!std::is_const_v<std::remove_pointer_t<decltype(data)>>) back = data;
    return update_rows<T>(on, plan, data, back, std::ranges::size(rows), options);
}

} // namespace hawser::detail
