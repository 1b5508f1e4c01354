#pragma once
// Options as aggregates with defaults, for designated initialisers. All are trivially destructible, so that a
// temporary of them is safe inside a co_await expression on GCC 12. Views are copied before a call returns.
#include <chrono>
#include <cstdint>
#include <hawser/core/timestamp.hpp>
#include <hawser/engine/transaction_modes.hpp>
#include <hawser/postgres/statement_mode.hpp>
#include <hawser/sqlite/settings.hpp>
#include <string_view>
#include <type_traits>

namespace hawser {

class observer;
class uuid_source;
class wall_clock;

// How a SQLite file is used. `hawser::sqlite::settings` says more about each.
struct sqlite_options {
    hawser::durability durability = hawser::durability::full;
    writer_mode writer = writer_mode::thread; // inline_: rows by key are read and written on the io thread
    unsigned readers = 4;                     // reader threads, with a connection each
    std::chrono::milliseconds busy_timeout{5000};  // for locks of other processes, counted from submission
    int cache_kib = 10240;                         // page cache of each connection
    std::size_t reader_mmap_bytes = 256u << 20;    // how much of the file readers map; 0: none
    std::chrono::milliseconds hold_total{5000};    // longest interactive transaction
    std::chrono::milliseconds hold_idle{1000};     // longest pause between its statements
    std::chrono::milliseconds snapshot_age{30000}; // longest read-only transaction
    std::size_t queue_jobs = 16384;                // calls in the engine before others wait for room
    std::size_t queue_bytes = 64u << 20;           // and bytes of their values
    std::size_t group_jobs = 4096;                 // a group commit ends at this many calls,
    std::size_t group_bytes = 4u << 20;            // this many bytes of their values,
    std::chrono::microseconds group_hold{5000};    // or after this time
    std::chrono::microseconds spin{0};             // how long idle threads look for work before they sleep
    int checkpoint_frames = 1000;                  // log pages copied back when the writer is idle
    int checkpoint_at_most = 4000;                 // and when it is not
    bool read_only = false;
};

// How a PostgreSQL server is used. `hawser::postgres::settings` says more about each; where it is and who one is there
// stand in the URL.
struct postgres_options {
    std::chrono::milliseconds connect_timeout{10000}; // of one server, login included; 0: none
    std::size_t max_pipeline = 256;                   // requests on their way on one shared connection,
    std::size_t pipeline_bytes = 4u << 20;            // and bytes of them, before others wait
    std::size_t result_bytes = 256u << 20;            // longest answer of a call that is no stream
    std::size_t statement_cache = 256;                // prepared statements of each connection
    statement_mode statements = statement_mode::named;
    bool group_reads = false;                   // reads that wait together share one Sync
    std::size_t queue_jobs = 16384;             // calls in the engine before others wait for room
    std::size_t queue_bytes = 64u << 20;        // and bytes of their values
    std::chrono::milliseconds hold_total{0};    // longest interactive transaction; 0: no limit
    std::chrono::milliseconds hold_idle{60000}; // longest pause between its statements; 0: no limit
    bool allow_cleartext_password = false;      // over TCP without TLS
    bool server_words = false; // messages repeat the server's own words, which may hold values of rows
};

// Connections to a PostgreSQL server; SQLite has none to pool.
struct pool_options {
    unsigned max_connections = 30;  // at most; where leases hold all, a shared one more per context
    unsigned kept_connections = 10; // of them, kept when there is nothing to do; the others rest for a minute
    unsigned shared_connections = 4; // of them, shared by calls that need none of their own
    std::chrono::milliseconds acquire_timeout{
        30000}; // wait for a free one; a call's own deadline acts sooner
    std::chrono::milliseconds recycle_after{3600000}; // age at which one is replaced
    std::chrono::milliseconds ping_after{500}; // one that was idle for longer is tried before it is used
};

// How work that failed by contention is done again.
struct retry_options {
    unsigned attempts = 5;                    // in all, where the call says none
    std::chrono::milliseconds first_pause{1}; // doubled each time; the true pause is a random part of it
    std::chrono::milliseconds longest_pause{50};
};

struct open_options {
    sqlite_options sqlite{};
    postgres_options postgres{};
    pool_options pool{};
    retry_options retry{};
    std::chrono::milliseconds statement_timeout{30000}; // of a call that gives none; 0: none
    bool log_statements = false;      // name, text, duration and rows of each, never values, to spdlog
    bool log_slow_statements = false; // those that are slow or fail, and warnings, to spdlog
    std::chrono::milliseconds slow_statement{100};        // from when a statement is slow (DB_PERF_001)
    std::chrono::milliseconds slow_statement_alert{1000}; // from when that is an error
    // Not owned; they outlive the database.
    hawser::observer* observer = nullptr;
    hawser::wall_clock* clock = nullptr;  // of created_at, updated_at and uuid_v7; null: the system's
    hawser::uuid_source* uuids = nullptr; // of the generators uuid_v4 and uuid_v7; null: none can be foretold
};

// Of single calls: db.with({...}).
struct call_options {
    std::chrono::milliseconds timeout{-1}; // negative: the database's statement_timeout; 0: none
    std::string_view name{};               // shown in events and errors
    std::string_view actor{};              // who writes, stored with audited entities
    std::string_view reason{};             // and why
};

struct transaction_options {
    hawser::isolation isolation = hawser::isolation::default_; // SQLite is always serializable
    bool read_only = false;
    // Of a serializable one that does not write: it begins when it can end without contention, however long that takes
    // within its deadline. Others, and SQLite, have no use for it.
    bool deferrable = false;
    unsigned attempts = 0; // how often the body may be run in all; 0: five times on contention
    std::string_view name{};
    // Of the whole: all attempts with their waits, bodies and pauses. Each statement ends by its own deadline or by
    // this one, whichever comes first; a COMMIT that is asked for later rolls back. Negative: the wait for its turn
    // has the deadline of a call, the rest has none of its own; 0: none at all.
    std::chrono::milliseconds timeout{-1};
    std::string_view actor{};  // as in call_options, for all writes of the transaction
    std::string_view reason{}; // and why
    // Where the answer to COMMIT is lost, the server is asked on another connection whether it was done, within the
    // deadline of a call: commit_unknown is left where it cannot tell. BEGIN has the server number the transaction for
    // that, and takes the snapshot of one that is isolated. One that was rolled back counts as an attempt, and the body
    // may be run again. Of PostgreSQL, and of transactions that may write and run no script, which might end them.
    bool resolve_commit = false;
};

struct session_options {
    std::chrono::milliseconds timeout{
        -1};                 // of the wait for the connection; negative: that of a call; 0: none
    std::string_view name{}; // shown to others who wait for it, in events and errors
    // On SQLite a session holds the only writer: how long in all, and between its statements. Negative: as a
    // transaction; 0: no limit.
    std::chrono::milliseconds hold_total{-1};
    std::chrono::milliseconds hold_idle{-1};
};

struct unit_options {
    std::string_view name{};   // shown in events and errors
    std::string_view actor{};  // who writes, stored with audited entities
    std::string_view reason{}; // and why
};

struct commit_options {
    unsigned attempts = 0; // as in transaction_options
    std::chrono::milliseconds timeout{-1};
    hawser::isolation isolation =
        hawser::isolation::default_; // of a unit in a transaction: the transaction's
    // As in transaction_options, in the round trips that the unit has: of one with levels of keys or with code of run().
    // One that leaves in a single piece with its COMMIT cannot be asked for: commit_unknown is left as without it. One in
    // a transaction goes with the transaction.
    bool resolve_commit = false;
};

static_assert(std::is_trivially_destructible_v<open_options> &&
              std::is_trivially_destructible_v<call_options> &&
              std::is_trivially_destructible_v<transaction_options> &&
              std::is_trivially_destructible_v<session_options> &&
              std::is_trivially_destructible_v<unit_options> &&
              std::is_trivially_destructible_v<commit_options>);

} // namespace hawser
