#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-EMPTYQUERYRESPONSE
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

// In place of a command completion: the statement had no text.
struct empty_query_response {
    static constexpr server_message type = server_message::empty_query_response;
};

[[nodiscard]] inline bool read(std::string_view body, empty_query_response&) noexcept {
    return body.empty();
}

} // namespace hawser::pgwire
