#pragma once
// Ranges of any subtype: https://www.postgresql.org/docs/15/rangetypes.html#RANGETYPES-IO
// The bounds are sent as they are written: the server brings [1,5] and [1,6) into one form, and refuses [2,1].
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] bool range_to_text(std::string_view binary, const type_info& type, const nesting& at,
                                 std::string& out);
[[nodiscard]] bool range_to_binary(std::string_view text, const type_info& type, const nesting& at,
                                   output& out);

extern const codec range_codec;

} // namespace hawser::pgwire
