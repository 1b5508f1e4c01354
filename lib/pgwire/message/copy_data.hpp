#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYDATA
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// The server sends one row in each; the client cuts its stream as it likes.
struct copy_data {
    static constexpr server_message type = server_message::copy_data;

    std::string_view data{};
};

[[nodiscard]] inline bool read(std::string_view body, copy_data& to) noexcept {
    to.data = body;
    return true;
}

inline void write_copy_data(output& out, std::string_view data) {
    const std::size_t mark = open_message(out, client_message::copy_data);
    out.bytes(data);
    out.close(mark);
}

} // namespace hawser::pgwire
