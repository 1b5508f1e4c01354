#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-TERMINATE
#include "pgwire/message_parts.hpp"

namespace hawser::pgwire {

// Ends the session; nothing answers it.
inline void write_terminate(output& out) {
    write_without_body(out, client_message::terminate);
}

} // namespace hawser::pgwire
