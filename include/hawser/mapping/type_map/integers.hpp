#pragma once
// Integers, and bool.
#include <concepts>
#include <cstdint>
#include <hawser/core/decimal.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <type_traits>
#include <utility>

namespace hawser {

template <>
struct type_map<bool> {
    static constexpr field_type field = field_type::boolean;
    static constexpr std::string_view sqlite = "INTEGER";
    static constexpr std::string_view postgres = "boolean";
    static void encode(bool v, parameters& p) { p.boolean(v); }
    static bool decode(const field_view& f, bool& out) {
        if (f.type != field_type::boolean && f.type != field_type::int64) return false;
        out = f.integer != 0;
        return f.integer == 0 || f.integer == 1;
    }
    static constexpr void literal(detail::text_sink& s, bool v, dialect d) {
        s << (d == dialect::sqlite ? (v ? "1" : "0") : (v ? "true" : "false"));
    }
    static constexpr void check(detail::text_sink& s, std::string_view column, dialect d) {
        if (d == dialect::sqlite) s.name(column) << " in (0, 1)";
    }
};

// Integers of 8 to 64 bits; of the unsigned ones those that fit into a signed 64-bit column.
template <class V>
    requires(std::integral<V> && !std::same_as<V, bool> && !detail::character<V> && sizeof(V) <= 8 &&
             (std::is_signed_v<V> || sizeof(V) < 8))
struct type_map<V> {
    static constexpr std::size_t stored = std::is_signed_v<V> ? sizeof(V) : sizeof(V) * 2;
    static constexpr field_type field = field_type::int64;
    static constexpr std::string_view sqlite = "INTEGER";
    static constexpr std::string_view postgres = stored > 4 ? "bigint" : stored > 2 ? "integer" : "smallint";
    static void encode(V v, parameters& p) { p.integer(v); }
    static bool decode(const field_view& f, V& out) {
        if (f.type != field_type::int64) return false;
        if (!std::in_range<V>(f.integer)) return false;
        out = static_cast<V>(f.integer);
        return true;
    }
    static constexpr void literal(detail::text_sink& s, V v, dialect) { s.number(v); }
};

} // namespace hawser
