// Values of rows, read as fields and sent back as parameters. The first two bytes are the number of the type, the rest
// the value.
#include "values.hpp"
#include <cmath>
#include <cstring>
#include <hawser/core/error.hpp>
#include <pgwire/codec/field.hpp>

namespace {

using namespace fuzz;
using hawser::field_type, hawser::field_view;

bool is_same(const field_view& a, const field_view& b) {
    if (a.type != b.type || a.scale != b.scale) return false;
    switch (a.type) {
    case field_type::float64:
        return std::isnan(a.real) ? std::isnan(b.real) : std::memcmp(&a.real, &b.real, sizeof a.real) == 0;
    case field_type::text:
    case field_type::json:
    case field_type::bytes:
    case field_type::uuid:
    case field_type::wide_decimal: return a.text() == b.text();
    default: return a.integer == b.integer;
    }
}

// Nothing where the value is refused: it may be too large, or a type have no way back from text.
std::optional<std::string> sent(const field_view& field, const type_info& type) {
    output out;
    try {
        encode_parameter(out, field, type.id, known);
    } catch (const hawser::error&) { return {}; }
    input in(out.view());
    std::string_view value;
    expect(in.value(value) && in.finished(), "a parameter is a length and as many bytes");
    return std::string(value);
}

} // namespace

void fuzz::run(std::string_view bytes) {
    const type_info& type = take_type(bytes);
    const column from_binary(type, known, format::binary);
    const column from_text(type, known, format::text);
    made_text made;
    field_view field;
    if (from_text(bytes, made, field)) {
        output out;
        encode_parameter_text(out, field);
        touch(out.view());
    }
    if (!from_binary || !from_binary(bytes, made, field)) return;
    field_view same;
    if (const std::optional<std::string> text = text_of(bytes, type)) {
        expect(from_text(*text, made, same), "the text of a value is read as a field");
        expect(is_same(field, same), "text and bytes of a value are the same field");
    }
    if (is_made_of_others(type)) return; // may hold values of other types than its own
    const std::optional<std::string> again = sent(field, type);
    if (!again) return;
    expect(from_binary(*again, made, same), "what is sent is read as a field");
    expect(is_same(field, same), "a field that is sent comes back");
}
