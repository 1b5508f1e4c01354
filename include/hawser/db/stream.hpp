#pragma once
// Rows that are fetched while they are read.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <hawser/async/task.hpp>
#include <hawser/db/send.hpp>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace hawser {

struct stream_options {
    std::chrono::milliseconds snapshot_age{0}; // longest life of the stream's snapshot; 0: the engine's, 30 s
};
static_assert(std::is_trivially_destructible_v<stream_options>);

namespace detail {

inline constexpr std::size_t rows_per_fetch = 256;

// How many rows the fetches of a stream ask for. A hand-over between threads costs as much as reading some hundred
// rows: a stream that goes on fetches several batches at once.
struct fetch_sizes {
    std::size_t batch; // handed out at once
    std::size_t most;  // fetched at once, in the end
    static constexpr fetch_sizes of(std::size_t batch, std::size_t row_bytes) noexcept {
        constexpr std::size_t batches = 32;
        constexpr std::size_t bytes = 1 << 20;
        if (batch == 0) batch = rows_per_fetch;
        const std::size_t fit = bytes / row_bytes;
        const std::size_t wanted = batch > fit / batches ? fit : batch * batches;
        return {batch, wanted > batch ? wanted : batch};
    }
};

// The untyped half of a stream: its statement, its lease, and where it has got to.
class stream_core {
public:
    stream_core(handle on, engine::job_ptr opening, fetch_sizes sizes, stream_options options);

    // Fills the sink, which takes most() rows, with the next ones; fewer are the last. Ends the stream where it fails.
    [[nodiscard]] task<void> fetch(std::shared_ptr<row_sink> into);
    // No more rows can be had. Throws misuse where a failure was the end, or a fetch that was not waited for.
    [[nodiscard]] bool ended() const;
    // How many rows the next fetch asks for.
    [[nodiscard]] std::size_t most() const noexcept { return next_; }
    [[nodiscard]] std::size_t batch() const noexcept { return sizes_.batch; }
    void end() noexcept;

private:
    task<void> open(std::shared_ptr<row_sink> into);
    engine::job_ptr more(const std::shared_ptr<row_sink>& into) const;
    void note(const engine::job& j);

    handle on_;
    engine::job_ptr opening_; // null: it is open
    std::shared_ptr<engine::cursor> cursor_;
    stream_options options_;
    fetch_sizes sizes_;
    std::size_t next_;
    bool alone_ = false; // on a lease of its own, where nobody changes what is read
    bool ended_ = false;
    bool failed_ = false;
};

} // namespace detail

// The rows of one query, all of one moment: `auto rows = q.stream(256); while (const trade* t = co_await rows.next())`.
//
// Nothing is asked before the first next(). A number of rows is fetched at a time, the next ones when they are
// asked for; memory stays flat. Outside of a transaction a stream that goes on fetches up to 32 times as many, as long
// as they fit into a mebibyte, and it holds a connection and a snapshot until it has ended, is closed or dropped;
// dropping does no I/O. A snapshot may live snapshot_age (30 s): then next() throws
// statement_timeout with the id DB_TXN_001. The database's statement_timeout does not apply to streams, one given
// by db.with(..) to each fetch. In a transaction the stream uses its connection and sees its changes, also those
// made while it runs to rows not read yet; it ends with the transaction. A database that cannot read beside its
// writer (in memory) hands all rows over at once, so that the loop may write.
//
// Errors: those of the query; statement_timeout with the id DB_TXN_001 where the snapshot grew too old, or the
// transaction ended; misuse after a failure.
// Lifetimes: a row is valid until the next next() and as long as the stream; the stream needs neither the query nor the
// repository.
// Threads: any, one coroutine at a time.
// Cancellation: of next(): the rows on their way are let go, and the stream has ended.
//
// Move-only; one next() at a time. After a failure, also a cancellation, the stream has ended, and the rows of the
// batch that failed are not given out: next() and next_batch() are misuse, also behind close().
template <class Row>
class row_stream {
    static_assert(!std::is_same_v<Row, bool>,
                  "hawser: a stream of bool has no rows to point to; select an integer");

public:
    // The next row, null behind the last. Valid until the next next() and as long as the stream.
    [[nodiscard]] task<const Row*> next() {
        if (at_ == rows_.size() && !core_.ended()) co_await refill();
        co_return at_ < rows_.size() ? &rows_[at_++] : nullptr;
    }
    // The next rows, as many as stream(..) was told at most; empty behind the last. Cheaper than next() where millions
    // pass.
    [[nodiscard]] task<std::span<const Row>> next_batch() {
        if (at_ == rows_.size() && !core_.ended()) co_await refill();
        const std::span<const Row> left = std::span<const Row>(rows_).subspan(at_);
        const std::span<const Row> batch = left.first(std::min(left.size(), core_.batch()));
        at_ += batch.size();
        co_return batch;
    }
    // Lets connection and snapshot go before the last row. Does not wait.
    void close() noexcept {
        core_.end();
        at_ = rows_.size();
    }

    row_stream(detail::handle on, engine::job_ptr opening, std::size_t rows, stream_options options)
        : core_(std::move(on), std::move(opening), detail::fetch_sizes::of(rows, sizeof(Row)), options),
          incoming_(std::make_shared<sink>(core_.most())) {}
    row_stream(row_stream&&) noexcept = default;
    row_stream& operator=(row_stream&&) noexcept = default;
    row_stream(const row_stream&) = delete;
    row_stream& operator=(const row_stream&) = delete;

private:
    using sink = detail::collected_rows<Row, false>;
    // The engine may go on filling what a cancelled call has let go: only whole batches become the stream's own.
    task<void> refill() {
        rows_.clear();
        at_ = 0;
        rows_.swap(incoming_->rows);
        incoming_->at_most(core_.most());
        co_await core_.fetch(incoming_);
        rows_.swap(incoming_->rows);
    }

    detail::stream_core core_;
    std::shared_ptr<sink> incoming_;
    std::vector<Row> rows_;
    std::size_t at_ = 0;
};

} // namespace hawser
