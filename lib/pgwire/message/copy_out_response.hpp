#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYOUTRESPONSE
#include "pgwire/copy_formats.hpp"
#include "pgwire/message_type.hpp"

namespace hawser::pgwire {

// CopyData follows, and CopyDone.
struct copy_out_response : copy_formats {
    static constexpr server_message type = server_message::copy_out_response;
};

} // namespace hawser::pgwire
