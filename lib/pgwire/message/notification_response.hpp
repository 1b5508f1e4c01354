#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NOTIFICATIONRESPONSE
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// Somebody has called NOTIFY. May come between any two messages.
struct notification_response {
    static constexpr server_message type = server_message::notification_response;

    std::int32_t process = 0; // who did
    std::string_view channel{};
    std::string_view payload{};
};

[[nodiscard]] bool read(std::string_view body, notification_response& to) noexcept;

} // namespace hawser::pgwire
