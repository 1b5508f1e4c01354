#include "pgwire/codec/uuid.hpp"
#include "core/hex.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <cstddef>

namespace hawser::pgwire {
namespace {

bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    uuid v;
    if (!decode_uuid(binary, v)) return false;
    out += v.to_string();
    return true;
}

bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    if (text.starts_with('{') != text.ends_with('}')) return false;
    if (take(text, '{')) {
        if (text.empty()) return false;
        text.remove_suffix(1);
    }
    uuid::bytes_type bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0 && i % 2 == 0) take(text, '-');
        if (text.size() < 2) return false;
        const int high = hawser::detail::hex_value(text[0]);
        const int low = hawser::detail::hex_value(text[1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::byte>(high << 4 | low);
        text.remove_prefix(2);
    }
    if (!text.empty()) return false;
    encode_uuid(out, uuid(bytes));
    return true;
}

} // namespace

const codec uuid_codec{to_text, to_binary};

} // namespace hawser::pgwire
