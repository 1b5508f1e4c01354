#include "pgwire/codec/composite.hpp"
#include "pgwire/codec/quoting.hpp"
#include "pgwire/codec/text_scan.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {

bool composite_to_text(std::string_view binary, const type_info&, const nesting& at, std::string& out) {
    input in(binary);
    const auto fields = in.integer<std::uint32_t>();
    constexpr std::size_t least = 8; // bytes of a field: its type and its length
    if (!in.ok() || fields > in.left() / least) return false;
    out += '(';
    for (std::uint32_t i = 0; i < fields; ++i) {
        if (i > 0) out += ',';
        const auto type = in.integer<oid>();
        std::string_view field;
        const bool there = in.value(field);
        if (!in.ok()) return false;
        if (!there) continue;
        const std::size_t from = out.size();
        if (!nested_to_text(field, type, at.within(), out)) return false;
        if (!quote(out, from, "(),", escape::doubled, at.most_text)) return false;
    }
    out += ')';
    return in.finished();
}

bool composite_to_binary(std::string_view text, const type_info& type, const nesting& at, output& out) {
    if (type.kind != type_kind::composite) return false;
    text = trimmed(text);
    if (!take(text, '(')) return false;
    out.integer(static_cast<std::uint32_t>(type.attributes.size()));
    std::string field;
    bool first = true;
    for (const type_info::attribute& a : type.attributes) {
        if (!first && !take(text, ',')) return false;
        first = false;
        if (text.empty()) return false;
        out.integer(a.type);
        if (text.front() == ',' || text.front() == ')') {
            out.integer(std::int32_t{-1});
            continue;
        }
        if (!take_part(text, ",)", field)) return false;
        const std::size_t mark = out.open();
        if (!nested_to_binary(field, a.type, at.within(), out)) return false;
        out.close_value(mark);
    }
    return take(text, ')') && text.empty();
}

const codec composite_codec = outermost<composite_to_text, composite_to_binary>;

} // namespace hawser::pgwire
