#pragma once
// concat, length
#include <hawser/mapping/expression/constant.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <string>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

template <operand L, operand R>
struct concatenation : operand_methods<concatenation<L, R>> {
    using value_type = std::string;
    static constexpr bool may_be_null = L::may_be_null || R::may_be_null;
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr concatenation(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << '(';
        L::template write<T>(s);
        s.out << " || ";
        R::template write<T>(s);
        s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <operand E>
struct text_length : operand_methods<text_length<E>> {
    using value_type = std::int64_t;
    static constexpr bool may_be_null = E::may_be_null;
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit text_length(E e) : inner(std::move(e)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "length(";
        E::template write<T>(s);
        s.out << (s.dialect == hawser::dialect::sqlite ? ")" : ")::bigint");
    }
    void bind(parameters& p) const { inner.bind(p); }
};

template <operand E>
inline constexpr bool is_text_operand = std::is_same_v<typename E::value_type, std::string>;

} // namespace detail

// The texts, one behind the other; NULL if one of them is.
template <class L, class R, class... More>
    requires detail::some_operand<L, R>
[[nodiscard]] constexpr auto concat(L&& l, R&& r, More&&... more) {
    using typed = detail::typed_side<L, R>;
    static_assert(detail::is_text_operand<typed>, "hawser: concat() is for text");
    auto left = detail::as_operand<typed>(std::forward<L>(l));
    auto right = detail::as_operand<typed>(std::forward<R>(r));
    detail::concatenation<decltype(left), decltype(right)> of_two(std::move(left), std::move(right));
    if constexpr (sizeof...(More) == 0)
        return of_two;
    else
        return concat(std::move(of_two), std::forward<More>(more)...);
}

// Characters of the text; on SQLite of what stands before its first zero byte.
template <detail::operand E>
[[nodiscard]] constexpr auto length(E e) {
    static_assert(detail::is_text_operand<E>, "hawser: length() is for text");
    return detail::text_length<E>(std::move(e));
}

} // namespace hawser
