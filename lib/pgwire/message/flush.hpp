#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-FLUSH
#include "pgwire/message_parts.hpp"

namespace hawser::pgwire {

// Makes the server send what it holds back, without an end of the unit.
inline void write_flush(output& out) {
    write_without_body(out, client_message::flush);
}

} // namespace hawser::pgwire
