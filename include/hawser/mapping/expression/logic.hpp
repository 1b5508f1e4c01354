#pragma once
// and, or, not
#include <hawser/mapping/expression/operand.hpp>
#include <utility>

namespace hawser::detail {

template <char Op, condition L, condition R>
struct logic : condition_base {
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr logic(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << '(';
        L::template write<T>(s);
        s.out << (Op == '&' ? " and " : " or ");
        R::template write<T>(s);
        s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <condition C>
struct negation : condition_base {
    using parts = mp::mp_list<C>;
    C inner;
    constexpr explicit negation(C c) : inner(std::move(c)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "not (";
        C::template write<T>(s);
        s.out << ')';
    }
    void bind(parameters& p) const { inner.bind(p); }
};

template <condition L, condition R>
constexpr auto operator&&(L l, R r) {
    return logic<'&', L, R>(std::move(l), std::move(r));
}
template <condition L, condition R>
constexpr auto operator||(L l, R r) {
    return logic<'|', L, R>(std::move(l), std::move(r));
}
template <condition C>
constexpr auto operator!(C c) {
    return negation<C>(std::move(c));
}

} // namespace hawser::detail
