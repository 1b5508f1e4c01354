#pragma once
// = <> < <= > >=
#include <cstddef>
#include <hawser/mapping/expression/constant.hpp>
#include <string_view>
#include <utility>

namespace hawser::detail {

enum class comparison : unsigned char { eq, ne, lt, le, gt, ge };
constexpr std::string_view symbol_of(comparison c) {
    constexpr std::string_view symbols[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
    return symbols[static_cast<std::size_t>(c)];
}

template <comparison Op, operand L, operand R>
struct compare : condition_base {
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr compare(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        L::template write<T>(s);
        s.out << symbol_of(Op);
        R::template write<T>(s);
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <comparison Op, class L, class R>
constexpr auto make_compare(L&& l, R&& r) {
    using typed = typed_side<L, R>;
    auto left = as_operand<typed>(std::forward<L>(l));
    auto right = as_operand<typed>(std::forward<R>(r));
    return compare<Op, decltype(left), decltype(right)>(std::move(left), std::move(right));
}

// Found by ADL: every operand derives from operand_base, which is in this namespace.
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator==(L&& l, R&& r) {
    return make_compare<comparison::eq>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator!=(L&& l, R&& r) {
    return make_compare<comparison::ne>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator<(L&& l, R&& r) {
    return make_compare<comparison::lt>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator<=(L&& l, R&& r) {
    return make_compare<comparison::le>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator>(L&& l, R&& r) {
    return make_compare<comparison::gt>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator>=(L&& l, R&& r) {
    return make_compare<comparison::ge>(std::forward<L>(l), std::forward<R>(r));
}

} // namespace hawser::detail
