#include "csv_fields.hpp"
#include <charconv>
#include <hawser/mapping/validators.hpp>

namespace day {
namespace {

template <class T>
bool parse(std::string_view text, T& value) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && stop == text.data() + text.size();
}

} // namespace

std::string shown(std::string_view value) {
    constexpr std::size_t longest = 40;
    std::string text = "\"";
    for (const char c : value.substr(0, longest)) text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return text + (value.size() > longest ? "..\"" : "\"");
}

std::int64_t integer_field(const csv_reader& record, std::size_t column, std::int64_t low,
                           std::int64_t high) {
    std::int64_t value = 0;
    if (!parse(record[column], value)) record.reject(column, shown(record[column]) + " is no whole number");
    if (value < low || value > high)
        record.reject(column, shown(record[column]) + " is not from " + std::to_string(low) + " to " +
                                  std::to_string(high));
    return value;
}

double real_field(const csv_reader& record, std::size_t column, double low, double high) {
    double value = 0;
    if (!parse(record[column], value)) record.reject(column, shown(record[column]) + " is no number");
    if (!(value >= low && value <= high))
        record.reject(column, shown(record[column]) + " is not from " + hawser::detail::bound_text(low) +
                                  " to " + hawser::detail::bound_text(high));
    return value;
}

hawser::decimal<18, 8> positive_field(const csv_reader& record, std::size_t column) {
    const auto value = hawser::decimal<18, 8>::try_parse(record[column]);
    if (!value)
        record.reject(column, shown(record[column]) + " is no number with at most 10 digits in front of the "
                                                      "point and 8 behind it");
    if (*value <= 0) record.reject(column, shown(record[column]) + " is not above 0");
    return *value;
}

std::string_view text_field(const csv_reader& record, std::size_t column, std::size_t longest,
                            empty_text empty) {
    const std::string_view text = record[column];
    if (text.empty() && empty == empty_text::rejected) record.reject(column, "the field is empty");
    if (text.size() > longest && hawser::detail::code_points(text) > longest)
        record.reject(column, shown(text) + " has more than " + std::to_string(longest) + " characters");
    return text;
}

} // namespace day
