#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-BIND
#include "pgwire/message_parts.hpp"
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace hawser::pgwire {

// Values to a prepared statement, which makes a portal of it; empty names are the unnamed ones. Formats are none, where
// all is text, one for all, or one for each. Throws out_of_range for 65,536 parameters and more.
void write_bind(output& out, std::string_view portal, std::string_view statement,
                std::span<const format> parameter_formats,
                std::span<const std::optional<std::string_view>> parameters,
                std::span<const format> result_formats);

// The same without a copy of the values: between these two calls write exactly `count` of them straight into the
// output, NULL as integer(std::int32_t{-1}), another by open(), its bytes, and close_value().
// Gives the mark for finish_bind().
[[nodiscard]] std::size_t begin_bind(output& out, std::string_view portal, std::string_view statement,
                                     std::span<const format> parameter_formats, std::size_t count);
void finish_bind(output& out, std::size_t mark, std::span<const format> result_formats);

} // namespace hawser::pgwire
