#pragma once
// A column of the entity of the query.
#include <hawser/mapping/expression/methods.hpp>
#include <hawser/mapping/facts.hpp>
#include <type_traits>

namespace hawser {

// A column, named by its member: col<&trade::price>. Inherited members belong to the entity of the query.
template <auto Member>
struct column : detail::operand_methods<column<Member>> {
    using value_type = detail::bare<detail::value_of<Member>>;
    static constexpr bool may_be_null = detail::nullable<detail::value_of<Member>>;
    static constexpr auto member = Member;

    template <class T>
    static consteval bool may_be_null_in() {
        return may_be_null || detail::scope<T>::template may_lack<Member>;
    }
    template <class T>
    static constexpr void write(detail::expression_sink& s) {
        static_assert(detail::scope<T>::template has<Member>,
                      "hawser: this column does not belong to the entity of the query");
        detail::scope<T>::template write<Member>(s.out);
    }
    static void bind(parameters&) {}
};

template <auto Member>
inline constexpr column<Member> col{};

namespace detail {

// The columns that a condition speaks of.
template <class E>
struct columns_in<E, std::void_t<typename E::parts>> {
    template <class Part>
    using of_part = typename columns_in<Part>::list;
    using list = mp::mp_unique<mp::mp_apply<
        mp::mp_append, mp::mp_push_front<mp::mp_transform<of_part, typename E::parts>, mp::mp_list<>>>>;
};
template <auto Member>
struct columns_in<column<Member>> {
    using list = mp::mp_list<column<Member>>;
};

} // namespace detail

} // namespace hawser
