#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PASSWORDMESSAGE
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// In clear text or as md5 with its salt, as the server asked.
inline void write_password_message(output& out, std::string_view password) {
    const std::size_t mark = open_message(out, client_message::password_message);
    out.text(password);
    out.close(mark);
}

} // namespace hawser::pgwire
