#pragma once
// Reading texts that people write.
#include <cstddef>
#include <string_view>

namespace hawser::pgwire {

constexpr bool is_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Without the white space around it.
constexpr std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// Takes `c` from the front, where it is there.
constexpr bool take(std::string_view& text, char c) noexcept {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

// Takes \ooo from the front, the three octal digits of a byte.
constexpr bool take_octal_byte(std::string_view& text, char& out) noexcept {
    if (text.size() < 4 || text[0] != '\\' || text[1] < '0' || text[1] > '3') return false;
    int byte = 0;
    for (std::size_t i = 1; i < 4; ++i) {
        if (text[i] < '0' || text[i] > '7') return false;
        byte = byte * 8 + (text[i] - '0');
    }
    out = static_cast<char>(byte);
    text.remove_prefix(4);
    return true;
}

// Whether the text begins with a word of lower-case letters, whatever its own case.
constexpr bool begins_with_word(std::string_view text, std::string_view word) noexcept {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (to_lower(text[i]) != word[i]) return false;
    return true;
}
constexpr bool is_word(std::string_view text, std::string_view word) noexcept {
    return text.size() == word.size() && begins_with_word(text, word);
}

} // namespace hawser::pgwire
