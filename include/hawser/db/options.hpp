#pragma once
// Options as aggregates with defaults, for designated initialisers. All are trivially destructible, so that a
// temporary of them is safe inside a co_await expression on GCC 12. Views are copied before a call returns.
#include <chrono>
#include <cstdint>
#include <hawser/core/timestamp.hpp>
#include <hawser/sqlite/settings.hpp>
#include <string_view>
#include <type_traits>

namespace hawser {

class observer;

struct sqlite_options {
    hawser::durability durability = hawser::durability::full;
    unsigned readers = 4;                         // reader threads, with a connection each
    std::chrono::milliseconds busy_timeout{5000}; // for locks of other processes, counted from submission
    int cache_kib = 10240;                        // page cache of each connection
    std::chrono::milliseconds hold_total{5000};   // longest interactive transaction
    std::chrono::milliseconds hold_idle{1000};    // longest pause between its statements
    bool read_only = false;
};

struct open_options {
    sqlite_options sqlite{};
    std::chrono::milliseconds statement_timeout{30000}; // of a call that gives none; 0: none
    hawser::observer* observer = nullptr;               // not owned; outlives the database
    timestamp (*now)() noexcept =
        nullptr; // what created_at and updated_at are set from; null: the system's clock
};

// Of single calls: db.with({...}).
struct call_options {
    std::chrono::milliseconds timeout{-1}; // negative: the database's statement_timeout; 0: none
    std::string_view name{};               // shown in events and errors
};

enum class isolation : std::uint8_t { default_, read_committed, repeatable_read, serializable };

struct transaction_options {
    hawser::isolation isolation = hawser::isolation::default_; // SQLite is always serializable
    bool read_only = false;
    unsigned attempts = 0; // how often the body may be run in all; 0: five times on contention
    std::string_view name{};
    std::chrono::milliseconds timeout{-1}; // of the wait for its turn, all attempts together
};

struct unit_options {
    std::string_view name{}; // shown in events and errors
};

struct commit_options {
    unsigned attempts = 0; // as in transaction_options
    std::chrono::milliseconds timeout{-1};
};

static_assert(std::is_trivially_destructible_v<open_options> &&
              std::is_trivially_destructible_v<call_options> &&
              std::is_trivially_destructible_v<transaction_options> &&
              std::is_trivially_destructible_v<unit_options> &&
              std::is_trivially_destructible_v<commit_options>);

} // namespace hawser
