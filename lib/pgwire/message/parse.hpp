#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARSE
#include "pgwire/message_parts.hpp"
#include "pgwire/types.hpp"
#include <span>
#include <string_view>

namespace hawser::pgwire {

// Prepares one statement; an empty name is the unnamed one, which the next Parse replaces. The types are those of $1,
// $2 and so on, as far as they go; 0: the server's choice. Throws out_of_range for 65,536 types and more.
void write_parse(output& out, std::string_view name, std::string_view sql, std::span<const oid> types);

} // namespace hawser::pgwire
