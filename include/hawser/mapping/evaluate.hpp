#pragma once
// What an expression makes of a row in memory: what SQLite would make of it.
//
//   detail::evaluate<trade>(col<&trade::price> * 2, row)       std::optional: empty is NULL
//   detail::evaluate<trade>(col<&trade::price> > 2, row)       truth: empty is unknown; a query takes what is true
//
// Integers are computed as std::int64_t, floats as double, and given as these; other operands as their value_type.
// Throws out_of_range where the engines do; but where only one of two conditions fails, the engines may look at the
// other one first. Aggregates are not of one row and are refused. Texts are compared by their bytes, ilike() takes
// ASCII letters for equal.
#include <cmath>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/visible.hpp>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hawser::detail {

using truth = std::optional<bool>;

template <class E>
struct evaluator {
    static_assert(!std::is_same_v<E, E>, "hawser: this kind of expression is not evaluated in memory");
};
template <class T, class E>
auto evaluate(const E& e, const T& row) {
    return evaluator<E>::of(e, row);
}

template <class V>
inline constexpr bool is_integer = std::is_integral_v<V> && !std::is_same_v<V, bool>;
template <class V>
using evaluated_value = std::conditional_t<is_integer<V>, std::int64_t,
                                           std::conditional_t<std::is_floating_point_v<V>, double, V>>;
// What evaluating the operand E gives.
template <class E>
using evaluated = std::optional<evaluated_value<bare<typename E::value_type>>>;

template <class V>
std::optional<evaluated_value<bare<V>>> as_evaluated(const V& v) {
    if constexpr (nullable<V>) {
        if (!v) return std::nullopt;
        return static_cast<evaluated_value<bare<V>>>(*v);
    } else {
        return static_cast<evaluated_value<V>>(v);
    }
}

// As they are stored: enums by their words.
template <class V>
bool is_less(const V& a, const V& b) {
    if constexpr (described_enum<V>)
        return word_of(a) < word_of(b);
    else
        return a < b;
}
// -1, 0, 1
template <class V>
int ordered(const V& a, const V& b) {
    return is_less(a, b) ? -1 : is_less(b, a) ? 1 : 0;
}

constexpr truth both_of(truth a, truth b) {
    if (a == truth(false) || b == truth(false)) return false;
    if (!a || !b) return std::nullopt;
    return true;
}
constexpr truth not_of(truth a) {
    if (!a) return a;
    return !*a;
}

// Where the members of a T are found.
template <class T>
struct members_in {
    template <auto Member>
    static const auto& value(const T& row) {
        return row.*Member;
    }
};
template <auto Member>
struct evaluator<column<Member>> {
    template <class T>
    static auto of(const column<Member>&, const T& row) {
        return as_evaluated(members_in<T>::template value<Member>(row));
    }
};
template <class V>
struct evaluator<constant<V>> {
    template <class T>
    static auto of(const constant<V>& e, const T&) {
        return as_evaluated(e.value);
    }
};
template <class V>
struct evaluator<optional_constant<V>> {
    template <class T>
    static auto of(const optional_constant<V>& e, const T&) {
        return as_evaluated(e.value);
    }
};
template <class V>
struct evaluator<null_constant<V>> {
    template <class T>
    static evaluated<null_constant<V>> of(const null_constant<V>&, const T&) {
        return std::nullopt;
    }
};

template <comparison Op, class L, class R>
struct evaluator<compare<Op, L, R>> {
    template <class T>
    static truth of(const compare<Op, L, R>& e, const T& row) {
        const auto a = evaluate(e.left, row);
        const auto b = evaluate(e.right, row);
        if (!a || !b) return std::nullopt;
        const int order = ordered(*a, *b);
        switch (Op) {
        case comparison::eq: return order == 0;
        case comparison::ne: return order != 0;
        case comparison::lt: return order < 0;
        case comparison::le: return order <= 0;
        case comparison::gt: return order > 0;
        case comparison::ge: break;
        }
        return order >= 0;
    }
};
template <bool Distinct, class L, class R>
struct evaluator<distinct_test<Distinct, L, R>> {
    template <class T>
    static truth of(const distinct_test<Distinct, L, R>& e, const T& row) {
        const auto a = evaluate(e.left, row);
        const auto b = evaluate(e.right, row);
        const bool same = a && b ? ordered(*a, *b) == 0 : !a && !b;
        return same != Distinct;
    }
};
template <class E, bool Null>
struct evaluator<null_test<E, Null>> {
    template <class T>
    static truth of(const null_test<E, Null>& e, const T& row) {
        return evaluate(e.inner, row).has_value() != Null;
    }
};
template <class E, class Low, class High>
struct evaluator<between_test<E, Low, High>> {
    template <class T>
    static truth of(const between_test<E, Low, High>& e, const T& row) {
        const auto x = evaluate(e.inner, row);
        const auto at_least = [&](const auto& a, const auto& b) -> truth {
            if (!a || !b) return std::nullopt;
            return ordered(*a, *b) >= 0;
        };
        return both_of(at_least(x, evaluate(e.low, row)), at_least(evaluate(e.high, row), x));
    }
};
template <class E>
struct evaluator<in_test<E>> {
    template <class T>
    static truth of(const in_test<E>& e, const T& row) {
        const auto x = evaluate(e.inner, row);
        if (e.values.empty()) return false;
        if (!x) return std::nullopt;
        for (const auto& v : e.values)
            if (ordered(*x, *as_evaluated(static_cast<const typename E::value_type&>(v))) == 0) return true;
        return false;
    }
};

