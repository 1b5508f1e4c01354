#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYINRESPONSE
#include "pgwire/copy_formats.hpp"
#include "pgwire/message_type.hpp"

namespace hawser::pgwire {

// The server awaits CopyData, CopyDone or CopyFail.
struct copy_in_response : copy_formats {
    static constexpr server_message type = server_message::copy_in_response;
};

} // namespace hawser::pgwire
