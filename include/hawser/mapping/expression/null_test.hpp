#pragma once
// is null, is not null
#include <hawser/mapping/expression/operand.hpp>
#include <utility>

namespace hawser::detail {

template <operand E, bool Null>
struct null_test : condition_base {
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit null_test(E e) : inner(std::move(e)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        static_assert(!Null || null_in<T, E>(),
                      "hawser: is_null() on a member that is not optional is never true");
        static_assert(Null || null_in<T, E>(),
                      "hawser: is_not_null() on a member that is not optional is always true");
        E::template write<T>(s);
        s.out << (Null ? " is null" : " is not null");
    }
    void bind(parameters& p) const { inner.bind(p); }
};

} // namespace hawser::detail
