#pragma once
// The text of an array, cut into elements.
#include <cstddef>
#include <pgwire/codec/array_header.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

// Reads texts such as {{1,2},{3,NULL}} and [0:1]={a,b}: first as a whole, which gives the dimensions, then element by
// element.
class array_text {
public:
    array_text(std::string_view text, char delimiter) noexcept : left_(text), delimiter_(delimiter) {}

    // Dimensions, number of elements, and whether NULL is among them. False: the text is no array. Once, before next().
    [[nodiscard]] bool measure(array_header& shape) noexcept;

    struct element {
        std::string_view text{}; // without quotes; valid until the next one is taken
        bool null = false;
    };
    // The next element, of as many as were measured.
    [[nodiscard]] element next();

private:
    struct piece {
        std::string_view raw{}; // without quotes, with backslashes
        bool quoted = false;
        bool escaped = false; // there are backslashes
    };
    [[nodiscard]] bool take_bounds(array_header& shape) noexcept;
    [[nodiscard]] bool take_piece(std::string_view& text, piece& found) const noexcept;
    [[nodiscard]] static bool is_null(const piece& p) noexcept;

    std::string_view left_;
    char delimiter_;
    std::string unescaped_;
};

} // namespace hawser::pgwire
