#pragma once
// set<&T::member>(..)
#include <hawser/mapping/expression/column.hpp>
#include <hawser/mapping/expression/constant.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

// set<&T::member>(value or expression)
template <auto Member, operand E>
struct assignment {
    static constexpr auto member = Member;
    E value;
    constexpr explicit assignment(E v) : value(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        static_assert(has_column<T, Member>, "hawser: set<> names a member of another struct");
        s.out.name(find_name<T, Member>()) << " = ";
        E::template write<T>(s);
    }
    void bind(parameters& p) const { value.bind(p); }
};

template <class A>
struct is_assignment : std::false_type {};
template <auto M, class E>
struct is_assignment<assignment<M, E>> : std::true_type {};
template <class A>
concept assigns = is_assignment<A>::value;

} // namespace detail

// The column gets this value, or what the expression makes of the row as it was.
template <auto Member, class X>
constexpr auto set(X&& value) {
    using target = column<Member>;
    using plain = std::decay_t<X>;
    if constexpr (std::is_same_v<plain, std::nullopt_t>) {
        static_assert(target::may_be_null, "hawser: set<> of a member that is not optional to nullopt");
        using null = detail::null_constant<typename target::value_type>;
        return detail::assignment<Member, null>(null{});
    } else if constexpr (detail::nullable<plain>) {
        static_assert(target::may_be_null,
                      "hawser: set<> of a member that is not optional to an optional value");
        using stored = std::optional<typename target::value_type>;
        stored given;
        if (value) given.emplace(detail::converted<typename target::value_type>(*std::forward<X>(value)));
        return detail::assignment<Member, detail::constant<stored>>(
            detail::constant<stored>(std::move(given)));
    } else {
        auto operand = detail::as_operand<target>(std::forward<X>(value));
        return detail::assignment<Member, decltype(operand)>(std::move(operand));
    }
}

} // namespace hawser
