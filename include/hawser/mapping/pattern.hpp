#pragma once
// The patterns of hawser::matches: their syntax, which is looked at while compiling, and their matching, which takes
// neither recursion over the value nor exponential time.
#include <cstddef>
#include <string_view>

namespace hawser::detail {

// Longer values match no pattern.
inline constexpr std::size_t longest_matched = 4096;

// A cursor over a pattern. A skip_ function returns false where the pattern is wrong.
//
//   alternatives: a|b    groups: (ab)    any character: .    one of: [a-z_] [^0-9]
//   repetition:   * + ? {2} {2,} {2,8}   (counts up to 255)
//   \d \w \s: digits, letters digits and _, white space, of ASCII; \ before anything else means that character
class pattern_cursor {
public:
    constexpr explicit pattern_cursor(std::string_view pattern, std::size_t at = 0)
        : pattern_(pattern), at_(at) {}

    [[nodiscard]] constexpr std::size_t at() const { return at_; }
    [[nodiscard]] constexpr bool done() const { return at_ == pattern_.size(); }
    [[nodiscard]] constexpr char peek() const { return done() ? '\0' : pattern_[at_]; }
    constexpr bool take(char c) {
        if (done() || pattern_[at_] != c) return false;
        ++at_;
        return true;
    }

    constexpr bool skip_alternatives() {
        do {
            while (!done() && peek() != '|' && peek() != ')') {
                unsigned least = 0, most = 0;
                if (!skip_atom() || !read_repetition(least, most)) return false;
            }
        } while (take('|'));
        return true;
    }
    constexpr bool skip_atom() {
        switch (peek()) {
        case '(': ++at_; return skip_alternatives() && take(')');
        case '[': return skip_class();
        case '\\': at_ += 2; return at_ <= pattern_.size();
        case '*':
        case '+':
        case '?':
        case '{':
        case '}':
        case ']':
        case ')':
        case '^':
        case '$': return false;
        default: skip_character(); return true;
        }
    }
    // Without any: once.
    constexpr bool read_repetition(unsigned& least, unsigned& most) {
        least = most = 1;
        if (take('*')) return least = 0, most = no_end, true;
        if (take('+')) return most = no_end, true;
        if (take('?')) return least = 0, true;
        if (!take('{')) return true;
        if (!read_number(least)) return false;
        most = least;
        if (take(',')) {
            most = no_end;
            if (peek() != '}' && !read_number(most)) return false;
        }
        return take('}') && least <= most;
    }
    // One character of UTF-8.
    constexpr void skip_character() {
        ++at_;
        while (!done() && (static_cast<unsigned char>(pattern_[at_]) & 0xC0u) == 0x80u) ++at_;
    }
    static constexpr unsigned no_end = ~0u;

private:
    constexpr bool read_number(unsigned& n) {
        n = 0;
        const std::size_t first = at_;
        while (peek() >= '0' && peek() <= '9' && n <= 255)
            n = n * 10 + static_cast<unsigned>(pattern_[at_++] - '0');
        return at_ > first && n <= 255;
    }
    constexpr bool skip_class() {
        ++at_;
        take('^');
        const std::size_t first = at_;
        while (!done() && (peek() != ']' || at_ == first)) {
            if (peek() == '\\') ++at_;
            if (done()) return false;
            skip_character();
        }
        return take(']');
    }

    std::string_view pattern_;
    std::size_t at_;
};

// Patterns are about the whole value; that may be said with ^ and $.
constexpr std::string_view without_anchors(std::string_view pattern) {
    if (pattern.starts_with('^')) pattern.remove_prefix(1);
    if (pattern.ends_with('$') && !pattern.ends_with("\\$")) pattern.remove_suffix(1);
    return pattern;
}
constexpr bool well_formed(std::string_view pattern) {
    pattern_cursor c(pattern);
    return c.skip_alternatives() && c.done();
}

// Whether the whole value matches a well-formed pattern without anchors.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view value);

} // namespace hawser::detail
