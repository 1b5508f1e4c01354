#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYDONE
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

struct copy_done {
    static constexpr server_message type = server_message::copy_done;
};

[[nodiscard]] inline bool read(std::string_view body, copy_done&) noexcept {
    return body.empty();
}

inline void write_copy_done(output& out) {
    write_without_body(out, client_message::copy_done);
}

} // namespace hawser::pgwire
