#pragma once
// https://www.postgresql.org/docs/18/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-BACKENDKEYDATA
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// What a CancelRequest for this session needs.
struct backend_key_data {
    static constexpr server_message type = server_message::backend_key_data;

    std::int32_t process = 0;
    std::string_view key{}; // 4 bytes in protocol 3.0, up to 256 in 3.2
};

[[nodiscard]] bool read(std::string_view body, backend_key_data& to) noexcept;

} // namespace hawser::pgwire
