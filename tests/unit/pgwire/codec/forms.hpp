#pragma once
// What a codec makes of one value, binary forms as hex digits. The expected ones are those of a PostgreSQL 15.
#include "core/hex.hpp"
#include "support/catch.hpp"
#include <pgwire/codec/codec.hpp>
#include <pgwire/output.hpp>
#include <pgwire/types.hpp>
#include <string>
#include <string_view>

namespace forms {

using hawser::pgwire::codec;

inline const std::string refused = "(refused)";

inline std::string bytes(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out +=
            static_cast<char>(hawser::detail::hex_value(hex[i]) << 4 | hawser::detail::hex_value(hex[i + 1]));
    return out;
}

inline std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto b = static_cast<unsigned char>(c);
        out += hawser::detail::hex_digits[b >> 4];
        out += hawser::detail::hex_digits[b & 15];
    }
    return out;
}

// Codecs of scalar types look neither at the type nor at other types.
inline const hawser::pgwire::type_info any_type;
inline const hawser::pgwire::types any_types;

// Behind what is there already.
inline std::string text_of_bytes(const codec& c, std::string_view binary) {
    std::string out = "before|";
    if (!c.to_text(binary, any_type, any_types, out)) return refused;
    return out.starts_with("before|") ? out.substr(7) : "(not appended)";
}

inline std::string text_of(const codec& c, std::string_view binary) {
    return text_of_bytes(c, bytes(binary));
}

inline std::string binary_of(const codec& c, std::string_view text) {
    hawser::pgwire::output out;
    out.bytes("before|");
    if (!c.to_binary(text, any_type, any_types, out)) return refused;
    return out.view().starts_with("before|") ? hex(out.view_from(7)) : "(not appended)";
}

// Either form is made from the other.
inline void check_forms(const codec& c, std::string_view text, std::string_view binary) {
    CAPTURE(text, binary);
    CHECK(text_of(c, binary) == text);
    CHECK(binary_of(c, text) == binary);
}

// The text is read, though written otherwise.
inline void check_read(const codec& c, std::string_view text, std::string_view binary) {
    CAPTURE(text, binary);
    CHECK(binary_of(c, text) == binary);
}

inline void check_no_text(const codec& c, std::string_view text) {
    CAPTURE(text);
    CHECK(binary_of(c, text) == refused);
}

inline void check_no_binary(const codec& c, std::string_view binary) {
    CAPTURE(binary);
    CHECK(text_of(c, binary) == refused);
}

// No part of a binary form from its front on is one, nor what has a byte more.
inline void check_whole(const codec& c, std::string_view binary) {
    CHECK(text_of(c, binary) != refused);
    for (std::size_t digits = 0; digits < binary.size(); digits += 2)
        check_no_binary(c, binary.substr(0, digits));
    check_no_binary(c, std::string(binary) + "00");
}

} // namespace forms
