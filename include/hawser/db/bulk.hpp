#pragma once
// Bulk loads from any range.
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <hawser/async/task.hpp>
#include <hawser/db/entity_plan.hpp>
#include <hawser/db/transaction.hpp>
#include <iterator>
#include <memory>
#include <ranges>
#include <vector>

namespace hawser::detail {

// A transaction for a bulk load: exempt from the limits of an interactive one, flat in memory, all or nothing.
// Its rows go in chunk by chunk. In a transaction of the caller's it is a savepoint.
class bulk_load {
public:
    // Joins the handle's transaction where there is one.
    [[nodiscard]] static task<std::unique_ptr<bulk_load>> begin(handle on, const entity_plan& plan);
    ~bulk_load();
    bulk_load(const bulk_load&) = delete;
    bulk_load& operator=(const bulk_load&) = delete;

    // Rows are borrowed until the task completes.
    [[nodiscard]] task<void> add(const void* rows, std::size_t count);
    // Stores all rows or, given a failure, none, and throws it. Not to be cancelled.
    [[nodiscard]] task<std::int64_t> finish(std::exception_ptr failure);

private:
    bulk_load(handle on, const entity_plan& plan, bool own) : on_(std::move(on)), plan_(plan), own_(own) {}
    handle on_;
    const entity_plan& plan_;
    bool own_; // the transaction is ours to commit
    std::int64_t rows_ = 0;
};

inline constexpr std::size_t copy_chunk = 4096;

template <class T>
task<std::int64_t> copy_contiguous(handle on, const T* rows, std::size_t count) {
    co_await insert_rows(std::move(on), plan_of<T>, rows, count, false);
    co_return static_cast<std::int64_t>(count);
}

template <class T, class Range>
task<std::int64_t> copy_chunked(handle on, Range& rows) {
    auto load = co_await bulk_load::begin(std::move(on), plan_of<T>);
    std::exception_ptr failure;
    try {
        std::vector<T> chunk;
        chunk.reserve(copy_chunk);
        for (auto&& row : rows) {
            chunk.push_back(std::forward<decltype(row)>(row));
            if (chunk.size() < copy_chunk) continue;
            co_await load->add(chunk.data(), chunk.size());
            chunk.clear();
        }
        if (!chunk.empty()) co_await load->add(chunk.data(), chunk.size());
    } catch (...) { failure = std::current_exception(); }
    const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    std::int64_t stored = 0;
    try {
        stored = co_await load->finish(failure);
        failure = nullptr;
    } catch (...) { failure = std::current_exception(); }
    co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
    if (failure) std::rethrow_exception(failure);
    co_return stored;
}

template <class T, class Range>
task<std::int64_t> copy_range(const handle& on, Range& rows) {
    static_assert(std::ranges::input_range<Range>, "hawser: copy_in takes a range of entities");
    static_assert(std::is_same_v<std::ranges::range_value_t<Range>, T>,
                  "hawser: copy_in takes a range of the repository's entity");
    if constexpr (std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range>)
        return copy_contiguous<T>(on, std::ranges::data(rows), std::ranges::size(rows));
    else
        return copy_chunked<T>(on, rows);
}

} // namespace hawser::detail
