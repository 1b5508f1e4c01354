#include "pgwire/codec/array.hpp"
#include "pgwire/codec/array_header.hpp"
#include "pgwire/codec/array_text.hpp"
#include "pgwire/codec/quoting.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace hawser::pgwire {
namespace {

void append_number(std::string& out, std::int32_t number) {
    char digits[12];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// "[0:2][1:3]=", where a first subscript is not 1.
void append_bounds(std::string& out, const array_header& h) {
    const auto end = h.dimension.begin() + static_cast<std::ptrdiff_t>(h.dimensions);
    if (std::all_of(h.dimension.begin(), end, [](const array_dimension& d) { return d.lower == 1; })) return;
    for (auto d = h.dimension.begin(); d != end; ++d) {
        out += '[';
        append_number(out, d->lower);
        out += ':';
        append_number(out, d->lower + (d->size - 1));
        out += ']';
    }
    out += '=';
}

bool element_to_text(std::string_view bytes, const type_info& type, const nesting& at, std::string& out) {
    const std::size_t from = out.size();
    if (!nested_to_text(bytes, type.id, at, out)) return false;
    const char punctuation[] = {'{', '}', type.delimiter};
    const bool like_null = is_word(std::string_view(out).substr(from), "null");
    return quote(out, from, {punctuation, sizeof punctuation}, escape::backslash, at.most_text, like_null);
}

} // namespace

bool array_to_text(std::string_view binary, const type_info&, const nesting& at, std::string& out) {
    array_elements elements(binary);
    const array_header& h = elements.header();
    const type_info* const type = at.known.find(h.element);
    if (!type) return false;
    if (h.count == 0) {
        out += "{}";
        return elements.finished();
    }
    append_bounds(out, h);

    // so many elements are in one pair of braces, for each dimension
    std::array<std::size_t, array_header::most_dimensions> within{};
    for (std::size_t d = h.dimensions, n = 1; d-- > 0;)
        within[d] = n *= static_cast<std::size_t>(h.dimension[d].size);

    for (std::size_t i = 0; i < h.count; ++i) {
        const std::optional<array_elements::element> e = elements.next();
        if (!e) return false;
        if (i > 0) out += type->delimiter;
        for (std::size_t d = 0; d < h.dimensions; ++d)
            if (i % within[d] == 0) out += '{';
        if (e->null)
            out += "NULL";
        else if (!element_to_text(e->bytes, *type, at.within(), out))
            return false;
        for (std::size_t d = 0; d < h.dimensions; ++d)
            if ((i + 1) % within[d] == 0) out += '}';
    }
    return elements.finished();
}

bool array_to_binary(std::string_view text, const type_info& type, const nesting& at, output& out) {
    const type_info* const element = at.known.find(type.part);
    if (!element) return false;
    array_text elements(text, element->delimiter);
    array_header h;
    if (!elements.measure(h)) return false;
    h.element = type.part;
    h.write(out);
    for (std::size_t i = 0; i < h.count; ++i) {
        const array_text::element e = elements.next();
        if (e.null) {
            out.integer(std::int32_t{-1});
            continue;
        }
        const std::size_t mark = out.open();
        if (!nested_to_binary(e.text, type.part, at.within(), out)) return false;
        out.close_value(mark);
    }
    return true;
}

const codec array_codec = outermost<array_to_text, array_to_binary>;

} // namespace hawser::pgwire
