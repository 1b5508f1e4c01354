#pragma once
// float4, float8: https://www.postgresql.org/docs/15/datatype-numeric.html#DATATYPE-FLOAT
#include <bit>
#include <concepts>
#include <cstdint>
#include <pgwire/codec/integers.hpp>
#include <string_view>
#include <type_traits>

namespace hawser::pgwire {

template <std::floating_point F>
using bits_of_real = std::conditional_t<sizeof(F) == 4, std::uint32_t, std::uint64_t>;

// Bit by bit, NaN too.
template <std::floating_point F>
[[nodiscard]] bool decode_real(std::string_view binary, F& out) noexcept {
    bits_of_real<F> bits{};
    if (!decode_integer(binary, bits)) return false;
    out = std::bit_cast<F>(bits);
    return true;
}
template <std::floating_point F>
void encode_real(output& out, F v) {
    encode_integer(out, std::bit_cast<bits_of_real<F>>(v));
}

// Text has the fewest digits that are read as the same number, whatever the rule of rounding: "0.1", "1e+20", "-0",
// "Infinity", "NaN". What has no finite place in the type, or is no 0 and would become 0, is refused.
extern const codec float4_codec;
extern const codec float8_codec;

} // namespace hawser::pgwire
