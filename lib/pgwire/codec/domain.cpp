#include "pgwire/codec/domain.hpp"

namespace hawser::pgwire {

bool domain_to_text(std::string_view binary, const type_info& type, const nesting& at, std::string& out) {
    return nested_to_text(binary, type.part, at.within(), out);
}

bool domain_to_binary(std::string_view text, const type_info& type, const nesting& at, output& out) {
    return nested_to_binary(text, type.part, at.within(), out);
}

const codec domain_codec = outermost<domain_to_text, domain_to_binary>;

} // namespace hawser::pgwire
