#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DESCRIBE
#include "pgwire/message_parts.hpp"
#include <string_view>

namespace hawser::pgwire {

// ParameterDescription and then RowDescription or NoData answer it. The formats of the rows are not known yet.
void write_describe_statement(output& out, std::string_view name);

// RowDescription or NoData answers it.
void write_describe_portal(output& out, std::string_view name);

} // namespace hawser::pgwire
