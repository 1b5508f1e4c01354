#include <algorithm>
#include <array>
#include <charconv>
#include <hawser/mapping/validators.hpp>

namespace hawser::detail {

std::size_t code_points(std::string_view utf8) noexcept {
    // Every byte but the continuation bytes 10xxxxxx begins a code point.
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

std::string number_text(double v) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), v).ptr};
}

std::string at_most_message(std::size_t n) {
    return "must have at most " + std::to_string(n) + " characters";
}

} // namespace hawser::detail
