#include "pgwire/codec/multirange.hpp"
#include "pgwire/codec/text_scan.hpp"
#include "pgwire/input.hpp"
#include "pgwire/output.hpp"

namespace hawser::pgwire {
namespace {

// Takes a range off the front, as it is written. False where the text ends before it does.
bool take_range(std::string_view& text, std::string_view& range) noexcept {
    constexpr std::string_view empty = "empty";
    std::size_t end = 0;
    if (begins_with_word(text, empty)) {
        end = empty.size();
    } else {
        bool quoted = false;
        for (;; ++end) {
            if (end >= text.size()) return false;
            const char c = text[end];
            if (c == '\\')
                ++end;
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && (c == ')' || c == ']'))
                break;
        }
        ++end;
    }
    range = text.substr(0, end);
    text.remove_prefix(end);
    return true;
}

void skip_space(std::string_view& text) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

} // namespace

bool multirange_to_text(std::string_view binary, const type_info& type, const nesting& at, std::string& out) {
    input in(binary);
    const auto ranges = in.integer<std::uint32_t>();
    constexpr std::size_t least = 5; // bytes of a range: its length and its flags
    if (!in.ok() || ranges > in.left() / least) return false;
    out += '{';
    for (std::uint32_t i = 0; i < ranges; ++i) {
        if (i > 0) out += ',';
        std::string_view range;
        if (!in.value(range) || !nested_to_text(range, type.part, at.within(), out)) return false;
    }
    out += '}';
    return in.finished();
}

bool multirange_to_binary(std::string_view text, const type_info& type, const nesting& at, output& out) {
    text = trimmed(text);
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
    text = trimmed(text.substr(1, text.size() - 2));
    std::uint32_t ranges = 0;
    const std::size_t start = out.size();
    out.integer(ranges);
    while (!text.empty()) {
        if (ranges > 0) {
            if (!take(text, ',')) return false;
            skip_space(text);
        }
        std::string_view range;
        if (!take_range(text, range)) return false;
        skip_space(text);
        const std::size_t mark = out.open();
        if (!nested_to_binary(range, type.part, at.within(), out)) return false;
        out.close_value(mark);
        ++ranges;
    }
    out.rewrite(start, ranges);
    return true;
}

const codec multirange_codec = outermost<multirange_to_text, multirange_to_binary>;

} // namespace hawser::pgwire
