#pragma once
// boolean: https://www.postgresql.org/docs/15/datatype-boolean.html
#include <pgwire/codec/codec.hpp>
#include <pgwire/output.hpp>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] inline bool decode_bool(std::string_view binary, bool& out) noexcept {
    if (binary.size() != 1) return false;
    out = binary[0] != 0;
    return true;
}
inline void encode_bool(output& out, bool v) {
    out.byte(v ? '\1' : '\0');
}

// Text is "t" and "f"; true, yes, on, 1, their opposites and what they begin with are read.
extern const codec bool_codec;

} // namespace hawser::pgwire
