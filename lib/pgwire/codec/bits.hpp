#pragma once
// bit, varbit: https://www.postgresql.org/docs/15/datatype-bit.html
#include <cstdint>
#include <pgwire/codec/codec.hpp>
#include <string_view>

namespace hawser::pgwire {

// A row of bits, where it lies.
struct bits_view {
    std::uint32_t count = 0;
    std::string_view
        bytes{}; // the first bit is the highest of the first byte; what fills the last one means nothing

    [[nodiscard]] bool bit(std::uint32_t i) const noexcept {
        return (static_cast<unsigned char>(bytes[i / 8]) >> (7 - i % 8) & 1) != 0;
    }
};

[[nodiscard]] bool decode_bits(std::string_view binary, bits_view& out) noexcept;

// Text is "0101"; B0101 and, by hex digits, X5a are read too. The length that a bit(n) must have is the server's to check.
extern const codec bits_codec;

} // namespace hawser::pgwire
