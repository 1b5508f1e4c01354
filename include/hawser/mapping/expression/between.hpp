#pragma once
// between
#include <hawser/mapping/expression/operand.hpp>
#include <utility>

namespace hawser::detail {

template <operand E, operand Low, operand High>
struct between_test : condition_base {
    using parts = mp::mp_list<E, Low, High>;
    E inner;
    Low low;
    High high;
    constexpr between_test(E e, Low l, High h) : inner(std::move(e)), low(std::move(l)), high(std::move(h)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        E::template write<T>(s);
        s.out << " between ";
        Low::template write<T>(s);
        s.out << " and ";
        High::template write<T>(s);
    }
    void bind(parameters& p) const {
        inner.bind(p);
        low.bind(p);
        high.bind(p);
    }
};

} // namespace hawser::detail
