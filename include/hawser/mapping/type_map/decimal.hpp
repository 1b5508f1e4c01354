#pragma once
// Exact decimals: of up to 18 digits scaled integers, above that 16 bytes that order as the numbers do.
#include <algorithm>
#include <array>
#include <cstdint>
#include <hawser/core/decimal.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <optional>

namespace hawser {

namespace detail {

template <unsigned P, unsigned S>
struct numeric_text {
    static constexpr void write(text_sink& s) { (((s << "numeric(").number(P)) << ',').number(S) << ')'; }
};

// The integer scaled by 10^scale that a field holds: a sum in SQL may be wider than its column, and a result of wide
// operands narrow. A decimal says its own scale, which is the engine's choice, such as 1 for 1.5: it is taken where it is
// exact at this one. Integers and bytes are stored at the scale of their column.
inline std::optional<int128> scaled_of(const field_view& f, unsigned scale) noexcept {
    const auto ordered = [&]() -> std::optional<int128> {
        if (f.size != 16) return std::nullopt;
        return decode_ordered(std::span<const std::byte, 16>(f.bytes().data(), 16));
    };
    const auto at_scale = [&](int128 v) -> std::optional<int128> {
        if (f.scale == scale) return v;
        if (f.scale > max_power_of_ten) return std::nullopt;
        return rescale_exact(v, f.scale, scale);
    };
    switch (f.type) {
    case field_type::int64: return f.integer;
    case field_type::decimal: return at_scale(f.integer);
    case field_type::wide_decimal: {
        const auto v = ordered();
        return v ? at_scale(*v) : v;
    }
    case field_type::bytes: return ordered();
    default: return std::nullopt;
    }
}

constexpr void write_digits(text_sink& s, uint128 v) {
    if (v >= 10) write_digits(s, v / 10);
    s << static_cast<char>('0' + static_cast<int>(v % 10));
}

// Without zeros at the end: numeric has the column's scale anyway.
constexpr void write_decimal(text_sink& s, int128 scaled, unsigned scale) {
    if (scaled < 0) s << '-';
    const uint128 size = magnitude(scaled);
    auto power = static_cast<uint128>(power_of_ten(scale));
    write_digits(s, size / power);
    if (size % power == 0) return;
    s << '.';
    for (uint128 rest = size % power; rest != 0; rest %= power) {
        power /= 10;
        write_digits(s, rest / power);
    }
}

// x'80..'
constexpr void write_ordered(text_sink& s, int128 scaled) {
    const uint128 bits = static_cast<uint128>(scaled) ^ int128_sign_bit;
    s << "x'";
    for (int shift = 120; shift >= 0; shift -= 8) s.hex(static_cast<std::byte>((bits >> shift) & 0xff));
    s << '\'';
}

template <class V>
bool decode_decimal(const field_view& f, V& out) {
    if (f.type == field_type::text) {
        const auto parsed = V::try_parse(f.text());
        if (parsed) out = *parsed;
        return parsed.has_value();
    }
    const auto scaled = scaled_of(f, V::scale);
    if (!scaled || *scaled < V::min().scaled() || *scaled > V::max().scaled()) return false;
    out = V::from_scaled(static_cast<typename V::rep>(*scaled));
    return true;
}

} // namespace detail

template <unsigned P, unsigned S>
struct type_map<decimal<P, S>> {
    using value_type = decimal<P, S>;
    static constexpr bool wide = is_wide_decimal_v<value_type>;
    static constexpr field_type field = wide ? field_type::wide_decimal : field_type::decimal;
    static constexpr std::string_view sqlite = wide ? "BLOB" : "INTEGER"; // scaled by 10^S
    static constexpr std::string_view postgres = detail::static_text<detail::numeric_text<P, S>>::view;
    static constexpr std::string_view expects = postgres;
    static void encode(const value_type& v, parameters& p) {
        if constexpr (wide)
            p.wide_decimal(v.scaled(), S);
        else
            p.decimal(v.scaled(), S);
    }
    static bool decode(const field_view& f, value_type& out) { return detail::decode_decimal(f, out); }
    static constexpr void literal(detail::text_sink& s, const value_type& v, dialect d) {
        if (d == dialect::postgres)
            detail::write_decimal(s, v.scaled(), S);
        else if constexpr (wide)
            detail::write_ordered(s, v.scaled());
        else
            s.number(v.scaled());
    }
    static constexpr void check(detail::text_sink& s, std::string_view column, dialect d) {
        if (d == dialect::postgres) return;
        if (wide) (s << "length(").name(column) << ") = 16 and ";
        s.name(column) << " between ";
        literal(s, value_type::min(), d);
        s << " and ";
        literal(s, value_type::max(), d);
    }
};

} // namespace hawser
