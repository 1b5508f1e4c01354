#pragma once
// uuid: https://www.postgresql.org/docs/15/datatype-uuid.html
#include <cstring>
#include <hawser/core/uuid.hpp>
#include <pgwire/codec/codec.hpp>
#include <pgwire/output.hpp>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] inline bool decode_uuid(std::string_view binary, uuid& out) noexcept {
    uuid::bytes_type bytes;
    if (binary.size() != bytes.size()) return false;
    std::memcpy(bytes.data(), binary.data(), bytes.size());
    out = uuid(bytes);
    return true;
}
inline void encode_uuid(output& out, const uuid& v) {
    std::memcpy(out.grow(v.bytes().size()), v.bytes().data(), v.bytes().size());
}

// Text is 8-4-4-4-12 lower-case hex digits. Read are 32 digits of either case, with or without a dash behind every four,
// and with or without braces around them.
extern const codec uuid_codec;

} // namespace hawser::pgwire
