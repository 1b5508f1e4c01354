#pragma once
#include <array>
#include <hawser/core/error.hpp>
#include <hawser/mapping/table.hpp>

namespace hawser {

namespace detail {

// A mixin's members are of any table; where no table is known, all are.
template <class Owner>
bool may_be_of(std::string_view table) {
    if constexpr (entity<Owner>)
        return table.empty() || table == table_of<Owner>.name;
    else
        return true;
}

} // namespace detail

template <auto... Members>
bool error::violates() const {
    static_assert(sizeof...(Members) > 0, "hawser: violates<..>() names at least one member");
    constexpr std::array<std::string_view, sizeof...(Members)> columns{
        detail::find_name<detail::owner_of<Members>, Members>()...};
    return (detail::may_be_of<detail::owner_of<Members>>(info().table) && ...) && violates_columns(columns);
}

} // namespace hawser
