#pragma once
// https://www.rfc-editor.org/rfc/rfc4648#section-4
#include <string>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] std::string to_base64(std::string_view bytes);

// Replaces `out`. False for all that to_base64() does not write: other characters, spaces and line ends, padding that
// is missing or in the middle, bits set that belong to no byte.
[[nodiscard]] bool from_base64(std::string_view text, std::string& out);

} // namespace hawser::pgwire
