#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/core/uuid.hpp>
#include <hawser/core/value.hpp>
#include <span>
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

std::span<const std::byte, 16> bytes_of(std::string_view sixteen) noexcept {
    return std::span<const std::byte, 16>(reinterpret_cast<const std::byte*>(sixteen.data()), 16);
}

std::string uuid_text(std::string_view bytes) {
    uuid::bytes_type of{};
    std::ranges::copy(bytes_of(bytes), of.begin());
    return uuid(of).to_string();
}

// Also of the years that PostgreSQL has beyond 1 to 9999, as it writes them.
std::string date_text(std::chrono::sys_days day, std::string_view clock = {}) {
    constexpr std::chrono::days cycle{146097}; // the calendar repeats itself after 400 years
    auto in_cycle = day.time_since_epoch() % cycle;
    if (in_cycle.count() < 0) in_cycle += cycle;
    const std::chrono::year_month_day near{std::chrono::sys_days(in_cycle)};
    const long long year = int{near.year()} + 400LL * ((day.time_since_epoch() - in_cycle) / cycle);
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04lld-%02u-%02u", year > 0 ? year : 1 - year,
                  unsigned{near.month()}, unsigned{near.day()});
    return std::string(text.data()).append(clock).append(year > 0 ? "" : " BC");
}

std::string instant_text(std::chrono::microseconds since_1970) {
    const auto day = std::chrono::floor<std::chrono::days>(timestamp(since_1970));
    return date_text(day, to_iso8601(timestamp(since_1970 - day.time_since_epoch())).substr(10));
}

// As an interval: hours may be any number.
std::string duration_text(std::chrono::microseconds d) {
    constexpr unsigned long long second = 1'000'000;
    const auto count = static_cast<unsigned long long>(d.count());
    const auto size = d.count() < 0 ? 0 - count : count;
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "%s%02llu:%02llu:%02llu.%06llu", d.count() < 0 ? "-" : "",
                  size / second / 3600, size / second / 60 % 60, size / second % 60, size % second);
    std::string out = text.data();
    if (size % second == 0) return out.substr(0, out.find('.'));
    out.erase(out.find_last_not_of('0') + 1);
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
    case field_type::wide_decimal:
        return detail::scaled_to_string(detail::decode_ordered(bytes_of(text_)), field_.scale);
    case field_type::uuid: return uuid_text(text_);
    case field_type::instant: return instant_text(std::chrono::microseconds(field_.integer));
    case field_type::date:
        return date_text(std::chrono::sys_days(std::chrono::days(static_cast<int>(field_.integer))));
    case field_type::duration: return duration_text(std::chrono::microseconds(field_.integer));
    default: return std::to_string(field_.integer);
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
