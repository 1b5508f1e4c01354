#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-QUERY
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// A simple query: one statement or several, without parameters, answered as text.
inline void write_query(output& out, std::string_view sql) {
    const std::size_t mark = open_message(out, client_message::query);
    out.text(sql);
    out.close(mark);
}

} // namespace hawser::pgwire
