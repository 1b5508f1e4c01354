#pragma once
// Arrays of any type: https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
// Text is {1,NULL,"a b"}, with [2:3]= before it where a first subscript is not 1. Of binary values the element's type is the
// one that they name, which may be another one than their type's: the server gives varchar[] as text[] unchanged.
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] bool array_to_text(std::string_view binary, const type_info& type, const nesting& at,
                                 std::string& out);
[[nodiscard]] bool array_to_binary(std::string_view text, const type_info& type, const nesting& at,
                                   output& out);

extern const codec array_codec;

} // namespace hawser::pgwire
