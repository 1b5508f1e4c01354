#pragma once
// The seam through which everything that Hawser does can be watched: one small struct per event.
#include <hawser/core/errc.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hawser {

// Views in events are valid during the call only. Values and parameters are never part of an event.

struct statement_started {
    std::string_view name; // "trades.insert", or the name given to the call
    std::string_view sql;
    std::string_view within{}; // the name of the transaction or session; empty: of none
};

struct statement_ended {
    std::string_view name;
    std::string_view sql;
    std::chrono::nanoseconds duration; // inside the engine, without waiting
    std::int64_t rows;                 // returned or affected
    std::optional<errc> failure;
    std::string_view within{}; // as when it started
};

// A job has reached the writer after waiting in its queue.
struct writer_waited {
    std::string_view name;
    std::chrono::nanoseconds waited;
};

// Many callers' writes have been made durable by one COMMIT.
struct group_committed {
    std::size_t jobs;
    std::size_t failed;                  // members that ended with an error of their own
    std::chrono::nanoseconds held;       // BEGIN to the end of COMMIT
    std::chrono::nanoseconds committing; // COMMIT alone
};

enum class transaction_outcome : std::uint8_t { committed, rolled_back, unknown };

// An interactive transaction is over.
struct transaction_ended {
    std::string_view name;
    transaction_outcome outcome;
    std::chrono::nanoseconds duration;
    std::size_t statements;
};

// A read-only transaction or a stream has let go of its snapshot, which had kept the write-ahead log from shrinking.
struct snapshot_ended {
    std::string_view name;
    std::chrono::nanoseconds age;
    bool expired; // it was ended because it had reached its age limit
};

// The write-ahead log was copied back into the database file, whole or in part.
struct checkpointed {
    int log_frames;
    int copied_frames;
    std::chrono::nanoseconds duration;
};

// Something that an operator should know: a known bug of the linked engine, a connection that was replaced.
struct warning {
    std::string_view text;
};

// Override what you want to see. Called on the threads of SQLite's driver; of PostgreSQL, and with
// `sqlite.writer=inline`, on those that run the callers; from several at once: guard what you keep. Called while the
// driver works: return quickly, never block, never call back into the database. An observer must outlive every
// database that it was given to.
class observer {
public:
    virtual ~observer() = default;
    virtual void on(const statement_started&) noexcept {}
    virtual void on(const statement_ended&) noexcept {}
    virtual void on(const writer_waited&) noexcept {}
    virtual void on(const group_committed&) noexcept {}
    virtual void on(const transaction_ended&) noexcept {}
    virtual void on(const snapshot_ended&) noexcept {}
    virtual void on(const checkpointed&) noexcept {}
    virtual void on(const warning&) noexcept {}
};

} // namespace hawser
