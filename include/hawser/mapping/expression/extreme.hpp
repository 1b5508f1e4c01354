#pragma once
// least, greatest
#include <hawser/mapping/expression/constant.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <utility>

namespace hawser {

namespace detail {

// The lesser or greater of two; a NULL among them does not count, as on PostgreSQL.
template <bool Least, operand L, operand R>
struct extreme : operand_methods<extreme<Least, L, R>> {
    using value_type = typename L::value_type;
    static constexpr bool may_be_null = L::may_be_null && R::may_be_null;
    template <class T>
    static consteval bool may_be_null_in() {
        return null_in<T, L>() && null_in<T, R>();
    }
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr extreme(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        constexpr bool either_null = null_in<T, L>() || null_in<T, R>();
        const unsigned before_left = s.last_placeholder;
        if (sqlite && either_null) s.out << "coalesce(";
        s.out << (sqlite ? (Least ? "min(" : "max(") : (Least ? "least(" : "greatest("));
        L::template write<T>(s);
        const unsigned before_right = s.last_placeholder;
        s.out << ", ";
        R::template write<T>(s);
        s.out << ')';
        if (!sqlite || !either_null) return;
        s.out << ", ";
        write_again<T, L>(s, before_left);
        s.out << ", ";
        write_again<T, R>(s, before_right);
        s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <bool Least, class L, class R>
constexpr auto make_extreme(L&& l, R&& r) {
    using typed = typed_side<L, R>;
    auto left = as_operand<typed>(std::forward<L>(l));
    auto right = as_operand<typed>(std::forward<R>(r));
    return extreme<Least, decltype(left), decltype(right)>(std::move(left), std::move(right));
}

} // namespace detail

// The least, the greatest of columns, expressions and values; NULL does not count: NULL only if all are.
template <class L, class R, class... More>
    requires detail::some_operand<L, R>
[[nodiscard]] constexpr auto least(L&& l, R&& r, More&&... more) {
    auto of_two = detail::make_extreme<true>(std::forward<L>(l), std::forward<R>(r));
    if constexpr (sizeof...(More) == 0)
        return of_two;
    else
        return least(std::move(of_two), std::forward<More>(more)...);
}
template <class L, class R, class... More>
    requires detail::some_operand<L, R>
[[nodiscard]] constexpr auto greatest(L&& l, R&& r, More&&... more) {
    auto of_two = detail::make_extreme<false>(std::forward<L>(l), std::forward<R>(r));
    if constexpr (sizeof...(More) == 0)
        return of_two;
    else
        return greatest(std::move(of_two), std::forward<More>(more)...);
}

} // namespace hawser
