#pragma once
// Typed fields of the record at hand. What does not fit is rejected with its column.
#include "csv_reader.hpp"
#include <cstdint>
#include <hawser/core/decimal.hpp>
#include <string_view>

namespace day {

[[nodiscard]] std::int64_t integer_field(const csv_reader& record, std::size_t column, std::int64_t low,
                                         std::int64_t high);
// Neither infinite nor NaN.
[[nodiscard]] double real_field(const csv_reader& record, std::size_t column, double low, double high);
// Above 0.
[[nodiscard]] hawser::decimal<18, 8> positive_field(const csv_reader& record, std::size_t column);
// At most this many code points, and not empty unless that is allowed.
enum class empty_text : bool { rejected, allowed };
[[nodiscard]] std::string_view text_field(const csv_reader& record, std::size_t column, std::size_t longest,
                                          empty_text empty = empty_text::rejected);
// "x", shortened and without control characters, for messages.
[[nodiscard]] std::string shown(std::string_view value);

} // namespace day
