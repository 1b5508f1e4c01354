#include "db/option_text.hpp"
#include <array>
#include <charconv>
#include <hawser/postgres/statement_mode.hpp>
#include <hawser/sqlite/settings.hpp>
#include <limits>
#include <span>

namespace hawser::detail {
namespace {

struct unit {
    std::string_view name;
    std::int64_t of;
};
constexpr std::array durations{unit{"h", 3'600'000'000}, unit{"min", 60'000'000}, unit{"s", 1'000'000},
                               unit{"ms", 1000}, unit{"us", 1}};
constexpr std::array sizes{unit{"GiB", 1 << 30}, unit{"MiB", 1 << 20}, unit{"KiB", 1 << 10}, unit{"B", 1}};

// A whole number with one of these units behind it. Without unit only where it may be left out, or for 0.
std::optional<std::int64_t> measured(std::string_view text, std::span<const unit> units, bool bare) {
    std::int64_t number = 0;
    const auto [at, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || number < 0) return std::nullopt;
    const std::string_view name = text.substr(static_cast<std::size_t>(at - text.data()));
    if (name.empty() && (bare || number == 0)) return number;
    for (const unit& u : units)
        if (u.name == name && number <= std::numeric_limits<std::int64_t>::max() / u.of) return number * u.of;
    return std::nullopt;
}

std::string in_units(std::int64_t value, std::span<const unit> units) {
    for (const unit& u : units)
        if (value != 0 && value % u.of == 0) return std::to_string(value / u.of) + std::string(u.name);
    return "0";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

std::optional<std::int64_t> flag(const std::string& word) {
    if (word == "true" || word == "on" || word == "yes" || word == "1") return 1;
    if (word == "false" || word == "off" || word == "no" || word == "0") return 0;
    return std::nullopt;
}

std::optional<std::int64_t> durability_word(const std::string& word) {
    if (word == "full") return static_cast<std::int64_t>(durability::full);
    if (word == "normal") return static_cast<std::int64_t>(durability::normal);
    return std::nullopt;
}

std::optional<std::int64_t> writer_word(const std::string& word) {
    if (word == "thread") return static_cast<std::int64_t>(writer_mode::thread);
    if (word == "inline") return static_cast<std::int64_t>(writer_mode::inline_);
    return std::nullopt;
}

constexpr std::array<std::string_view, 3> statement_modes{"named", "unnamed", "simple"};
static_assert(static_cast<int>(statement_mode::simple) == 2);

std::optional<std::int64_t> statements_word(const std::string& word) {
    for (std::size_t i = 0; i < statement_modes.size(); ++i)
        if (word == statement_modes[i]) return static_cast<std::int64_t>(i);
    return std::nullopt;
}

} // namespace

std::optional<std::int64_t> option_value(option_kind kind, std::string_view text) {
    switch (kind) {
    case option_kind::duration: return measured(text, durations, false);
    case option_kind::bytes: return measured(text, sizes, true);
    case option_kind::count: return measured(text, {}, true);
    case option_kind::flag: return flag(lower(text));
    case option_kind::durability: return durability_word(lower(text));
    case option_kind::writer: return writer_word(lower(text));
    case option_kind::statements: return statements_word(lower(text));
    }
    return std::nullopt;
}

std::string option_text(option_kind kind, std::int64_t value) {
    switch (kind) {
    case option_kind::duration: return in_units(value, durations);
    case option_kind::bytes: return in_units(value, sizes);
    case option_kind::count: break;
    case option_kind::flag: return value ? "true" : "false";
    case option_kind::durability:
        return value == static_cast<std::int64_t>(durability::full) ? "full" : "normal";
    case option_kind::writer:
        return value == static_cast<std::int64_t>(writer_mode::thread) ? "thread" : "inline";
    case option_kind::statements:
        if (value >= 0 && static_cast<std::size_t>(value) < statement_modes.size())
            return std::string(statement_modes[static_cast<std::size_t>(value)]);
        break;
    }
    return std::to_string(value);
}

std::string_view option_form(option_kind kind) noexcept {
    switch (kind) {
    case option_kind::duration: return "a duration with its unit, such as 250ms or 5s";
    case option_kind::bytes: return "a size, such as 64MiB or 4096";
    case option_kind::count: return "a whole number";
    case option_kind::flag: return "true or false";
    case option_kind::durability: return "full or normal";
    case option_kind::writer: return "thread or inline";
    case option_kind::statements: return "named, unnamed or simple";
    }
    return "";
}

} // namespace hawser::detail
