#pragma once
// in
#include <hawser/mapping/expression/operand.hpp>
#include <hawser/mapping/type_map.hpp>
#include <utility>
#include <vector>

namespace hawser::detail {

// One static text for any number of values: they travel as one list, which SQLite sees as a JSON array. NaN equals
// nothing. A text with a zero byte, at which SQLite would end it, is refused by its driver as unsupported.
template <operand E>
struct in_test : condition_base {
    using parts = mp::mp_list<E>;
    E inner;
    std::vector<typename E::value_type> values;
    in_test(E e, std::vector<typename E::value_type> v) : inner(std::move(e)), values(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        E::template write<T>(s);
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        // JSON has no bytes: they travel as hex digits.
        constexpr bool bytes = type_map<typename E::value_type>::sqlite == "BLOB";
        s.out << (!sqlite ? " = any("
                  : bytes ? " in (select blob_of(value) from json_each("
                          : " in (select value from json_each(");
        s.out.placeholder(s.dialect, ++s.last_placeholder);
        s.out << (sqlite ? "))" : ")");
    }
    void bind(parameters& p) const {
        inner.bind(p);
        encode_list<typename E::value_type>(values, p);
    }
};

} // namespace hawser::detail
