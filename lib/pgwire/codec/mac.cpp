#include "pgwire/codec/mac.hpp"
#include "core/hex.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <array>
#include <cstddef>

namespace hawser::pgwire {
namespace {

template <std::size_t Size>
bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    if (binary.size() != Size) return false;
    for (std::size_t i = 0; i < Size; ++i) {
        const auto b = static_cast<unsigned char>(binary[i]);
        if (i > 0) out += ':';
        out += hawser::detail::hex_digits[b >> 4];
        out += hawser::detail::hex_digits[b & 15];
    }
    return true;
}

// Pairs of hex digits, with marks of one kind between some of them.
struct pairs {
    std::array<char, 8> bytes{};
    std::size_t count = 0;
    char mark = '\0';
    unsigned marked = 0; // bit i: behind byte i
};

bool read(std::string_view text, pairs& out) noexcept {
    while (out.count < out.bytes.size() && text.size() >= 2) {
        const int high = hawser::detail::hex_value(text[0]);
        const int low = hawser::detail::hex_value(text[1]);
        if (high < 0 || low < 0) return false;
        out.bytes[out.count] = static_cast<char>(high << 4 | low);
        text.remove_prefix(2);
        if (text.size() >= 2 && (text[0] == ':' || text[0] == '-' || text[0] == '.')) {
            if (out.marked != 0 && text[0] != out.mark) return false;
            out.mark = text[0];
            out.marked |= 1u << out.count;
            text.remove_prefix(1);
        }
        ++out.count;
    }
    return text.empty();
}

bool to_macaddr(std::string_view text, const type_info&, const types&, output& out) {
    constexpr unsigned every = 0b11111;
    constexpr unsigned third = 0b00100;
    constexpr unsigned second_and_fourth = 0b01010;
    pairs p;
    if (!read(trimmed(text), p) || p.count != 6) return false;
    switch (p.marked) {
    case 0: break;
    case every:
    case third:
        if (p.mark == '.') return false;
        break;
    case second_and_fourth:
        if (p.mark == ':') return false;
        break;
    default: return false;
    }
    out.bytes({p.bytes.data(), p.count});
    return true;
}

bool to_macaddr8(std::string_view text, const type_info&, const types&, output& out) {
    pairs p;
    if (!read(trimmed(text), p) || (p.count != 6 && p.count != 8)) return false;
    const std::string_view bytes(p.bytes.data(), p.count);
    if (p.count == 8) {
        out.bytes(bytes);
    } else {
        out.bytes(bytes.substr(0, 3));
        out.bytes("\xff\xfe");
        out.bytes(bytes.substr(3));
    }
    return true;
}

} // namespace

const codec macaddr_codec{to_text<6>, to_macaddr};
const codec macaddr8_codec{to_text<8>, to_macaddr8};

} // namespace hawser::pgwire
