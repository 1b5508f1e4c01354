#pragma once
// Bytes: hawser::bytes, and vectors of std::byte and std::uint8_t.
#include <cstdint>
#include <hawser/core/bytes.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <vector>

namespace hawser {

namespace detail {

template <class V>
struct bytes_map {
    static constexpr field_type field = field_type::bytes;
    static constexpr std::string_view sqlite = "BLOB";
    static constexpr std::string_view postgres = "bytea";
    static void encode(const V& v, parameters& p) {
        p.text({reinterpret_cast<const char*>(v.data()), v.size()}, field_type::bytes);
    }
};

} // namespace detail

template <>
struct type_map<bytes> : detail::bytes_map<bytes> {
    static bool decode(const field_view& f, bytes& out) {
        if (f.type != field_type::bytes) return false;
        out = bytes(f.bytes());
        return true;
    }
};

template <class B>
    requires(std::same_as<B, std::byte> || std::same_as<B, std::uint8_t>)
struct type_map<std::vector<B>> : detail::bytes_map<std::vector<B>> {
    static bool decode(const field_view& f, std::vector<B>& out) {
        if (f.type != field_type::bytes) return false;
        const auto* data = reinterpret_cast<const B*>(f.data);
        out.assign(data, data + f.size);
        return true;
    }
};

} // namespace hawser
