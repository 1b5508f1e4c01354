#pragma once
#include <array>
#include <hawser/core/error.hpp>
#include <hawser/mapping/columns.hpp>

namespace hawser {

template <auto... Members>
bool error::violates() const {
    constexpr std::array<std::string_view, sizeof...(Members)> columns{
        detail::find_name<detail::owner_of<Members>, Members>()...};
    return violates_columns(columns);
}

} // namespace hawser
