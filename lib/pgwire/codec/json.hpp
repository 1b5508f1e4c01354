#pragma once
// json, jsonb: https://www.postgresql.org/docs/15/datatype-json.html
#include <pgwire/codec/codec.hpp>
#include <string_view>

namespace hawser::pgwire {

// The one version that there is of the binary forms of jsonb and jsonpath, their first byte.
inline constexpr char jsonb_version = '\1';

// The document's text, which lies in the bytes. False: no jsonb, or of another version.
[[nodiscard]] inline bool decode_jsonb(std::string_view binary, std::string_view& text) noexcept {
    if (binary.size() < 2 || binary.front() != jsonb_version) return false;
    text = binary.substr(1);
    return true;
}
inline void encode_jsonb(output& out, std::string_view text) {
    out.byte(jsonb_version);
    out.bytes(text);
}

// Documents pass as they are, byte by byte: that they are JSON is the server's to judge. Only texts that can be none are
// refused, empty ones and those with zero bytes.
extern const codec json_codec;
extern const codec jsonb_codec;
extern const codec jsonpath_codec;

} // namespace hawser::pgwire
