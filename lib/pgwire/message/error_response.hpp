#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-ERRORRESPONSE
#include "pgwire/message_type.hpp"
#include "pgwire/server_error.hpp"

namespace hawser::pgwire {

// The statement has failed; the server passes over what follows until Sync.
struct error_response : server_error {
    static constexpr server_message type = server_message::error_response;
};

} // namespace hawser::pgwire
