#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PORTALSUSPENDED
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

// The row limit of Execute was reached; there may be more rows.
struct portal_suspended {
    static constexpr server_message type = server_message::portal_suspended;
};

[[nodiscard]] inline bool read(std::string_view body, portal_suspended&) noexcept {
    return body.empty();
}

} // namespace hawser::pgwire
