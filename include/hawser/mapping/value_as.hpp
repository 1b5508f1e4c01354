#pragma once
// value::as<T>()
#include <hawser/core/value.hpp>
#include <hawser/mapping/type_map.hpp>
#include <type_traits>

namespace hawser {

namespace detail {
[[noreturn]] void throw_not_as(const value& v, std::string_view wanted, bool out_of_range);
} // namespace detail

template <class T>
T value::as() const {
    static_assert(mapped<detail::bare<T>>,
                  "hawser: as<>() of a type without a mapping; specialise hawser::type_map for it");
    T out{};
    const field_view f = view();
    if (!detail::decode(f, out)) {
        constexpr bool number = std::is_arithmetic_v<detail::bare<T>>;
        detail::throw_not_as(*this, type_map<detail::bare<T>>::sqlite, number && f.type == field_type::int64);
    }
    return out;
}

} // namespace hawser
