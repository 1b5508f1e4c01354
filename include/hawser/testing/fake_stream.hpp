#pragma once
#include <cstddef>
#include <functional>
#include <hawser/async/task.hpp>
#include <span>
#include <utility>
#include <vector>

namespace hawser::testing {

// What fake_repository gives for stream(): as row_stream, all of the moment of the first next(). Move-only; one next() at
// a time.
template <class Row>
class fake_stream {
public:
    fake_stream(std::function<task<std::vector<Row>>()> read, std::size_t rows)
        : read_(std::move(read)), most_(rows == 0 ? 1 : rows) {}
    fake_stream(fake_stream&&) noexcept = default;
    fake_stream& operator=(fake_stream&&) noexcept = default;

    // The next row, null behind the last. Valid until the stream goes.
    [[nodiscard]] task<const Row*> next() {
        if (read_) co_await fill();
        co_return at_ < rows_.size() ? &rows_[at_++] : nullptr;
    }
    // The next ones, as many as a fetch has; empty behind the last.
    [[nodiscard]] task<std::span<const Row>> next_batch() {
        if (read_) co_await fill();
        const std::size_t first = at_;
        at_ = rows_.size() - first < most_ ? rows_.size() : first + most_;
        co_return std::span<const Row>(rows_).subspan(first, at_ - first);
    }
    void close() noexcept {
        read_ = nullptr;
        at_ = rows_.size();
    }

private:
    task<void> fill() {
        const auto read = std::exchange(read_, nullptr);
        rows_ = co_await read();
    }

    std::function<task<std::vector<Row>>()> read_; // null: it was read
    std::size_t most_;
    std::vector<Row> rows_;
    std::size_t at_ = 0;
};

} // namespace hawser::testing
