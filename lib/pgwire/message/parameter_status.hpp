#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARAMETERSTATUS
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

// A setting that the server reports, at the start and whenever it changes. May come between any two messages.
struct parameter_status {
    static constexpr server_message type = server_message::parameter_status;

    std::string_view name{};
    std::string_view value{};
};

[[nodiscard]] bool read(std::string_view body, parameter_status& to) noexcept;

} // namespace hawser::pgwire
