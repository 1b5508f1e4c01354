#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NEGOTIATEPROTOCOLVERSION
#include "pgwire/list.hpp"
#include "pgwire/message_type.hpp"
#include <cstdint>

namespace hawser::pgwire {

// The server does not know all that the start-up message asked for, and goes on without.
struct negotiate_protocol_version {
    static constexpr server_message type = server_message::negotiate_protocol_version;

    std::int32_t version = 0;    // the newest that it has, major number included: protocol_3_0
    text_list unknown_options{}; // "_pq_." names
};

[[nodiscard]] bool read(std::string_view body, negotiate_protocol_version& to) noexcept;

} // namespace hawser::pgwire
