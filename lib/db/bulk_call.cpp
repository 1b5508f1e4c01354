#include <boost/asio/this_coro.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/bulk/call.hpp>
#include <hawser/db/bulk/erase.hpp>
#include <hawser/db/bulk/feed.hpp>
#include <hawser/db/bulk/insert.hpp>
#include <hawser/db/bulk/upsert.hpp>

namespace hawser::detail {

bulk_call::bulk_call(const bulk_plan& plan, const handle& on)
    : plan_(plan), settings_(on.settings), by_(on.stamped()) {}

void bulk_call::lend(const void* rows, std::size_t count, std::size_t first) {
    rows_ = static_cast<const std::byte*>(rows);
    count_ = count;
    base_ = first;
    overwritten_.clear();
    show(0, 0);
}

void bulk_call::want_keys() {
    if (plan_.generates_key) keys.resize(count_);
}

void bulk_call::require_valid(std::size_t first) const {
    if (plan_.validate == nullptr) return;
    std::vector<violation> found;
    for (std::size_t i = first; i < count_; ++i) plan_.validate(row(i), base_ + i, found);
    if (!found.empty()) throw validation_error(plan_.table->name, std::move(found));
}

void bulk_call::leave_out_overwritten() {
    if (plan_.encode_target) overwritten_ = overwritten_rows(plan_, rows_, count_);
}

void bulk_call::show(std::size_t first, std::size_t last) {
    first_ = first;
    last_ = last;
    picked_.clear();
    if (overwritten_.empty()) return;
    for (std::size_t i = first; i < last; ++i)
        if (!overwritten_[i]) picked_.push_back(i);
    if (picked_.empty()) first_ = last_;
}

std::size_t bulk_call::behind(std::size_t shown) const noexcept {
    return shown == size() ? last_ : at(shown);
}

void bulk_call::missed(std::size_t index, bool exists) {
    misses.push_back({position(index), exists ? miss::stale : miss::missing});
}

void bulk_call::write_back(std::size_t first, std::size_t last) {
    if (back_ == nullptr || plan_.write_back == nullptr) return;
    auto miss = misses.begin();
    for (std::size_t i = first; i < last; ++i) {
        while (miss != misses.end() && miss->row < base_ + i) ++miss;
        if (miss == misses.end() || miss->row != base_ + i) plan_.write_back(back_ + i * plan_.row_size, by_);
    }
}

task<void> run_bulk(handle on, std::shared_ptr<bulk_call> call, bulk_options options) {
    const std::size_t first = options.resume_from;
    const std::size_t count = call->count();
    if (first > count)
        throw_error(errc::misuse, "resume_from is " + std::to_string(first) + " of " + std::to_string(count) +
                                      " rows in " + std::string(call->plan().what->name()));
    call->require_valid(first);
    if (first == count) co_return;
    call->leave_out_overwritten();
    if (options.atomic && !options.progress) {
        const deadline due = on.due_if_given();
        co_await send_rows(std::move(on), call, due, first, count, false);
        call->write_back(first, count);
        co_return;
    }
    const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    bulk_feed feed(std::move(on), call->plan(), options, count);
    std::exception_ptr failure;
    try {
        co_await feed.begin();
        for (std::size_t at = first; at < count;) {
            const std::size_t end = at + std::min(feed.chunk(), count - at);
            co_await feed.add(call, at, end);
            at = end;
        }
    } catch (...) { failure = std::current_exception(); }
    try {
        co_await feed.finish(failure);
        if (feed.atomic()) call->write_back(first, count);
    } catch (...) { failure = std::current_exception(); }
    co_await boost::asio::this_coro::throw_if_cancelled(throws);
    if (failure) std::rethrow_exception(failure);
}

task<std::vector<std::int64_t>> insert_rows(handle on, const bulk_plan& plan, const void* rows,
                                            std::size_t count, bulk_options options) {
    auto call = std::make_shared<bulk_call>(plan, on);
    call->lend(rows, count);
    call->want_keys();
    co_await run_bulk(std::move(on), call, options);
    co_return std::move(call->keys);
}

task<std::int64_t> copy_rows(handle on, const bulk_plan& plan, const void* rows, std::size_t count,
                             bulk_options options) {
    auto call = std::make_shared<bulk_call>(plan, on);
    call->lend(rows, count);
    co_await run_bulk(std::move(on), call, options);
    co_return static_cast<std::int64_t>(count - options.resume_from);
}

task<upsert_counts> upsert_rows(handle on, const bulk_plan& plan, const void* rows, std::size_t count,
                                bulk_options options) {
    auto call = std::make_shared<bulk_call>(plan, on);
    call->lend(rows, count);
    co_await run_bulk(std::move(on), call, options);
    co_return call->counts;
}

task<std::int64_t> erase_rows(handle on, const bulk_plan& plan, const void* keys, std::size_t count,
                              bulk_options options) {
    auto call = std::make_shared<bulk_call>(plan, on);
    call->lend(keys, count);
    co_await run_bulk(std::move(on), call, options);
    co_return call->affected;
}

} // namespace hawser::detail
