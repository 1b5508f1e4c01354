#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-FUNCTIONCALL
#include "pgwire/message_parts.hpp"
#include "pgwire/types.hpp"
#include <optional>
#include <span>
#include <string_view>

namespace hawser::pgwire {

// Calls a function by its number, outside of SQL; formats as in Bind. The manual calls it
// legacy: a prepared "select f($1)" does the same. FunctionCallResponse and ReadyForQuery answer it.
void write_function_call(output& out, oid function, std::span<const format> argument_formats,
                         std::span<const std::optional<std::string_view>> arguments, format result);

} // namespace hawser::pgwire
