#include <array>
#include <charconv>
#include <hawser/mapping/expression.hpp>

namespace hawser::detail {
namespace {

void append_string(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

template <class Number>
void append_number(std::string& out, Number v) {
    std::array<char, 32> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), v).ptr);
}

} // namespace

std::string json_array_of(const parameters& values) {
    std::string out = "[";
    for (const field_view& f : values.slice(0, values.size())) {
        if (out.size() > 1) out += ',';
        switch (f.type) {
        case field_type::null: out += "null"; break;
        case field_type::float64: append_number(out, f.real); break;
        case field_type::text:
        case field_type::json:
        case field_type::bytes: append_string(out, f.text()); break;
        default: append_number(out, f.integer);
        }
    }
    return out += ']';
}

} // namespace hawser::detail
