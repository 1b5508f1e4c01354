#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NODATA
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

// In place of a row description: the statement gives no rows.
struct no_data {
    static constexpr server_message type = server_message::no_data;
};

[[nodiscard]] inline bool read(std::string_view body, no_data&) noexcept {
    return body.empty();
}

} // namespace hawser::pgwire
