#include "pgwire/codec/json.hpp"
#include "pgwire/codec/text.hpp"
#include "pgwire/codec/text_scan.hpp"

namespace hawser::pgwire {
namespace {

bool may_be_document(std::string_view text) noexcept {
    return is_server_text(text) && !trimmed(text).empty();
}

bool json_to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    out += binary;
    return may_be_document(binary);
}

bool json_to_binary(std::string_view text, const type_info&, const types&, output& out) {
    if (!may_be_document(text)) return false;
    out.bytes(text);
    return true;
}

bool jsonb_to_text(std::string_view binary, const type_info& type, const types& known, std::string& out) {
    std::string_view text;
    return decode_jsonb(binary, text) && json_to_text(text, type, known, out);
}

bool jsonb_to_binary(std::string_view text, const type_info&, const types&, output& out) {
    if (!may_be_document(text)) return false;
    encode_jsonb(out, text);
    return true;
}

} // namespace

const codec json_codec{json_to_text, json_to_binary};
const codec jsonb_codec{jsonb_to_text, jsonb_to_binary};
const codec jsonpath_codec{jsonb_to_text, jsonb_to_binary};

} // namespace hawser::pgwire
