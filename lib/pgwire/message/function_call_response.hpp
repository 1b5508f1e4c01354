#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-FUNCTIONCALLRESPONSE
#include "pgwire/input.hpp"
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

struct function_call_response {
    static constexpr server_message type = server_message::function_call_response;

    std::string_view bytes{};
    bool null = false;
};

[[nodiscard]] inline bool read(std::string_view body, function_call_response& to) noexcept {
    input in(body);
    to.null = !in.value(to.bytes);
    return in.finished();
}

} // namespace hawser::pgwire
