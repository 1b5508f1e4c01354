#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-EXECUTE
#include "pgwire/message_parts.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// Runs a portal. A limit of rows makes the server leave out parallel plans; 0 is none.
inline void write_execute(output& out, std::string_view portal, std::int32_t most_rows = 0) {
    const std::size_t mark = open_message(out, client_message::execute);
    out.text(portal);
    out.integer(most_rows);
    out.close(mark);
}

} // namespace hawser::pgwire
