#include "texts.hpp"
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>

namespace day {

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

double rate(std::uint64_t count, double seconds) {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string rate_text(std::uint64_t count, double seconds) {
    if (seconds <= 0) return "-";
    return grouped(static_cast<std::uint64_t>(rate(count, seconds))) + "/s";
}

std::string json_number(double value) {
    if (!std::isfinite(value)) return "null";
    char text[32];
    const char* const end = std::to_chars(text, text + sizeof text, value).ptr;
    return std::string(text, static_cast<std::size_t>(end - text));
}

std::string json_string(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

} // namespace day
