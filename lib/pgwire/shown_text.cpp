#include "pgwire/shown_text.hpp"

namespace hawser::pgwire {
namespace {

unsigned octet(std::string_view text, std::size_t at) noexcept {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
}

// Bytes of the character in front; 0 where it is no UTF-8: https://www.rfc-editor.org/rfc/rfc3629#section-4
std::size_t character(std::string_view text) noexcept {
    const unsigned first = octet(text, 0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    const unsigned least = first == 0xe0 ? 0xa0u : first == 0xf0 ? 0x90u : 0x80u;
    const unsigned most = first == 0xed ? 0x9fu : first == 0xf4 ? 0x8fu : 0xbfu;
    if (octet(text, 1) < least || octet(text, 1) > most) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if (octet(text, i) < 0x80 || octet(text, i) > 0xbf) return 0;
    return size;
}

// Controls of ASCII, and U+0080 to U+009F.
bool control(std::string_view one) noexcept {
    const unsigned first = octet(one, 0);
    return first < ' ' || first == 0x7f || (first == 0xc2 && octet(one, 1) < 0xa0);
}

} // namespace

std::string shown_text(std::string_view text, std::size_t most) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t size = character(text);
        const std::string_view one = text.substr(0, size == 0 ? 1 : size);
        if (shown.size() + one.size() > most) return shown + "..";
        if (one == "\n" || one == "\t")
            shown += ' ';
        else if (size == 0 || control(one))
            shown += '?';
        else
            shown += one;
        text.remove_prefix(one.size());
    }
    return shown;
}

} // namespace hawser::pgwire
