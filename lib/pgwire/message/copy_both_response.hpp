#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYBOTHRESPONSE
#include "pgwire/copy_formats.hpp"
#include "pgwire/message_type.hpp"

namespace hawser::pgwire {

// Both sides send CopyData: streaming replication alone.
struct copy_both_response : copy_formats {
    static constexpr server_message type = server_message::copy_both_response;
};

} // namespace hawser::pgwire