std::string lower_ascii(std::string text);

template <class E, class Pattern, bool IgnoresCase>
struct evaluator<like_test<E, Pattern, IgnoresCase>> {
    template <class T>
    static truth of(const like_test<E, Pattern, IgnoresCase>& e, const T& row) {
        const auto x = evaluate(e.inner, row);
        const auto pattern = evaluate(e.pattern, row);
        if (!x || !pattern) return std::nullopt;
        return IgnoresCase ? like_matches(lower_ascii(*x), lower_ascii(*pattern))
                           : like_matches(*x, *pattern);
    }
};
template <class E, class Prefix>
struct evaluator<starts_with_test<E, Prefix>> {
    template <class T>
    static truth of(const starts_with_test<E, Prefix>& e, const T& row) {
        const auto x = evaluate(e.inner, row);
        const auto prefix = evaluate(e.prefix, row);
        if (!x || !prefix) return std::nullopt;
        return x->starts_with(*prefix);
    }
};
template <class E, class Part>
struct evaluator<contains_test<E, Part>> {
    template <class T>
    static truth of(const contains_test<E, Part>& e, const T& row) {
        const auto x = evaluate(e.inner, row);
        const auto part = evaluate(e.part, row);
        if (!x || !part) return std::nullopt;
        return x->find(*part) != std::string::npos;
    }
};

// Whether nothing of it is asked for: see when().
template <class C>
bool is_absent(const C&) {
    return std::is_same_v<C, every_row>;
}
template <class C>
bool is_absent(const optional_filter<C>& e) {
    return !e.inner;
}
template <class C>
bool is_absent(const negation<C>& e) {
    return is_absent(e.inner);
}
template <char Op, class L, class R>
bool is_absent(const logic<Op, L, R>& e) {
    return is_absent(e.left) && is_absent(e.right);
}

template <>
struct evaluator<every_row> {
    template <class T>
    static truth of(const every_row&, const T&) {
        return true;
    }
};
template <>
struct evaluator<deleted_too> {
    template <class T>
    static truth of(const deleted_too&, const T&) {
        return true;
    }
};
template <class C>
struct evaluator<optional_filter<C>> {
    template <class T>
    static truth of(const optional_filter<C>& e, const T& row) {
        return e.inner ? evaluate(*e.inner, row) : truth(true);
    }
};
template <class C>
struct evaluator<negation<C>> {
    template <class T>
    static truth of(const negation<C>& e, const T& row) {
        return is_absent(e) ? truth(true) : not_of(evaluate(e.inner, row));
    }
};
template <char Op, class L, class R>
struct evaluator<logic<Op, L, R>> {
    template <class T>
    static truth of(const logic<Op, L, R>& e, const T& row) {
        if (is_absent(e.left)) return evaluate(e.right, row);
        if (is_absent(e.right)) return evaluate(e.left, row);
        const truth a = evaluate(e.left, row);
        const truth b = evaluate(e.right, row);
        return Op == '&' ? both_of(a, b) : not_of(both_of(not_of(a), not_of(b)));
    }
};

[[noreturn]] void throw_result_out_of_range();

