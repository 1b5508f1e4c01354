#pragma once
// Types made of types, as a server of version 15 numbered them, and the checks that all of them share.
#include "support/catch.hpp"
#include <pgwire/codec/codec.hpp>
#include <pgwire/types.hpp>
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace containers {

using namespace hawser::pgwire;

inline constexpr type_info::attribute pair_attributes[] = {{"a", 23}, {"b", 25}};
inline constexpr type_info::attribute nest_attributes[] = {
    {"p", 16398}, {"list", 1007}, {"m", 16395}, {"d", 16392}};
inline constexpr type_info::attribute shrunk_attributes[] = {{"a", 23}, {"c", 23}};
inline constexpr type_info::attribute deep_attributes[] = {{"n", 16403}, {"s", 16415}, {"r", 16407}};

// create type mood as enum ('sad', 'ok', 'so "so"');
// create domain positive as int4 check (value > 0);
// create domain mood_domain as mood;
// create type pair as (a int4, b text);
// create domain int_list as int4[];
// create type nest as (p pair, list int4[], m mood_domain, d positive);
// create type text_range as range (subtype = text, collation = "C");
// create type shrunk as (a int4, b text, c int4); alter type shrunk drop attribute b;
// create type deep as (n nest, s shrunk[], r text_range);
inline constexpr auto custom = std::to_array<type_info>({
    {16384, "_mood", type_kind::array, ',', 16385, 0},
    {16385, "mood", type_kind::enumerated, ',', 0, 16384},
    {16391, "_positive", type_kind::array, ',', 16392, 0},
    {16392, "positive", type_kind::domain, ',', 23, 16391},
    {16395, "mood_domain", type_kind::domain, ',', 16385, 16394},
    {16397, "_pair", type_kind::array, ',', 16398, 0},
    {16398, "pair", type_kind::composite, ',', 0, 16397, pair_attributes},
    {16399, "_int_list", type_kind::array, ',', 16400, 0},
    {16400, "int_list", type_kind::domain, ',', 1007, 16399},
    {16403, "nest", type_kind::composite, ',', 0, 16402, nest_attributes},
    {16405, "text_multirange", type_kind::multirange, ',', 16407, 16406},
    {16407, "text_range", type_kind::range, ',', 25, 16404},
    {16415, "_shrunk", type_kind::array, ',', 16416, 0},
    {16416, "shrunk", type_kind::composite, ',', 0, 16415, shrunk_attributes},
    {16438, "deep", type_kind::composite, ',', 0, 16437, deep_attributes},
});

class known_types final : public types {
public:
    const type_info* find(oid id) const noexcept override {
        const auto at = std::ranges::find(custom, id, &type_info::id);
        return at != custom.end() ? &*at : built_in(id);
    }
};
inline const known_types known;

inline const type_info& type(std::string_view name) {
    const auto at = std::ranges::find(custom, name, &type_info::name);
    const type_info* const found = at != custom.end() ? &*at : built_in(name);
    REQUIRE(found);
    return *found;
}

inline std::string from_hex(std::string_view digits) {
    const auto half = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes += static_cast<char>(half(digits[i]) * 16 + half(digits[i + 1]));
    return bytes;
}

inline std::string to_hex(std::string_view bytes) {
    std::string digits;
    for (const char c : bytes)
        for (const int shift : {4, 0})
            digits += "0123456789abcdef"[static_cast<unsigned char>(c) >> shift & 15];
    return digits;
}

// The text of a binary value; nullopt where it is refused. What was there before stays.
inline std::optional<std::string> text_of(const type_info& t, std::string_view binary,
                                          const types& all = known) {
    const codec* const c = codec_of(t);
    REQUIRE(c);
    std::string text = "before";
    if (!c->to_text(binary, t, all, text)) return {};
    CHECK(text.starts_with("before"));
    return text.substr(6);
}
inline std::optional<std::string> text_of(std::string_view name, std::string_view hex) {
    return text_of(type(name), from_hex(hex));
}

// The binary form of a text, in hex; nullopt where it is refused.
inline std::optional<std::string> hex_of(const type_info& t, std::string_view text,
                                         const types& all = known) {
    const codec* const c = codec_of(t);
    REQUIRE(c);
    output out;
    out.bytes("before");
    if (!c->to_binary(text, t, all, out)) return {};
    CHECK(out.view().starts_with("before"));
    return to_hex(out.view_from(6));
}
inline std::optional<std::string> hex_of(std::string_view name, std::string_view text) {
    return hex_of(type(name), text);
}

// A value as the server gives it in both forms.
struct sample {
    std::string_view type;
    std::string_view text;
    std::string_view hex;
};

// Both ways the same, and no part of the bytes is a value.
inline void check_both_ways(const sample& s) {
    INFO(s.type << " " << s.text);
    CHECK(text_of(s.type, s.hex) == s.text);
    CHECK(hex_of(s.type, s.text) == s.hex);
    const std::string bytes = from_hex(s.hex);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        INFO("first " << n << " bytes");
        CHECK_FALSE(text_of(type(s.type), std::string_view(bytes).substr(0, n)));
    }
    CHECK_FALSE(text_of(type(s.type), bytes + '\0'));
}

} // namespace containers
