#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SYNC
#include "pgwire/message_parts.hpp"
#include <cstddef>

namespace hawser::pgwire {

inline constexpr std::size_t sync_bytes = 5; // of the whole message

// Ends a unit: the implicit transaction, and the messages that are passed over after an error. ReadyForQuery answers it.
inline void write_sync(output& out) {
    write_without_body(out, client_message::sync);
}

} // namespace hawser::pgwire
