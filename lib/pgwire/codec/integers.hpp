#pragma once
// int2, int4, int8, and the numbers that the server gives to its own things.
#include <concepts>
#include <cstdint>
#include <pgwire/codec/codec.hpp>
#include <pgwire/network_order.hpp>
#include <pgwire/output.hpp>
#include <string_view>

namespace hawser::pgwire {

template <std::integral I>
[[nodiscard]] bool decode_integer(std::string_view binary, I& out) noexcept {
    if (binary.size() != sizeof(I)) return false;
    const char* const at = binary.data();
    out = load<I>(at);
    return true;
}
template <std::integral I>
void encode_integer(output& out, I v) {
    out.integer(v);
}

// Decimal digits; where they come in, with white space around them and a sign.
extern const codec int2_codec;
extern const codec int4_codec;
extern const codec int8_codec;
// 32 bits without sign; -1 is read as the greatest, and so on, as the server does.
extern const codec oid_codec;
// Without sign: xid and cid have 32 bits, xid8 has 64. The server reads 010 as octal, up to version 15: numbers with
// zeros before them are refused.
extern const codec xid_codec;
extern const codec xid8_codec;

} // namespace hawser::pgwire
