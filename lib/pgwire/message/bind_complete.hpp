#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-BINDCOMPLETE
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

struct bind_complete {
    static constexpr server_message type = server_message::bind_complete;
};

[[nodiscard]] inline bool read(std::string_view body, bind_complete&) noexcept {
    return body.empty();
}

} // namespace hawser::pgwire
