#include "postgres/copied_table.hpp"
#include "postgres/find_bare.hpp"
#include <algorithm>
#include <charconv>

namespace hawser::postgres {
namespace {

constexpr std::string_view opening = "copy ";
constexpr std::string_view closing = ") from stdin";

// "line 3" or "Zeile 3".
std::optional<std::size_t> number_in(std::string_view text) {
    const std::size_t first = text.find_first_of("0123456789");
    if (first == std::string_view::npos) return {};
    std::size_t number = 0;
    const auto read = std::from_chars(text.data() + first, text.data() + text.size(), number);
    return read.ec == std::errc{} && number > 0 ? std::optional(number) : std::nullopt;
}

// "column a" or "Spalte a", with the value that is at fault behind a colon.
std::string_view last_word(std::string_view text) {
    text = text.substr(0, text.find(':'));
    return text.substr(text.rfind(' ') + 1);
}

std::optional<copied_place> place_in(std::string_view line, std::string_view table) {
    constexpr std::string_view word = "COPY ";
    if (!line.starts_with(word) || !line.substr(word.size()).starts_with(table)) return {};
    line.remove_prefix(word.size() + table.size());
    if (!line.starts_with(", ")) return {};
    line.remove_prefix(2);
    const std::size_t comma = std::min(line.find(", "), line.size());
    const auto number = number_in(line.substr(0, comma));
    if (!number) return {};
    copied_place place{.line = *number};
    if (comma < line.size()) place.column = last_word(line.substr(comma + 2));
    return place;
}

} // namespace

std::string columns_query(std::string_view copy) {
    const std::size_t columns = find_bare(copy, " (", opening.size());
    const std::size_t end = find_bare(copy, closing, columns);
    std::string text = "select ";
    text.append(copy.substr(columns + 2, end - columns - 2)).append(" from ");
    return text.append(copy.substr(opening.size(), columns - opening.size()));
}

std::optional<copied_place> place_of(const pgwire::server_error& e, std::string_view table) {
    table = table.substr(table.rfind('.') + 1); // the server leaves the schema out
    std::string_view left = e.where;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        if (auto place = place_in(left.substr(0, end), table)) return place;
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return {};
}

} // namespace hawser::postgres
