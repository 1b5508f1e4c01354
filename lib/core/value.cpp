#include <array>
#include <charconv>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/core/value.hpp>
#include <utility>

namespace hawser {
namespace {

// Only what lies outside of a field has a size.
bool has_data(const field_view& f) noexcept {
    return f.size > 0 || f.type == field_type::text || f.type == field_type::bytes ||
           f.type == field_type::json;
}

std::string digits_of(double v) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), v).ptr;
    return {text.data(), end};
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\\x";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

} // namespace

value::value(const field_view& f, std::shared_ptr<const std::string> column)
    : field_(f), column_(std::move(column)) {
    if (!has_data(f)) return;
    text_.assign(f.data, f.size);
    field_.data = nullptr;
}

std::string_view value::column() const noexcept {
    return column_ ? std::string_view(*column_) : std::string_view{};
}

field_view value::view() const noexcept {
    field_view f = field_;
    if (has_data(f)) f.data = text_.data();
    return f;
}

std::string value::to_text() const {
    switch (field_.type) {
    case field_type::null: return "NULL";
    case field_type::boolean: return field_.integer != 0 ? "true" : "false";
    case field_type::float64: return digits_of(field_.real);
    case field_type::text:
    case field_type::json: return text_;
    case field_type::bytes: return hexadecimal(text_);
    case field_type::decimal: return detail::scaled_to_string(field_.integer, field_.scale);
    case field_type::instant: return to_iso8601(timestamp(std::chrono::microseconds(field_.integer)));
    default: return has_data(field_) ? hexadecimal(text_) : std::to_string(field_.integer);
    }
}

bool operator==(const value& a, const value& b) noexcept {
    if (a.field_.type != b.field_.type || a.field_.scale != b.field_.scale) return false;
    if (a.is_null()) return true;
    if (has_data(a.field_)) return a.text_ == b.text_;
    return a.field_.type == field_type::float64 ? a.field_.real == b.field_.real
                                                : a.field_.integer == b.field_.integer;
}

} // namespace hawser
