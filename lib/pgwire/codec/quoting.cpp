#include "pgwire/codec/quoting.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <algorithm>

namespace hawser::pgwire {

bool quote(std::string& out, std::size_t from, std::string_view punctuation, escape how, std::size_t most,
           bool forced) {
    const std::string_view part = std::string_view(out).substr(from);
    std::size_t escapes = 0;
    bool quoted = forced || part.empty();
    for (const char c : part) {
        if (c == '"' || c == '\\')
            ++escapes;
        else if (is_space(c) || punctuation.find(c) != std::string_view::npos)
            quoted = true;
    }
    if (escapes == 0 && !quoted) return true;
    const std::size_t before = out.size();
    const std::size_t more = escapes + 2;
    if (before > most || more > most - before) return false;
    out.resize(before + more);
    // from the back, so that nothing is written over before it was read
    std::size_t to = out.size();
    out[--to] = '"';
    for (std::size_t i = before; i-- > from;) {
        const char c = out[i];
        out[--to] = c;
        if (c == '"' || c == '\\') out[--to] = how == escape::backslash ? '\\' : c;
    }
    out[--to] = '"';
    return true;
}

bool take_part(std::string_view& text, std::string_view ends, std::string& part) {
    bool quoted = false;
    std::size_t i = 0;
    for (part.clear(); i < text.size(); ++i) {
        const char c = text[i];
        if (!quoted && ends.find(c) != std::string_view::npos) {
            text.remove_prefix(i);
            return true;
        }
        if (c == '\\') {
            if (++i == text.size()) return false;
            part += text[i];
        } else if (c != '"') {
            part += c;
        } else if (quoted && i + 1 < text.size() && text[i + 1] == '"') {
            part += text[++i];
        } else {
            quoted = !quoted;
        }
    }
    return false;
}

} // namespace hawser::pgwire
