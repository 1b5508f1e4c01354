#include "pgwire/auth/base64.hpp"
#include <array>
#include <cstdint>

namespace hawser::pgwire {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 64;

constexpr auto values = [] {
    std::array<std::uint8_t, 256> of{};
    of.fill(none);
    for (std::size_t i = 0; i < letters.size(); ++i)
        of[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
    return of;
}();

} // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    while (!bytes.empty()) {
        const std::string_view group = bytes.substr(0, 3);
        bytes.remove_prefix(group.size());
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0u);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? letters[bits >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

bool from_base64(std::string_view text, std::string& out) {
    out.clear();
    if (text.size() % 4 != 0) return false;
    out.reserve(text.size() / 4 * 3);
    while (!text.empty()) {
        std::string_view group = text.substr(0, 4);
        text.remove_prefix(4);
        if (text.empty() && group.ends_with('=')) group.remove_suffix(group.ends_with("==") ? 2 : 1);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::uint8_t value = i < group.size() ? values[static_cast<unsigned char>(group[i])] : 0;
            if (value == none) return false;
            bits = bits << 6 | value;
        }
        const std::size_t size = group.size() - 1;
        if ((bits & (0xffffffu >> (8 * size))) != 0) return false;
        for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(bits >> (16 - 8 * i) & 255);
    }
    return true;
}

} // namespace hawser::pgwire
