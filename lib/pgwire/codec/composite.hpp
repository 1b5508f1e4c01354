#pragma once
// Composite types, and records of types that the values name: https://www.postgresql.org/docs/15/rowtypes.html#ROWTYPES-IO-SYNTAX
// Binary values are read by the types that they name themselves, and may have more fields or less than are known of their
// type. Text is made binary by the known attributes: never for a record, which has none.
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] bool composite_to_text(std::string_view binary, const type_info& type, const nesting& at,
                                     std::string& out);
[[nodiscard]] bool composite_to_binary(std::string_view text, const type_info& type, const nesting& at,
                                       output& out);

extern const codec composite_codec;

} // namespace hawser::pgwire
