#include "sqlite/json_list.hpp"
#include <array>
#include <charconv>
#include <cmath>
#include <hawser/core/error.hpp>

namespace hawser::sqlite {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

void append_string(std::string& out, std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw_error(errc::unsupported, "a text in a list has a zero byte, at which SQLite would end it");
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

// blob_of(text) reads it back.
void append_bytes(std::string& out, std::string_view bytes) {
    out += '"';
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += hex[byte >> 4];
        out += hex[byte & 15];
    }
    out += '"';
}

template <class Number>
void append_number(std::string& out, Number v) {
    std::array<char, 32> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), v).ptr);
}

void append_value(std::string& out, const field_view& f) {
    switch (f.type) {
    case field_type::null: out += "null"; break;
    case field_type::float64:
        if (std::isinf(f.real))
            out += f.real < 0 ? "-9e999" : "9e999"; // JSON has no word for it, and readers know it by this
        else
            append_number(out, f.real);
        break;
    case field_type::text:
    case field_type::json: append_string(out, f.text()); break;
    case field_type::boolean:
    case field_type::int64:
    case field_type::decimal:
    case field_type::instant:
    case field_type::date:
    case field_type::duration: append_number(out, f.integer); break;
    case field_type::bytes:
    case field_type::wide_decimal:
    case field_type::uuid: append_bytes(out, f.text()); break;
    case field_type::list:
    case field_type::key_of:
        throw_error(errc::unsupported, "a list cannot hold a " + std::string(to_string(f.type)));
    }
}

} // namespace

std::string json_of_list(std::span<const field_view> values) {
    std::string out = "[";
    for (const field_view& f : values) {
        if (f.type == field_type::float64 && std::isnan(f.real)) continue;
        if (out.size() > 1) out += ',';
        append_value(out, f);
    }
    return out += ']';
}

} // namespace hawser::sqlite
