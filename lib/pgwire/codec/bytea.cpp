#include "pgwire/codec/bytea.hpp"
#include "core/hex.hpp"
#include "pgwire/codec/text.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <algorithm>
#include <cstddef>

namespace hawser::pgwire {
namespace {

bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + 2 + 2 * binary.size());
    char* at = out.data() + before;
    *at++ = '\\';
    *at++ = 'x';
    for (const char c : binary) {
        const auto b = static_cast<unsigned char>(c);
        *at++ = hawser::detail::hex_digits[b >> 4];
        *at++ = hawser::detail::hex_digits[b & 15];
    }
    return true;
}

bool parse_hex(std::string_view digits, output& out) {
    const std::size_t before = out.size();
    char* const first = out.grow(digits.size() / 2);
    char* at = first;
    for (std::size_t i = 0; i < digits.size();) {
        const char c = digits[i++];
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue; // between bytes, not within one
        if (i == digits.size()) return false;
        const int high = hawser::detail::hex_value(c);
        const int low = hawser::detail::hex_value(digits[i++]);
        if (high < 0 || low < 0) return false;
        *at++ = static_cast<char>(high << 4 | low);
    }
    out.truncate(before + static_cast<std::size_t>(at - first));
    return true;
}

bool parse_escapes(std::string_view text, output& out) {
    while (!text.empty()) {
        char byte = '\\';
        if (const std::size_t plain = std::min(text.find('\\'), text.size()); plain > 0) {
            out.bytes(text.substr(0, plain));
            text.remove_prefix(plain);
        } else if (text.starts_with("\\\\")) {
            text.remove_prefix(2);
            out.byte(byte);
        } else if (take_octal_byte(text, byte)) {
            out.byte(byte);
        } else {
            return false;
        }
    }
    return true;
}

bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    if (text.starts_with("\\x")) return parse_hex(text.substr(2), out);
    return is_server_text(text) && parse_escapes(text, out);
}

} // namespace

const codec bytea_codec{to_text, to_binary};

} // namespace hawser::pgwire
