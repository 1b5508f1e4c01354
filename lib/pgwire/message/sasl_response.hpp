#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SASLRESPONSE
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// What the mechanism answers to a challenge.
inline void write_sasl_response(output& out, std::string_view data) {
    const std::size_t mark = open_message(out, client_message::sasl_response);
    out.bytes(data);
    out.close(mark);
}

} // namespace hawser::pgwire
