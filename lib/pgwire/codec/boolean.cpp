#include "pgwire/codec/boolean.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <cstddef>

namespace hawser::pgwire {
namespace {

struct truth {
    std::string_view word;
    std::size_t least; // letters that tell it from the others
    bool value;
};

constexpr truth truths[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
                            {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false}};

bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    bool v{};
    if (!decode_bool(binary, v)) return false;
    out += v ? 't' : 'f';
    return true;
}

bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    text = trimmed(text);
    for (const truth& t : truths) {
        if (text.size() < t.least || text.size() > t.word.size()) continue;
        if (!is_word(text, t.word.substr(0, text.size()))) continue;
        encode_bool(out, t.value);
        return true;
    }
    return false;
}

} // namespace

const codec bool_codec{to_text, to_binary};

} // namespace hawser::pgwire
