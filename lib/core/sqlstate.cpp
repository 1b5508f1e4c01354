#include <hawser/core/sqlstate.hpp>
#include <algorithm>
#include <span>

namespace hawser {
namespace {

struct named {
    std::string_view code;
    std::string_view name;
};

constexpr named names[] = {
#include "tables/sqlstates.inc"
};
constexpr named classes[] = {
#include "tables/sqlstate_classes.inc"
};
static_assert(std::ranges::is_sorted(names, {}, &named::code));
static_assert(std::ranges::is_sorted(classes, {}, &named::code));

std::string_view find(std::span<const named> table, std::string_view code) noexcept {
    const auto at = std::ranges::lower_bound(table, code, {}, &named::code);
    return at != table.end() && at->code == code ? at->name : std::string_view{};
}

} // namespace

std::string_view sqlstate::name() const noexcept {
    if (const std::string_view own = find(names, text()); !own.empty()) return own;
    const char general[5] = {text_[0], text_[1], '0', '0', '0'};
    return find(names, {general, sizeof general});
}

std::string_view sqlstate_name(std::string_view code) noexcept {
    const std::optional<sqlstate> parsed = sqlstate::parse(code);
    return parsed ? parsed->name() : std::string_view{};
}

std::string_view sqlstate_class_name(std::string_view code) noexcept {
    return find(classes, code.size() == 5 ? code.substr(0, 2) : code);
}

} // namespace hawser
