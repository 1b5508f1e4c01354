#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYFAIL
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// Ends COPY FROM STDIN as failed; the server answers with an error that holds the reason.
inline void write_copy_fail(output& out, std::string_view reason) {
    const std::size_t mark = open_message(out, client_message::copy_fail);
    out.text(reason);
    out.close(mark);
}

} // namespace hawser::pgwire
