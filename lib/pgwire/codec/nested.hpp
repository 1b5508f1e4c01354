#pragma once
// How arrays, ranges, composites and domains reach the values within them.
#include <cstddef>
#include <pgwire/codec/codec.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

// Where a value stands that is part of another one.
struct nesting {
    const types& known;
    unsigned level;        // containers around it
    std::size_t most_text; // that the text of it all may grow to

    [[nodiscard]] nesting within() const noexcept { return {known, level + 1, most_text}; }
};

// Quotes within quotes double with each level, and some numbers have a text that is a thousand times longer than their
// bytes. More than so much text for so many bytes is refused, lest a small message takes all memory.
[[nodiscard]] constexpr std::size_t most_text(std::size_t bytes) noexcept {
    return (std::size_t{4} << 20) + 16 * bytes;
}

// As the functions of a codec; false also for a type that is not known, and deeper than `deepest`.
[[nodiscard]] bool nested_to_text(std::string_view binary, oid type, const nesting& at, std::string& out);
[[nodiscard]] bool nested_to_binary(std::string_view text, oid type, const nesting& at, output& out);

// The codec whose values are within nothing, of the functions for values anywhere.
template <auto ToText, auto ToBinary>
inline constexpr codec outermost{
    [](std::string_view binary, const type_info& type, const types& known, std::string& out) {
        return ToText(binary, type, nesting{known, 0, out.size() + most_text(binary.size())}, out);
    },
    [](std::string_view text, const type_info& type, const types& known, output& out) {
        return ToBinary(text, type, nesting{known, 0, 0}, out);
    }};

// The codec of a type that is made of others, and of record; null for all others.
[[nodiscard]] const codec* container_codec(const type_info& type) noexcept;

// Whether every server has a binary form of the type's values, and it is known here, down to the types that it is made
// of. If not, its values travel as text. Not so for record, whose values have fields of any type.
[[nodiscard]] bool has_binary_form(const type_info& type, const types& known) noexcept;

} // namespace hawser::pgwire
