#pragma once
// What expressions are made of: operands and conditions.
#include <hawser/mapping/expression/scope.hpp>
#include <hawser/mapping/type_map.hpp>
#include <type_traits>

namespace hawser::detail {

// An operand has a value_type and may_be_null; a condition is true, false or unknown. Both have
//   using parts = mp_list<..>                                             the expressions that they are made of
//   template <class T> static constexpr void write(expression_sink&)      T: the scope of the columns
//   void bind(parameters&) const                                          in the order of the placeholders
// An operand's text stands in any place without parentheses around it.
// may_be_null is said without a scope: of tables whose rows are there. See null_in.
struct operand_base {};
struct condition_base {};
template <class E>
concept operand = std::is_base_of_v<operand_base, E>;
template <class E>
concept condition = std::is_base_of_v<condition_base, E>;

template <class E>
concept operand_or_condition = operand<E> || condition<E>;

template <class T, class E>
constexpr void write(expression_sink& s) {
    E::template write<T>(s);
}

// Same number twice: where a dialect needs an operand's text again, its placeholders keep their numbers.
template <class T, class E>
constexpr void write_again(expression_sink& s, unsigned numbered_from) {
    unsigned last = numbered_from;
    expression_sink again{s.out, s.dialect, last};
    E::template write<T>(again);
}

// The expressions that E is made of.
template <class E, class = void>
struct parts_of {
    using list = mp::mp_list<>;
};
template <class E>
struct parts_of<E, std::void_t<typename E::parts>> {
    using list = typename E::parts;
};

template <class... E>
struct part_list {};

// Whether an operand may be NULL in the scope T, where a left-joined table has no row for some of the main one's. An
// operand to which another rule applies than "if one of its parts may be" has
//   template <class T> static consteval bool may_be_null_in()
template <class T, class E>
consteval bool null_in() {
    if constexpr (requires { E::template may_be_null_in<T>(); })
        return E::template may_be_null_in<T>();
    else if constexpr (E::may_be_null)
        return true;
    else
        return []<class... Part>(part_list<Part...>) {
            return (null_in<T, Part>() || ...);
        }(mp::mp_rename<typename parts_of<E>::list, part_list>{});
}

// Whether E is, or somewhere holds, an expression of which Is<..>::value.
template <template <class> class Is, class E>
consteval bool holds_a() {
    if constexpr (Is<E>::value)
        return true;
    else
        return []<class... Part>(part_list<Part...>) {
            return (holds_a<Is, Part>() || ...);
        }(mp::mp_rename<typename parts_of<E>::list, part_list>{});
}

} // namespace hawser::detail
