#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-GSSRESPONSE
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// What GSSAPI or SSPI has to say.
inline void write_gss_response(output& out, std::string_view data) {
    const std::size_t mark = open_message(out, client_message::gss_response);
    out.bytes(data);
    out.close(mark);
}

} // namespace hawser::pgwire
