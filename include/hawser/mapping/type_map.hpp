#pragma once
// How a C++ type is stored: its SQL type in both dialects, and the way to and from a field. One file per family.
#include <cstddef>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/type_map/bytes.hpp>
#include <hawser/mapping/type_map/decimal.hpp>
#include <hawser/mapping/type_map/enums.hpp>
#include <hawser/mapping/type_map/integers.hpp>
#include <hawser/mapping/type_map/json.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <hawser/mapping/type_map/reals.hpp>
#include <hawser/mapping/type_map/text.hpp>
#include <hawser/mapping/type_map/time.hpp>
#include <hawser/mapping/type_map/uuid.hpp>
#include <string_view>

namespace hawser {

namespace detail {

template <class V>
constexpr std::string_view sql_type(dialect d) {
    return d == dialect::sqlite ? type_map<bare<V>>::sqlite : type_map<bare<V>>::postgres;
}

template <class V>
void encode(const V& v, parameters& p) {
    if constexpr (nullable<V>) {
        if (v)
            type_map<bare<V>>::encode(*v, p);
        else
            p.null();
    } else {
        type_map<V>::encode(v, p);
    }
}

template <class V>
bool decode(const field_view& f, V& out) {
    if constexpr (nullable<V>) {
        if (f.is_null()) {
            out.reset();
            return true;
        }
        return type_map<bare<V>>::decode(f, out.emplace());
    } else {
        return type_map<V>::decode(f, out);
    }
}

// What a V is appended as; null: not known.
template <class V>
inline constexpr field_type field_of = field_type::null;
template <class V>
    requires requires { type_map<V>::field; }
inline constexpr field_type field_of<V> = type_map<V>::field;

// All values of a range as one parameter.
template <class V, class Range>
void encode_list(const Range& values, parameters& p) {
    const std::size_t first = p.size();
    for (const V& v : values) encode(v, p);
    p.fold(first, field_of<bare<V>>);
}

} // namespace detail

} // namespace hawser
