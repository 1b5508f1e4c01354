#pragma once
// multiply_rounded: a product of decimals in another type than theirs.
#include <hawser/mapping/expression/arithmetic.hpp>
#include <hawser/mapping/expression/constant.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

template <class D, operand L, operand R>
struct product : operand_methods<product<D, L, R>> {
    using value_type = D;
    static constexpr bool may_be_null = L::may_be_null || R::may_be_null;
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr product(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        if (s.dialect == hawser::dialect::postgres) {
            s.out << '(';
            operands<T>(s, " * ");
            s.out << ')';
            write_numeric_cast<D>(s.out);
            return;
        }
        constexpr bool wide = kind_of_number<D>() == number_kind::wide_decimal;
        if (wide) s.out << "dec_wide(";
        fitted<D>::begin(s.out);
        s.out << "dec_mul(";
        operands<T>(s, ", ");
        (s.out << ", ").number(digits<L> + digits<R> - D::scale) << ')';
        fitted<D>::end(s.out);
        if (wide) s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }

private:
    template <class E>
    static constexpr unsigned digits = E::value_type::scale;

    template <class T>
    static constexpr void operands(expression_sink& s, std::string_view between) {
        L::template write<T>(s);
        s.out << between;
        R::template write<T>(s);
    }
};

template <class X>
constexpr auto as_factor(X&& x) {
    using plain = std::decay_t<X>;
    if constexpr (operand<plain>) {
        static_assert(is_decimal_v<typename plain::value_type>,
                      "hawser: multiply_rounded() of operands is for decimals");
        return plain(std::forward<X>(x));
    } else {
        static_assert(is_decimal_v<plain>, "hawser: multiply_rounded() of operands is for decimals");
        return constant<plain>(std::forward<X>(x));
    }
}

} // namespace detail

// multiply_rounded<D>(col<&position::quantity>, price) is their product as D, rounded half away from zero; the
// statement fails with out_of_range where it has no place in D. Unlike that of a * b its type is not the operands':
// of their digits behind the point together D has as many or fewer.
template <class D, class L, class R>
    requires detail::some_operand<L, R>
[[nodiscard]] constexpr auto multiply_rounded(L&& l, R&& r) {
    static_assert(is_decimal_v<D>, "hawser: multiply_rounded<D>: D is a hawser::decimal");
    auto left = detail::as_factor(std::forward<L>(l));
    auto right = detail::as_factor(std::forward<R>(r));
    using of_left = typename decltype(left)::value_type;
    using of_right = typename decltype(right)::value_type;
    static_assert(D::scale <= of_left::scale + of_right::scale,
                  "hawser: multiply_rounded<D>: D has more digits behind the point than the product");
    static_assert(D::precision > 18 || (of_left::precision <= 18 && of_right::precision <= 18),
                  "hawser: multiply_rounded<D>: D is as wide as its operands, of more than 18 digits");
    return detail::product<D, decltype(left), decltype(right)>(std::move(left), std::move(right));
}

} // namespace hawser
