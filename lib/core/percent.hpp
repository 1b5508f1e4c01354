#pragma once
// Percent-encoding of URLs.
#include <string>
#include <string_view>

namespace hawser::detail {

// Throws misuse "database URL: <part> .." where a '%' is not followed by two hex digits or says a zero byte.
[[nodiscard]] std::string percent_decoded(std::string_view text, std::string_view part);
// Encodes '%', control characters, spaces and those of `reserved`.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view reserved);

} // namespace hawser::detail
