#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CLOSECOMPLETE
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

struct close_complete {
    static constexpr server_message type = server_message::close_complete;
};

[[nodiscard]] inline bool read(std::string_view body, close_complete&) noexcept {
    return body.empty();
}

} // namespace hawser::pgwire
