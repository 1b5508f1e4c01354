#pragma once
// The types whose codecs are fuzzed, and what holds for all of them.
#include "target.hpp"
#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <pgwire/input.hpp>
#include <string>
#include <vector>

namespace fuzz {

using namespace hawser::pgwire;

inline constexpr type_info::attribute pair_attributes[] = {{"a", 23}, {"b", 25}};
inline constexpr type_info::attribute nest_attributes[] = {
    {"p", 16386}, {"list", 1007}, {"r", 16388}, {"d", 16392}};

// Those that an application may have, besides the built-in ones.
inline constexpr type_info custom[] = {
    {16384, "mood", type_kind::enumerated, ',', 0, 16385},
    {16385, "_mood", type_kind::array, ',', 16384, 0},
    {16386, "pair", type_kind::composite, ',', 0, 16387, pair_attributes},
    {16387, "_pair", type_kind::array, ',', 16386, 0},
    {16388, "text_range", type_kind::range, ',', 25, 0},
    {16389, "text_multirange", type_kind::multirange, ',', 16388, 0},
    {16390, "nest", type_kind::composite, ',', 0, 16391, nest_attributes},
    {16391, "_nest", type_kind::array, ',', 16390, 0},
    {16392, "int_list", type_kind::domain, ',', 1007, 16393},
    {16393, "_int_list", type_kind::array, ',', 16392, 0},
    {16394, "other_delimiter", type_kind::enumerated, ';', 0, 16395},
    {16395, "_other_delimiter", type_kind::array, ';', 16394, 0},
};

class all_types final : public types {
public:
    const type_info* find(oid id) const noexcept override {
        const auto* const at = std::ranges::find(custom, id, &type_info::id);
        return at != std::end(custom) ? at : built_in(id);
    }
};
inline const all_types known;

// The type whose number the first two bytes are. If none that has a codec has it, one that has.
inline const type_info& take_type(std::string_view& bytes) {
    static const std::vector<const type_info*> readable = [] {
        std::vector<const type_info*> found;
        for (oid id = 1; id <= 0xffff; ++id)
            if (const type_info* const t = known.find(id); t && codec_of(*t)) found.push_back(t);
        return found;
    }();
    input in(bytes);
    const oid id = in.integer<std::uint16_t>();
    bytes = in.rest();
    const type_info* const asked = known.find(id);
    return asked && codec_of(*asked) ? *asked : *readable[id % readable.size()];
}

inline bool is_made_of_others(const type_info& type) {
    return container_codec(type) != nullptr;
}

inline std::optional<std::string> text_of(std::string_view binary, const type_info& type) {
    std::string text;
    if (!codec_of(type)->to_text(binary, type, known, text)) return {};
    return text;
}
inline std::optional<std::string> binary_of(std::string_view text, const type_info& type) {
    output out;
    if (!codec_of(type)->to_binary(text, type, known, out)) return {};
    return std::string(out.view());
}

// What is sent is what would come back.
inline void expect_stable(std::string_view binary, const type_info& type) {
    const std::optional<std::string> text = text_of(binary, type);
    // an array of numbers with very many digits has no text: see most_text()
    if (!text && is_made_of_others(type) && binary.size() > 350) return;
    expect(text.has_value(), "what was made binary has a text");
    expect(binary_of(*text, type) == binary, "the text of a binary value gives the same bytes");
}

} // namespace fuzz
