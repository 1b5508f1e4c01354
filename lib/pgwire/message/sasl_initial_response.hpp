#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SASLINITIALRESPONSE
#include "pgwire/message_parts.hpp"
#include <optional>
#include <string_view>

namespace hawser::pgwire {

// Chooses a mechanism that the server has named. Not every mechanism has something to say at its start.
void write_sasl_initial_response(output& out, std::string_view mechanism,
                                 std::optional<std::string_view> data);

} // namespace hawser::pgwire
