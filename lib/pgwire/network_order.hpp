#pragma once
// Numbers in network order, the most significant byte first, anywhere in memory.
#include <bit>
#include <concepts>
#include <cstring>
#include <type_traits>

namespace hawser::pgwire {

// By its built-ins: GCC 12 makes a loop over the bytes of what is written as one.
template <std::unsigned_integral U>
[[nodiscard]] U in_network_order(U v) noexcept {
    static_assert(sizeof(U) <= 8);
    if constexpr (std::endian::native == std::endian::big || sizeof(U) == 1)
        return v;
    else if constexpr (sizeof(U) == 2)
        return __builtin_bswap16(v);
    else if constexpr (sizeof(U) == 4)
        return __builtin_bswap32(v);
    else
        return __builtin_bswap64(v);
}

template <std::integral I>
[[nodiscard]] I load(const char* at) noexcept {
    std::make_unsigned_t<I> v = 0;
    std::memcpy(&v, at, sizeof v);
    return static_cast<I>(in_network_order(v));
}

template <std::integral I>
void store(char* at, I v) noexcept {
    const auto bits = in_network_order(static_cast<std::make_unsigned_t<I>>(v));
    std::memcpy(at, &bits, sizeof bits);
}

} // namespace hawser::pgwire
