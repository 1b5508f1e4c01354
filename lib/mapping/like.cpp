#include <hawser/core/error.hpp>
#include <hawser/mapping/expression/like.hpp>

namespace hawser {

namespace {

// Past the character of UTF-8 that begins at `at`.
std::size_t next_character(std::string_view text, std::size_t at) noexcept {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) ++at;
    return at;
}

} // namespace

std::string like_literal(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

namespace detail {

// What does not fit is tried again one character later behind the last %; those before it need no other try.
bool like_matches(std::string_view text, std::string_view pattern) noexcept {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t t = 0, p = 0, text_again = none, pattern_again = none;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '%') {
            pattern_again = ++p;
            text_again = t;
            continue;
        }
        if (p < pattern.size() && pattern[p] == '_') {
            t = next_character(text, t);
            ++p;
            continue;
        }
        const std::size_t literal = p < pattern.size() && pattern[p] == '\\' ? p + 1 : p;
        if (literal < pattern.size() && pattern[literal] == text[t]) {
            ++t;
            p = literal + 1;
            continue;
        }
        if (pattern_again == none) return false;
        text_again = next_character(text, text_again);
        t = text_again;
        p = pattern_again;
    }
    while (p < pattern.size() && pattern[p] == '%') ++p;
    return p == pattern.size();
}

std::string checked_pattern(std::string pattern) {
    bool escaped = false;
    for (const char c : pattern) escaped = !escaped && c == '\\';
    if (escaped) throw_error(errc::misuse, "like(): the pattern ends in a lone backslash");
    return pattern;
}

} // namespace detail

} // namespace hawser
