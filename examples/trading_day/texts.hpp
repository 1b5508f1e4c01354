#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace day {

// 1,234,567
[[nodiscard]] std::string grouped(std::uint64_t number);
// "12,345/s"; of no time "-".
[[nodiscard]] std::string rate_text(std::uint64_t count, double seconds);
[[nodiscard]] double rate(std::uint64_t count, double seconds);
// The shortest text that reads back as the same double; JSON's null for what JSON has no number for.
[[nodiscard]] std::string json_number(double value);
// Quoted and escaped.
[[nodiscard]] std::string json_string(std::string_view text);

} // namespace day
