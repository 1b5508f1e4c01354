#pragma once
// coalesce
#include <hawser/mapping/expression/constant.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <optional>
#include <tuple>
#include <utility>

namespace hawser {

namespace detail {

// A value, or NULL where there is none.
template <class V>
struct optional_constant : operand_methods<optional_constant<V>> {
    using value_type = V;
    static constexpr bool may_be_null = true;
    using parts = mp::mp_list<>;
    std::optional<V> value;
    constexpr explicit optional_constant(std::optional<V> v) : value(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out.placeholder(s.dialect, ++s.last_placeholder);
    }
    void bind(parameters& p) const { encode(value, p); }
};

template <operand First, operand... Others>
struct coalesced : operand_methods<coalesced<First, Others...>> {
    using value_type = typename First::value_type;
    static constexpr bool may_be_null = First::may_be_null && (Others::may_be_null && ...);
    template <class T>
    static consteval bool may_be_null_in() {
        return null_in<T, First>() && (null_in<T, Others>() && ...);
    }
    using parts = mp::mp_list<First, Others...>;
    std::tuple<First, Others...> operands;
    constexpr explicit coalesced(First first, Others... others)
        : operands(std::move(first), std::move(others)...) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        static_assert(null_in<T, First>(),
                      "hawser: coalesce() of a first operand that is never NULL is that operand");
        s.out << "coalesce(";
        First::template write<T>(s);
        ((s.out << ", ", Others::template write<T>(s)), ...);
        s.out << ')';
    }
    void bind(parameters& p) const {
        std::apply([&](const auto&... operand) { (operand.bind(p), ...); }, operands);
    }
};

} // namespace detail

// The first that is not NULL: coalesce(col<&trade::note>, "none"). The first operand may be NULL, in itself or as a
// column of a table that include<> joins where it has a row.
template <detail::operand First, class... Others>
[[nodiscard]] constexpr auto coalesce(First first, Others&&... others) {
    static_assert(sizeof...(Others) > 0, "hawser: coalesce() takes at least two operands");
    return detail::coalesced<First, decltype(detail::as_operand<First>(std::forward<Others>(others)))...>(
        std::move(first), detail::as_operand<First>(std::forward<Others>(others))...);
}
// The value if there is one: set<&trade::price>(coalesce(given, col<&trade::price>)) changes what is given only.
template <class V, detail::operand Next, class... Others>
[[nodiscard]] constexpr auto coalesce(std::optional<V> first, Next next, Others&&... others) {
    using value_type = typename Next::value_type;
    std::optional<value_type> given;
    if (first) given.emplace(detail::converted<value_type>(*std::move(first)));
    return coalesce(detail::optional_constant<value_type>(std::move(given)), std::move(next),
                    std::forward<Others>(others)...);
}

} // namespace hawser
