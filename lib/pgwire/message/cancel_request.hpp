#pragma once
// https://www.postgresql.org/docs/18/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST
#include "pgwire/output.hpp"
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// The only message of a connection of its own. Process and key are those of the session's BackendKeyData. No answer but
// the end of the connection, which says nothing of what was done.
inline void write_cancel_request(output& out, std::int32_t process, std::string_view key) {
    const std::size_t mark = out.open();
    out.integer((std::int32_t{1234} << 16) + 5678);
    out.integer(process);
    out.bytes(key);
    out.close(mark);
}

} // namespace hawser::pgwire
