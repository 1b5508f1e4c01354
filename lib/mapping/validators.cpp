#include <algorithm>
#include <array>
#include <charconv>
#include <hawser/mapping/validators.hpp>

namespace hawser::detail {

namespace {

// How many bytes the code point has that the text begins with; 1 where it begins with none.
std::size_t first_code_point(std::string_view utf8) noexcept {
    const auto byte = [utf8](std::size_t at) { return static_cast<unsigned char>(utf8[at]); };
    const unsigned lead = byte(0);
    if (lead < 0xC2 || lead > 0xF4) return 1;
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (utf8.size() < size) return 1;
    // What is longer than it needs be, a surrogate, or beyond U+10FFFF is no code point.
    const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < least || byte(1) > most) return 1;
    for (std::size_t i = 2; i < size; ++i)
        if ((byte(i) & 0xC0u) != 0x80u) return 1;
    return size;
}

} // namespace

std::size_t code_points(std::string_view utf8) noexcept {
    std::size_t count = 0;
    for (; !utf8.empty(); ++count) utf8.remove_prefix(first_code_point(utf8));
    return count;
}

std::string duration_text(std::int64_t count, std::string_view unit) {
    return std::to_string(count) += unit;
}

std::string date_text(std::chrono::year_month_day v) {
    text_sink measure;
    write_date(measure, v);
    std::string text(measure.size(), '\0');
    text_sink write(text.data());
    write_date(write, v);
    return text;
}

std::string number_text(double v) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), v).ptr};
}

std::string at_least_message(std::size_t n) {
    return "must have at least " + std::to_string(n) + " characters";
}

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hexadecimal(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_visible(char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7F;
}
// "example.com": at least two labels.
bool is_domain(std::string_view v) {
    unsigned labels = 0;
    while (true) {
        const std::size_t dot = v.find('.');
        const std::string_view label = v.substr(0, dot);
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        // Letters beyond ASCII are let through, as UTF-8.
        if (!std::all_of(label.begin(), label.end(), [](char c) {
                return is_letter(c) || is_digit(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80;
            }))
            return false;
        ++labels;
        if (dot == std::string_view::npos) return labels >= 2;
        v.remove_prefix(dot + 1);
    }
}

// "[::1]": hexadecimal digits, and the dots of an IPv4 address within.
bool is_bracketed(std::string_view v) {
    if (v.size() < 4 || v.front() != '[' || v.back() != ']') return false;
    v = v.substr(1, v.size() - 2);
    return v.find(':') != std::string_view::npos &&
           std::all_of(v.begin(), v.end(), [](char c) { return is_hexadecimal(c) || c == ':' || c == '.'; });
}
// "user:password@host:443"
bool is_authority(std::string_view v) {
    if (const std::size_t at = v.rfind('@'); at != std::string_view::npos) v.remove_prefix(at + 1);
    const std::size_t colon = v.find(':', v.starts_with('[') ? std::min(v.find(']'), v.size()) : 0);
    if (colon != std::string_view::npos) {
        const std::string_view port = v.substr(colon + 1);
        if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
        v = v.substr(0, colon);
    }
    if (v.starts_with('[')) return is_bracketed(v);
    return !v.empty() && v.find_first_of("[]\"\\<>^`{|}") == std::string_view::npos;
}

} // namespace

bool is_email(std::string_view v) noexcept {
    const std::size_t at = v.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || v.size() > 254) return false;
    const std::string_view name = v.substr(0, at);
    if (name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos) return false;
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return is_visible(c) && std::string_view("\"(),:;<>[\\]").find(c) == std::string_view::npos;
    });
    return plain && is_domain(v.substr(at + 1));
}

bool is_url(std::string_view v) noexcept {
    const std::size_t colon = v.find("://");
    if (colon == std::string_view::npos || colon == 0 || v.size() > 2048 || !is_letter(v.front()))
        return false;
    const std::string_view scheme = v.substr(0, colon), rest = v.substr(colon + 3);
    const bool named = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
    return named && is_authority(rest.substr(0, rest.find_first_of("/?#"))) &&
           std::all_of(rest.begin(), rest.end(), is_visible);
}

bool is_uuid_text(std::string_view v) noexcept {
    if (v.size() != 36) return false;
    for (std::size_t i = 0; i < v.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? v[i] != '-' : !is_hexadecimal(v[i])) return false;
    }
    return true;
}

bool is_symbol(std::string_view v) noexcept {
    if (v.empty() || v.size() > 32) return false;
    if (!is_letter(v.front()) && !is_digit(v.front()) && v.front() != '^') return false;
    return std::all_of(v.begin(), v.end(), [](char c) {
        return is_letter(c) || is_digit(c) ||
               std::string_view(".-_/:^=+&@!").find(c) != std::string_view::npos;
    });
}

std::string at_most_message(std::size_t n) {
    return "must have at most " + std::to_string(n) + " characters";
}

} // namespace hawser::detail
