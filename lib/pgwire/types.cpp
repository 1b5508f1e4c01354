#include <pgwire/types.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace hawser::pgwire {
namespace {

constexpr type_info table[] = {
#include "tables/types.inc"
};
static_assert(std::ranges::is_sorted(table, {}, &type_info::id));

// The places of the table, in the order of the names there.
constexpr auto by_name = [] {
    std::array<std::uint16_t, std::size(table)> places{};
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint16_t>(i);
    std::ranges::sort(places, {}, [](std::uint16_t i) { return table[i].name; });
    return places;
}();

} // namespace

const type_info* built_in(oid id) noexcept {
    const auto* const at = std::ranges::lower_bound(table, id, {}, &type_info::id);
    return at != std::end(table) && at->id == id ? at : nullptr;
}

const type_info* built_in(std::string_view name) noexcept {
    const auto* const at =
        std::ranges::lower_bound(by_name, name, {}, [](std::uint16_t i) { return table[i].name; });
    return at != by_name.end() && table[*at].name == name ? &table[*at] : nullptr;
}

} // namespace hawser::pgwire
