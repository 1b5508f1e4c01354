#pragma once
// A plain value as one of a column's type.
#include <hawser/mapping/type_map.hpp>
#include <type_traits>
#include <utility>

namespace hawser::detail {

// Whether a plain X may become a V without changing what it says. Integers are looked at when it happens.
template <class V, class X>
consteval bool becomes() {
    using plain = std::remove_cvref_t<X>;
    if constexpr (std::is_same_v<plain, V>)
        return true;
    else if constexpr (std::is_same_v<V, bool> || std::is_null_pointer_v<plain>)
        return false;
    else if constexpr (std::is_integral_v<V> && std::is_arithmetic_v<plain>)
        return whole_number<plain>;
    else if constexpr (std::is_floating_point_v<V>)
        return std::is_arithmetic_v<plain> && !std::is_same_v<plain, bool>;
    else
        return std::is_constructible_v<V, X>;
}
[[noreturn]] void throw_beyond_column();

// A plain value as one of the column's type; throws out_of_range for an integer that the column cannot hold.
template <class V, class X>
constexpr V converted(X&& x) {
    using plain = std::remove_cvref_t<X>;
    static_assert(becomes<V, X>(), "hawser: this value cannot become a value of the column's type");
    if constexpr (std::is_integral_v<V> && std::is_integral_v<plain> && !std::is_same_v<V, plain>) {
        if constexpr (becomes<V, X>())
            if (!std::in_range<V>(x)) throw_beyond_column();
        return static_cast<V>(x);
    } else if constexpr (std::is_same_v<V, plain>) {
        return std::forward<X>(x);
    } else {
        return static_cast<V>(std::forward<X>(x));
    }
}

} // namespace hawser::detail
