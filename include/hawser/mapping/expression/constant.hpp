#pragma once
// A value in an expression: bound as a parameter.
#include <hawser/mapping/expression/converted.hpp>
#include <hawser/mapping/expression/operand.hpp>
#include <hawser/mapping/type_map.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser::detail {

// A constant, bound as a parameter.
template <class V>
struct constant : operand_base {
    using value_type = V;
    static constexpr bool may_be_null = nullable<V>;
    using parts = mp::mp_list<>;
    V value;
    constexpr explicit constant(V v) : value(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out.placeholder(s.dialect, ++s.last_placeholder);
    }
    void bind(parameters& p) const { encode(value, p); }
};

// NULL for an optional member.
template <class V>
struct null_constant : operand_base {
    using value_type = V;
    static constexpr bool may_be_null = true;
    using parts = mp::mp_list<>;
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "null";
    }
    static void bind(parameters&) {}
};

// The other side of an operator: an operand stays, a plain value becomes a constant of the operand's type.
template <operand Typed, class X>
constexpr auto as_operand(X&& x) {
    using plain = std::decay_t<X>;
    if constexpr (operand<plain>) {
        static_assert(std::is_same_v<typename plain::value_type, typename Typed::value_type>,
                      "hawser: the two sides of this expression have different types");
        return plain(std::forward<X>(x));
    } else if constexpr (std::is_same_v<plain, std::nullopt_t>) {
        static_assert(!std::is_same_v<plain, plain>,
                      "hawser: nothing is equal to nullopt, greater or less; use is_null() or is_not_null()");
    } else if constexpr (nullable<plain>) {
        static_assert(!std::is_same_v<plain, plain>, "hawser: nothing is equal to an empty optional; use "
                                                     "is_not_distinct_from(), equals_if(), or its value");
    } else {
        using V = typename Typed::value_type;
        return constant<V>(converted<V>(std::forward<X>(x)));
    }
}

// As as_operand(), where NULL has a meaning: an optional or nullopt is a value or NULL.
template <operand Typed, class X>
constexpr auto as_nullable_operand(X&& x) {
    using plain = std::decay_t<X>;
    using V = typename Typed::value_type;
    if constexpr (std::is_same_v<plain, std::nullopt_t>) {
        return null_constant<V>{};
    } else if constexpr (nullable<plain>) {
        std::optional<V> stored;
        if (x) stored.emplace(converted<V>(*std::forward<X>(x)));
        return constant<std::optional<V>>(std::move(stored));
    } else {
        return as_operand<Typed>(std::forward<X>(x));
    }
}

// At least one side is an operand; the typed one decides.
template <class L, class R>
concept some_operand = operand<std::decay_t<L>> || operand<std::decay_t<R>>;
template <class L, class R>
using typed_side = std::conditional_t<operand<std::decay_t<L>>, std::decay_t<L>, std::decay_t<R>>;

} // namespace hawser::detail
