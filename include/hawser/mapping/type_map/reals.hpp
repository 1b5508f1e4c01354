#pragma once
// Floating point.
#include <cmath>
#include <concepts>
#include <hawser/mapping/type_map/mapped.hpp>
#include <limits>

namespace hawser {

template <std::floating_point V>
struct type_map<V> {
    static constexpr field_type field = field_type::float64;
    static constexpr std::string_view sqlite = "REAL";
    static constexpr std::string_view postgres = sizeof(V) == 4 ? "real" : "double precision";
    static void encode(V v, parameters& p) { p.real(static_cast<double>(v)); }
    static bool decode(const field_view& f, V& out) {
        if (f.type == field_type::float64) {
            constexpr double most = static_cast<double>(std::numeric_limits<V>::max());
            if (std::isfinite(f.real) && (f.real > most || f.real < -most)) return false;
            out = static_cast<V>(f.real);
        } else if (f.type == field_type::int64)
            out = static_cast<V>(f.integer);
        else
            return false;
        return true;
    }
};

} // namespace hawser
