#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CLOSE
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// CloseComplete answers it, also where there is no such statement.
void write_close_statement(output& out, std::string_view name);

void write_close_portal(output& out, std::string_view name);

} // namespace hawser::pgwire
