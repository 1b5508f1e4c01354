#pragma once
// + - * /, unary minus, abs
//
// Every result has a place in its operands' type, or the statement fails with out_of_range, on both engines:
//   integers   in the column's SQL type (smallint, integer, bigint); / truncates; division by zero is out_of_range
//   decimals   decimal<P, S>; a product is rounded half away from zero; there is no quotient
//   floats     as the engine computes; division by zero is out_of_range
#include <concepts>
#include <cstdint>
#include <hawser/mapping/expression/constant.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <limits>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

template <class V>
inline constexpr bool is_number = (std::is_arithmetic_v<V> && !std::is_same_v<V, bool>) || is_decimal_v<V>;

// How SQLite computes with a type.
enum class number_kind : unsigned char { int64, narrow_integer, real, scaled, wide_decimal };
template <class V>
consteval number_kind kind_of_number() {
    if constexpr (is_decimal_v<V>)
        return V::precision <= 18 ? number_kind::scaled : number_kind::wide_decimal;
    else if constexpr (std::is_floating_point_v<V>)
        return number_kind::real;
    else
        return sizeof(V) == 8 || (std::is_unsigned_v<V> && sizeof(V) == 4) ? number_kind::int64
                                                                           : number_kind::narrow_integer;
}

// int_fit(x, low, high) is x; an error beyond the bounds, or where SQLite made a REAL of an integer that overflowed.
// dec_fit(x, p) is x; an error if it has more than p digits. More than 38 are an error of what computes it.
template <class V>
struct fitted {
    static consteval bool has_bounds() {
        if constexpr (kind_of_number<V>() == number_kind::wide_decimal)
            return V::precision < max_power_of_ten;
        else
            return kind_of_number<V>() != number_kind::real;
    }
    static constexpr bool applies = has_bounds();
    static constexpr void begin(text_sink& s) {
        if (applies) s << (kind_of_number<V>() == number_kind::wide_decimal ? "dec_fit(" : "int_fit(");
    }
    static constexpr void end(text_sink& s) {
        if constexpr (kind_of_number<V>() == number_kind::narrow_integer) {
            constexpr bool small = sizeof(V) * (std::is_unsigned_v<V> ? 2 : 1) <= 2;
            (s << ", ").number(small ? std::numeric_limits<std::int16_t>::min()
                                     : std::numeric_limits<std::int32_t>::min());
            (s << ", ").number(small ? std::numeric_limits<std::int16_t>::max()
                                     : std::numeric_limits<std::int32_t>::max());
        } else if constexpr (kind_of_number<V>() == number_kind::scaled) {
            (s << ", ").number(static_cast<std::int64_t>(V::min().scaled()));
            (s << ", ").number(static_cast<std::int64_t>(V::max().scaled()));
        } else if constexpr (kind_of_number<V>() == number_kind::wide_decimal && applies) {
            (s << ", ").number(V::precision);
        }
        if (applies) s << ')';
    }
};
template <class V>
constexpr void write_numeric_cast(text_sink& s) {
    if constexpr (is_decimal_v<V>) s << "::" << type_map<V>::postgres;
}

template <char Op, operand L, operand R>
struct arithmetic : operand_methods<arithmetic<Op, L, R>> {
    using value_type = typename L::value_type;
    static constexpr bool may_be_null = L::may_be_null || R::may_be_null;
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr arithmetic(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        if (s.dialect == hawser::dialect::postgres) {
            infix<T>(s);
            write_numeric_cast<value_type>(s.out);
            return;
        }
        fitted<value_type>::begin(s.out);
        if constexpr (function() == std::string_view())
            infix<T>(s, !fitted<value_type>::applies);
        else
            call<T>(s);
        fitted<value_type>::end(s.out);
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }

private:
    static constexpr number_kind kind = kind_of_number<value_type>();

    // What SQLite's own operator would not do: it makes NULL of a division by zero.
    static consteval std::string_view function() {
        constexpr bool decimals = kind == number_kind::scaled || kind == number_kind::wide_decimal;
        if (Op == '/') return kind == number_kind::real ? "real_div" : "int_div";
        if (Op == '*' && decimals) return "dec_mul";
        if (kind == number_kind::wide_decimal) return Op == '+' ? "dec_add" : "dec_sub";
        return {};
    }
    template <class T>
    static constexpr void infix(expression_sink& s, bool in_parentheses = true) {
        if (in_parentheses) s.out << '(';
        L::template write<T>(s);
        s.out << ' ' << Op << ' ';
        R::template write<T>(s);
        if (in_parentheses) s.out << ')';
    }
    template <class T>
    static constexpr void call(expression_sink& s) {
        s.out << function() << '(';
        L::template write<T>(s);
        s.out << ", ";
        R::template write<T>(s);
        if constexpr (Op == '*' && is_decimal_v<value_type>) (s.out << ", ").number(value_type::scale);
        s.out << ')';
    }
};

// -x, abs(x)
template <bool Absolute, operand E>
struct sign_change : operand_methods<sign_change<Absolute, E>> {
    using value_type = typename E::value_type;
    static constexpr bool may_be_null = E::may_be_null;
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit sign_change(E e) : inner(std::move(e)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        constexpr bool wide = kind_of_number<value_type>() == number_kind::wide_decimal;
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        if (sqlite) fitted<value_type>::begin(s.out);
        s.out << (Absolute ? (wide && sqlite ? "dec_abs(" : "abs(") : wide && sqlite ? "dec_sub(0, " : "(-");
        E::template write<T>(s);
        s.out << ')';
        if (sqlite) fitted<value_type>::end(s.out);
    }
    void bind(parameters& p) const { inner.bind(p); }
};

template <char Op, class L, class R>
constexpr auto make_arithmetic(L&& l, R&& r) {
    using typed = typed_side<L, R>;
    using V = typename typed::value_type;
    static_assert(is_number<V>, "hawser: arithmetic is for numbers");
    static_assert(Op != '/' || !is_decimal_v<V>,
                  "hawser: a quotient of decimals is not exact; read the operands and use divide_rounded()");
    auto left = as_operand<typed>(std::forward<L>(l));
    auto right = as_operand<typed>(std::forward<R>(r));
    return arithmetic<Op, decltype(left), decltype(right)>(std::move(left), std::move(right));
}

template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator+(L&& l, R&& r) {
    return make_arithmetic<'+'>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator-(L&& l, R&& r) {
    return make_arithmetic<'-'>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator*(L&& l, R&& r) {
    return make_arithmetic<'*'>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator/(L&& l, R&& r) {
    return make_arithmetic<'/'>(std::forward<L>(l), std::forward<R>(r));
}
template <operand E>
constexpr auto operator-(E e) {
    static_assert(is_number<typename E::value_type>, "hawser: arithmetic is for numbers");
    return sign_change<false, E>(std::move(e));
}

} // namespace detail

// The number without its sign.
template <detail::operand E>
[[nodiscard]] constexpr auto abs(E e) {
    static_assert(detail::is_number<typename E::value_type>, "hawser: abs() is for numbers");
    return detail::sign_change<true, E>(std::move(e));
}

} // namespace hawser
