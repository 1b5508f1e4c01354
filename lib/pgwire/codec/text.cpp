#include "pgwire/codec/text.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <cstddef>

namespace hawser::pgwire {
namespace {

constexpr std::size_t longest_name = 63;

bool text_to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    out += binary;
    return is_server_text(binary);
}

bool text_to_binary(std::string_view text, const type_info&, const types&, output& out) {
    if (!is_server_text(text)) return false;
    out.bytes(text);
    return true;
}

bool name_to_text(std::string_view binary, const type_info& type, const types& known, std::string& out) {
    return binary.size() <= longest_name && text_to_text(binary, type, known, out);
}

bool name_to_binary(std::string_view text, const type_info& type, const types& known, output& out) {
    return text.size() <= longest_name && text_to_binary(text, type, known, out);
}

bool char_to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    if (binary.size() != 1) return false;
    const auto c = static_cast<unsigned char>(binary[0]);
    if (c > 127) {
        out += '\\';
        for (const unsigned shift : {6u, 3u, 0u}) out += static_cast<char>('0' + (c >> shift & 7));
    } else if (c != 0) {
        out += binary[0];
    }
    return true;
}

bool char_to_binary(std::string_view text, const type_info&, const types&, output& out) {
    char c = '\0';
    if (text.size() == 1)
        c = text[0];
    else if (!text.empty() && !(take_octal_byte(text, c) && text.empty()))
        return false;
    out.byte(c);
    return text.empty() || c != '\0';
}

bool void_to_text(std::string_view binary, const type_info&, const types&, std::string&) {
    return binary.empty();
}

bool void_to_binary(std::string_view text, const type_info&, const types&, output&) {
    return text.empty();
}

} // namespace

bool is_server_text(std::string_view text) noexcept {
    return text.find('\0') == std::string_view::npos;
}

const codec text_codec{text_to_text, text_to_binary};
const codec name_codec{name_to_text, name_to_binary};
const codec char_codec{char_to_text, char_to_binary};
const codec void_codec{void_to_text, void_to_binary};

} // namespace hawser::pgwire
