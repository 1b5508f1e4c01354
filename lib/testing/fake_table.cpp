#include <cmath>
#include <cstring>
#include <hawser/testing/fake_table.hpp>

namespace hawser::detail {
namespace {

void append_number(std::string& out, std::int64_t v) {
    char bytes[sizeof v];
    std::memcpy(bytes, &v, sizeof v);
    out.append(bytes, sizeof v);
}

// 0.0 and -0.0 are one number.
std::int64_t bits_of(double v) {
    if (v == 0) v = 0;
    std::int64_t bits = 0;
    std::memcpy(&bits, &v, sizeof bits);
    return bits;
}

} // namespace

void require_storable(const parameters& values) {
    for (const field_view& v : values.slice(0, values.size()))
        if (v.type == field_type::float64 && std::isnan(v.real))
            throw_error(errc::out_of_range, "NaN cannot be stored in SQLite");
}

std::optional<std::string> distinct_text(std::span<const field_view> values) {
    std::string text;
    for (const field_view& v : values) {
        switch (v.type) {
        case field_type::null: return std::nullopt;
        case field_type::float64: append_number(text, bits_of(v.real)); break;
        case field_type::text:
        case field_type::bytes:
        case field_type::json:
        case field_type::wide_decimal:
        case field_type::uuid:
            append_number(text, v.size);
            text.append(v.data, v.size);
            break;
        default: append_number(text, v.integer);
        }
    }
    return text;
}

} // namespace hawser::detail
