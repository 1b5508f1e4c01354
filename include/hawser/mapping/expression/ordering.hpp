#pragma once
// asc, desc: of columns, or of any operand by its methods asc() and desc().
#include <hawser/mapping/expression/operand.hpp>
#include <utility>

namespace hawser {

template <auto Member>
struct column;

namespace detail {

enum class null_place : unsigned char { by_rule, first, last };

// NULL counts as greater than every value, on both engines: last of asc, first of desc, unless said otherwise.
// SQLite holds it for the least; what an engine would not do by itself is written where the operand may be null.
template <operand E, bool Descending, null_place Nulls = null_place::by_rule>
struct ordering {
    using operand_type = E;
    using parts = mp::mp_list<E>;
    static constexpr bool descending = Descending;
    static constexpr bool has_nulls_first =
        Nulls == null_place::by_rule ? Descending : Nulls == null_place::first;
    E inner{};

    template <class T>
    static constexpr void write(expression_sink& s) {
        if constexpr (requires { E::member; })
            static_assert(scope<T>::template has<E::member>,
                          "hawser: order_by names a member of another struct");
        E::template write<T>(s);
        if (Descending) s.out << " desc";
        const bool by_itself = s.dialect == hawser::dialect::sqlite ? !Descending : Descending;
        if (null_in<T, E>() && has_nulls_first != by_itself)
            s.out << (has_nulls_first ? " nulls first" : " nulls last");
    }
    void bind(parameters& p) const { inner.bind(p); }

    [[nodiscard]] constexpr auto nulls_first() const {
        return ordering<E, Descending, null_place::first>{inner};
    }
    [[nodiscard]] constexpr auto nulls_last() const {
        return ordering<E, Descending, null_place::last>{inner};
    }
};

} // namespace detail

template <auto Member>
inline constexpr detail::ordering<column<Member>, false> asc{};
template <auto Member>
inline constexpr detail::ordering<column<Member>, true> desc{};

} // namespace hawser
