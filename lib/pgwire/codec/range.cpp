#include "pgwire/codec/range.hpp"
#include "pgwire/codec/quoting.hpp"
#include "pgwire/codec/text_scan.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {
namespace {

enum flag : unsigned {
    empty = 0x01,
    lower_inclusive = 0x02,
    upper_inclusive = 0x04,
    no_lower = 0x08,
    no_upper = 0x10
};

// As the server sends them: nothing else is said of the empty range, and no missing bound is inclusive.
bool are_flags(unsigned flags) noexcept {
    if (flags == empty) return true;
    return (flags & ~(lower_inclusive | upper_inclusive | no_lower | no_upper)) == 0 &&
           (flags & (no_lower | lower_inclusive)) != (no_lower | lower_inclusive) &&
           (flags & (no_upper | upper_inclusive)) != (no_upper | upper_inclusive);
}

bool bound_to_text(input& in, const type_info& type, const nesting& at, std::string& out) {
    std::string_view bound;
    if (!in.value(bound) || !in.ok()) return false;
    const std::size_t from = out.size();
    return nested_to_text(bound, type.part, at.within(), out) &&
           quote(out, from, "()[],", escape::doubled, at.most_text);
}

bool bound_to_binary(std::string_view bound, const type_info& type, const nesting& at, output& out) {
    const std::size_t mark = out.open();
    if (!nested_to_binary(bound, type.part, at.within(), out)) return false;
    out.close_value(mark);
    return true;
}

} // namespace

bool range_to_text(std::string_view binary, const type_info& type, const nesting& at, std::string& out) {
    input in(binary);
    const unsigned flags = in.integer<std::uint8_t>();
    if (!in.ok() || !are_flags(flags)) return false;
    if (flags == empty) {
        out += "empty";
        return in.finished();
    }
    out += flags & lower_inclusive ? '[' : '(';
    if (!(flags & no_lower) && !bound_to_text(in, type, at, out)) return false;
    out += ',';
    if (!(flags & no_upper) && !bound_to_text(in, type, at, out)) return false;
    out += flags & upper_inclusive ? ']' : ')';
    return in.finished();
}

bool range_to_binary(std::string_view text, const type_info& type, const nesting& at, output& out) {
    text = trimmed(text);
    if (is_word(text, "empty")) {
        out.byte(char{empty});
        return true;
    }
    unsigned flags = 0;
    if (take(text, '['))
        flags |= lower_inclusive;
    else if (!take(text, '('))
        return false;

    // the flags stand before the bounds, and the last of them behind these in the text
    constexpr std::string_view ends = ",)]";
    std::string lower;
    std::string upper;
    if (text.empty() || text.front() == ',')
        flags = no_lower;
    else if (!take_part(text, ends, lower))
        return false;
    if (!take(text, ',') || text.empty()) return false;
    const bool unlimited = text == ")" || text == "]";
    if (!unlimited && !take_part(text, ends, upper)) return false;
    if (text != ")" && text != "]") return false;
    if (unlimited)
        flags |= no_upper;
    else if (text == "]")
        flags |= upper_inclusive;

    out.byte(static_cast<char>(flags));
    return ((flags & no_lower) || bound_to_binary(lower, type, at, out)) &&
           ((flags & no_upper) || bound_to_binary(upper, type, at, out));
}

const codec range_codec = outermost<range_to_text, range_to_binary>;

} // namespace hawser::pgwire
