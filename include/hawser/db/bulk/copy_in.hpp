#pragma once
// copy_in: rows of any input range, without keys.
#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <hawser/db/bulk/feed.hpp>
#include <hawser/db/bulk/insert.hpp>
#include <iterator>
#include <ranges>

namespace hawser::detail {

template <class T, class Range>
task<std::int64_t> copy_chunked(handle on, Range& rows, bulk_options options) {
    std::size_t total = 0;
    if constexpr (std::ranges::sized_range<Range>) total = static_cast<std::size_t>(std::ranges::size(rows));
    const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    bulk_feed feed(on, copy_in_plan<T>, options, total);
    std::exception_ptr failure;
    std::size_t taken = options.resume_from;
    try {
        co_await feed.begin();
        std::vector<T> chunk;
        chunk.reserve(feed.chunk());
        const auto flush = [&] {
            return copy_chunk(feed, copy_in_plan<T>, on, chunk.data(), chunk.size(), taken);
        };
        std::size_t index = 0;
        for (auto&& row : rows) {
            if (index++ < options.resume_from) continue;
            chunk.push_back(std::forward<decltype(row)>(row));
            if (chunk.size() < feed.chunk()) continue;
            co_await flush();
            taken += chunk.size();
            chunk.clear();
        }
        if (!chunk.empty()) {
            co_await flush();
            taken += chunk.size();
        }
    } catch (...) { failure = std::current_exception(); }
    try {
        co_await feed.finish(failure);
    } catch (...) { failure = std::current_exception(); }
    co_await boost::asio::this_coro::throw_if_cancelled(throws);
    if (failure) std::rethrow_exception(failure);
    co_return static_cast<std::int64_t>(taken - options.resume_from);
}

template <class T, class Range>
task<std::int64_t> copy_range(const handle& on, Range& rows, const bulk_options& options) {
    static_assert(std::ranges::input_range<Range>, "hawser: copy_in takes a range of entities");
    static_assert(std::is_same_v<std::ranges::range_value_t<Range>, T>,
                  "hawser: copy_in takes a range of the repository's entity");
    if constexpr (std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range>)
        return copy_rows(on, copy_in_plan<T>, std::ranges::data(rows), std::ranges::size(rows), options);
    else
        return copy_chunked<T>(on, rows, options);
}

} // namespace hawser::detail
