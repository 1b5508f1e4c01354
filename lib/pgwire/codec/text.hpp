#pragma once
// The types whose binary form is their text: https://www.postgresql.org/docs/15/datatype-character.html
#include <pgwire/codec/codec.hpp>

namespace hawser::pgwire {

// Any bytes but zeros; that they are UTF-8 is not looked at.
[[nodiscard]] bool is_server_text(std::string_view text) noexcept;

// text, varchar, bpchar, xml, refcursor, unknown, cstring. The blanks that fill a char(n) belong to its text.
extern const codec text_codec;
// No more than 63 bytes: name, and the labels of enums. The server cuts what is longer, here it is refused.
extern const codec name_codec;
// "char", one byte: 0 is the empty text. Bytes above 127 are shown as \ooo, by older servers as they are; both are read.
extern const codec char_codec;
// void has one value, without bytes.
extern const codec void_codec;

} // namespace hawser::pgwire
