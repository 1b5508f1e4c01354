#include "pgwire/codec/vector.hpp"
#include "pgwire/codec/array_header.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <charconv>

namespace hawser::pgwire {
namespace {

constexpr oid int2 = 21;
constexpr oid oid_type = 26;

template <class Number, oid Element>
bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    array_elements elements(binary);
    const array_header& h = elements.header();
    if (h.element != Element || h.dimensions != 1 || h.dimension[0].lower != 0) return false;
    for (std::size_t i = 0; i < h.count; ++i) {
        const std::optional<array_elements::element> e = elements.next();
        if (!e || e->bytes.size() != sizeof(Number)) return false;
        if (i > 0) out += ' ';
        char digits[12];
        out.append(digits,
                   std::to_chars(digits, digits + sizeof digits, input(e->bytes).integer<Number>()).ptr);
    }
    return elements.finished();
}

// Takes a number and the white space behind it off the front.
template <class Number>
bool take_number(std::string_view& text, Number& number) noexcept {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && !is_space(text.front())) return false;
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return true;
}

template <class Number, oid Element>
bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    text = trimmed(text);
    array_header h;
    h.element = Element;
    h.dimensions = 1;
    h.dimension[0].lower = 0;
    for (std::string_view left = text; !left.empty(); ++h.dimension[0].size)
        if (Number number{}; !take_number(left, number)) return false;
    h.write(out);
    for (Number number{}; !text.empty();) {
        if (!take_number(text, number)) return false;
        out.integer(std::int32_t{sizeof(Number)});
        out.integer(number);
    }
    return true;
}

} // namespace

const codec oidvector_codec{to_text<oid, oid_type>, to_binary<oid, oid_type>};
const codec int2vector_codec{to_text<std::int16_t, int2>, to_binary<std::int16_t, int2>};

} // namespace hawser::pgwire
