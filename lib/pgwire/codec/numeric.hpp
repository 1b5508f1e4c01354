#pragma once
// numeric: https://www.postgresql.org/docs/15/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
#include <cstddef>
#include <cstdint>
#include <hawser/core/decimal_digits.hpp>
#include <pgwire/codec/codec.hpp>
#include <pgwire/network_order.hpp>
#include <pgwire/output.hpp>
#include <string_view>

namespace hawser::pgwire {

enum class numeric_sign : std::uint16_t {
    positive = 0x0000,
    negative = 0x4000,
    nan = 0xC000,
    infinity = 0xD000,
    minus_infinity = 0xF000
};

inline constexpr std::size_t numeric_header = 8; // bytes before the groups
inline constexpr unsigned numeric_base = 10000;
inline constexpr unsigned greatest_dscale = 16383; // digits behind the point
inline constexpr int greatest_weight = 32767;

// A number taken apart, where it lies: the sum of group(i) * 10000^(weight - i). Neither its first group nor its last
// one is 0; without groups it is 0.
struct numeric_view {
    numeric_sign sign = numeric_sign::positive;
    int weight = 0;
    unsigned dscale = 0; // digits that are shown behind the point; there are no others behind these but 0
    std::string_view groups{}; // two bytes each

    [[nodiscard]] bool finite() const noexcept {
        return sign == numeric_sign::positive || sign == numeric_sign::negative;
    }
    [[nodiscard]] std::size_t size() const noexcept { return groups.size() / 2; }
    [[nodiscard]] unsigned group(std::size_t i) const noexcept {
        return load<std::uint16_t>(groups.data() + 2 * i);
    }
};

// False: the bytes are no numeric. Views lie in the bytes given.
[[nodiscard]] bool decode_numeric(std::string_view binary, numeric_view& out) noexcept;

// The number times 10^scale. False where that is no integer or beyond 128 bits, for NaN, the infinities, and bytes that
// are no numeric.
[[nodiscard]] bool to_scaled(std::string_view binary, unsigned scale, detail::int128& out) noexcept;

// The number times 10^dscale, its own count of digits behind the point. False as above.
[[nodiscard]] bool scaled_of(std::string_view binary, detail::int128& out, unsigned& dscale) noexcept;

// The bytes that the server has for scaled / 10^scale, shown with `scale` digits behind the point; at most
// greatest_dscale.
void encode_scaled(output& out, detail::int128 scaled, unsigned scale);

// Every number that the server holds, "NaN", "Infinity" and "-Infinity". What is read has no more than 131072 digits
// before the point and greatest_dscale behind it.
extern const codec numeric_codec;

} // namespace hawser::pgwire
