#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-GSSENCREQUEST
#include "pgwire/output.hpp"
#include <cstddef>
#include <cstdint>

namespace hawser::pgwire {

// Asks for GSSAPI encryption, before start-up. One byte answers, 'G' or 'N'. A server that does not know the question sends
// an error message: do not show its text, which nobody vouches for.
inline void write_gssenc_request(output& out) {
    const std::size_t mark = out.open();
    out.integer((std::int32_t{1234} << 16) + 5680);
    out.close(mark);
}

} // namespace hawser::pgwire