// An integer as the column's SQL type holds it.
template <class V>
std::int64_t within_sql_type(std::int64_t v, bool overflow) {
    if constexpr (kind_of_number<V>() == number_kind::narrow_integer) {
        constexpr bool small = sizeof(V) * (std::is_unsigned_v<V> ? 2 : 1) <= 2;
        overflow = overflow || (small ? !std::in_range<std::int16_t>(v) : !std::in_range<std::int32_t>(v));
    }
    if (overflow) throw_result_out_of_range();
    return v;
}
template <class V>
std::int64_t computed(char op, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    bool overflow = false;
    switch (op) {
    case '+': overflow = __builtin_add_overflow(a, b, &result); break;
    case '-': overflow = __builtin_sub_overflow(a, b, &result); break;
    case '*': overflow = __builtin_mul_overflow(a, b, &result); break;
    default:
        overflow = b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min());
        if (!overflow) result = a / b;
    }
    return within_sql_type<V>(result, overflow);
}

template <char Op, class L, class R>
struct evaluator<arithmetic<Op, L, R>> {
    using V = typename L::value_type;
    template <class T>
    static evaluated<L> of(const arithmetic<Op, L, R>& e, const T& row) {
        const auto a = evaluate(e.left, row);
        const auto b = evaluate(e.right, row);
        if (!a || !b) return std::nullopt;
        if constexpr (is_decimal_v<V>) {
            if constexpr (Op == '*')
                return multiply_rounded<V>(*a, *b);
            else
                return Op == '+' ? *a + *b : *a - *b;
        } else if constexpr (std::is_floating_point_v<V>) {
            if (Op == '/' && *b == 0) throw_result_out_of_range();
            const double result = Op == '+' ? *a + *b : Op == '-' ? *a - *b : Op == '*' ? *a * *b : *a / *b;
            if (std::isnan(result)) return std::nullopt; // SQLite knows no NaN
            return result;
        } else {
            return computed<V>(Op, *a, *b);
        }
    }
};
template <class D, class L, class R>
struct evaluator<product<D, L, R>> {
    template <class T>
    static std::optional<D> of(const product<D, L, R>& e, const T& row) {
        const auto a = evaluate(e.left, row);
        const auto b = evaluate(e.right, row);
        if (!a || !b) return std::nullopt;
        return multiply_rounded<D>(*a, *b);
    }
};
template <bool Absolute, class E>
struct evaluator<sign_change<Absolute, E>> {
    using V = typename E::value_type;
    template <class T>
    static evaluated<E> of(const sign_change<Absolute, E>& e, const T& row) {
        auto x = evaluate(e.inner, row);
        if (!x || (Absolute && !(*x < 0))) return x;
        if constexpr (is_integer<V>)
            return computed<V>('-', 0, *x);
        else
            return -*x;
    }
};
template <bool Least, class L, class R>
struct evaluator<extreme<Least, L, R>> {
    template <class T>
    static evaluated<L> of(const extreme<Least, L, R>& e, const T& row) {
        auto a = evaluate(e.left, row);
        auto b = evaluate(e.right, row);
        if (!a || !b) return a ? a : b;
        return is_less(*a, *b) == Least ? a : b;
    }
};
template <class First, class... Others>
struct evaluator<coalesced<First, Others...>> {
    template <class T>
    static evaluated<First> of(const coalesced<First, Others...>& e, const T& row) {
        evaluated<First> found;
        std::apply(
            [&](const auto&... operand) {
                ((found = found ? std::move(found) : evaluated<First>(evaluate(operand, row))), ...);
            },
            e.operands);
        return found;
    }
};
template <class L, class R>
struct evaluator<concatenation<L, R>> {
    template <class T>
    static std::optional<std::string> of(const concatenation<L, R>& e, const T& row) {
        const auto a = evaluate(e.left, row);
        const auto b = evaluate(e.right, row);
        if (!a || !b) return std::nullopt;
        return *a + *b;
    }
};
template <class E>
struct evaluator<text_length<E>> {
    template <class T>
    static std::optional<std::int64_t> of(const text_length<E>& e, const T& row) {
        const auto x = evaluate(e.inner, row);
        if (!x) return std::nullopt;
        std::int64_t characters = 0;
        for (const char c : *x) characters += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1 : 0;
        return characters;
    }
};
template <class Table, class E>
struct evaluator<placed_operand<Table, E>> {
    template <class T>
    static auto of(const placed_operand<Table, E>& e, const T& row) {
        return evaluate(e.inner, row);
    }
};
template <class Table, class E>
struct evaluator<placed_condition<Table, E>> {
    template <class T>
    static auto of(const placed_condition<Table, E>& e, const T& row) {
        return evaluate(e.inner, row);
    }
};

} // namespace hawser::detail
