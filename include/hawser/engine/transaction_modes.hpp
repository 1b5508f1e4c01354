#pragma once
#include <cstdint>

namespace hawser {

// What a transaction sees of those that run beside it. default_: as the server is set up, and where it may not write,
// repeatable_read.
enum class isolation : std::uint8_t { default_, read_committed, repeatable_read, serializable };

namespace engine {

// What SQL says behind BEGIN. An engine whose transactions are serializable always, as SQLite's are, has no use for
// isolation and deferrable.
struct transaction_modes {
    hawser::isolation isolation = hawser::isolation::default_;
    bool read_only = false;
    bool deferrable = false;
};

} // namespace engine
} // namespace hawser
