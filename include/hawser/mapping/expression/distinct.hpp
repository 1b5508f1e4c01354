#pragma once
// is distinct from: comparison to which NULL is a value like any other
#include <hawser/mapping/expression/operand.hpp>
#include <utility>

namespace hawser::detail {

template <bool Distinct, operand L, operand R>
struct distinct_test : condition_base {
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr distinct_test(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        L::template write<T>(s);
        if (s.dialect == hawser::dialect::sqlite)
            s.out << (Distinct ? " is not " : " is ");
        else
            s.out << (Distinct ? " is distinct from " : " is not distinct from ");
        R::template write<T>(s);
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

} // namespace hawser::detail
