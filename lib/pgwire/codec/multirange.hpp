#pragma once
// Multiranges: https://www.postgresql.org/docs/15/rangetypes.html#RANGETYPES-IO
// The ranges are sent as they are written: the server sorts and joins them.
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] bool multirange_to_text(std::string_view binary, const type_info& type, const nesting& at,
                                      std::string& out);
[[nodiscard]] bool multirange_to_binary(std::string_view text, const type_info& type, const nesting& at,
                                        output& out);

extern const codec multirange_codec;

} // namespace hawser::pgwire
