#pragma once
// inet, cidr: https://www.postgresql.org/docs/15/datatype-net-types.html
#include <array>
#include <cstdint>
#include <pgwire/codec/codec.hpp>
#include <string_view>

namespace hawser::pgwire {

// An address of IPv4 or IPv6, and how many of its bits are the network's.
struct network_address {
    std::array<std::uint8_t, 16> bytes{}; // IPv4: the first four
    bool v6 = false;
    std::uint8_t bits = 0;

    [[nodiscard]] unsigned size() const noexcept { return v6 ? 16 : 4; }
    [[nodiscard]] unsigned most_bits() const noexcept { return v6 ? 128 : 32; }
    friend bool operator==(const network_address&, const network_address&) = default;
};

enum class network_type : bool { inet, cidr };

// A cidr has no bits behind those of its network.
[[nodiscard]] bool decode_network(std::string_view binary, network_type type, network_address& out) noexcept;
void encode_network(output& out, network_type type, const network_address& v);

// "10.1.2.3/16", "::ffff:1.2.3.4"; of an inet, all bits need no "/32". Before a number of bits, zeros at an IPv4
// address's end may be missing: "10.1/16"; for a cidr also without that number, which then is that of the address's
// class, or of the bytes that are there: "192.168.1".
extern const codec inet_codec;
extern const codec cidr_codec;

} // namespace hawser::pgwire
