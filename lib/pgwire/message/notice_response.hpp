#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NOTICERESPONSE
#include "pgwire/message_type.hpp"
#include "pgwire/server_error.hpp"

namespace hawser::pgwire {

// May come between any two messages.
struct notice_response : server_error {
    static constexpr server_message type = server_message::notice_response;
};

} // namespace hawser::pgwire
