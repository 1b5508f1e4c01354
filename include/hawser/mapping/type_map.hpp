#pragma once
// How a C++ type is stored: its SQL type in both dialects, and the way to and from a field.
#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <hawser/core/decimal.hpp>
#include <hawser/core/json_text.hpp>
#include <hawser/core/parameters.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/of.hpp>
#include <hawser/mapping/text.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

// Specialise for a type of your own:
//   static constexpr std::string_view sqlite = "INTEGER", postgres = "bigint";
//   static void encode(const V&, parameters&);               appends one value
//   static bool decode(const field_view&, V&);               false: the field does not hold a V
//   static constexpr void literal(detail::text_sink&, const V&, dialect);   optional, for typed checks
// Optionals need no specialisation: they are NULL or their value.
template <class V>
struct type_map;

template <class V>
concept mapped = requires(const V& v, V& out, parameters& p, const field_view& f) {
    { type_map<V>::sqlite } -> std::convertible_to<std::string_view>;
    { type_map<V>::postgres } -> std::convertible_to<std::string_view>;
    type_map<V>::encode(v, p);
    { type_map<V>::decode(f, out) } -> std::same_as<bool>;
};

template <>
struct type_map<bool> {
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
};

// Integers of 8 to 64 bits; of the unsigned ones those that fit into a signed 64-bit column.
template <class V>
    requires(std::integral<V> && !std::same_as<V, bool> && !detail::character<V> && sizeof(V) <= 8 &&
             (std::is_signed_v<V> || sizeof(V) < 8))
struct type_map<V> {
    static constexpr std::size_t stored = std::is_signed_v<V> ? sizeof(V) : sizeof(V) * 2;
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

template <std::floating_point V>
struct type_map<V> {
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

template <>
struct type_map<std::string> {
    static constexpr std::string_view sqlite = "TEXT";
    static constexpr std::string_view postgres = "text";
    static void encode(const std::string& v, parameters& p) { p.text(v); }
    static bool decode(const field_view& f, std::string& out) {
        if (f.type != field_type::text && f.type != field_type::json) return false;
        out.assign(f.data, f.size);
        return true;
    }
};

template <>
struct type_map<timestamp> {
    static constexpr std::string_view sqlite = "INTEGER"; // microseconds since 1970-01-01 UTC
    static constexpr std::string_view postgres = "timestamptz";
    static void encode(timestamp v, parameters& p) { p.timestamp(v); }
    static bool decode(const field_view& f, timestamp& out) {
        if (f.type != field_type::int64 && f.type != field_type::instant) return false;
        out = timestamp(std::chrono::microseconds(f.integer));
        return true;
    }
};

template <unsigned P, unsigned S>
struct type_map<decimal<P, S>> {
    struct type_text {
        static constexpr void write(detail::text_sink& s) {
            (((s << "numeric(").number(P)) << ',').number(S) << ')';
        }
    };
    static constexpr std::string_view sqlite = "INTEGER"; // scaled by 10^S
    static constexpr std::string_view postgres = detail::static_text<type_text>::view;
    static void encode(const decimal<P, S>& v, parameters& p) { p.decimal(v.scaled(), S); }
    static bool decode(const field_view& f, decimal<P, S>& out) {
        if (f.type == field_type::text) {
            const auto parsed = decimal<P, S>::try_parse(f.text());
            if (parsed) out = *parsed;
            return parsed.has_value();
        }
        const bool scaled = f.type == field_type::int64 || (f.type == field_type::decimal && f.scale == S);
        if (!scaled || f.integer < decimal<P, S>::min().scaled() || f.integer > decimal<P, S>::max().scaled())
            return false;
        out = decimal<P, S>::from_scaled(f.integer);
        return true;
    }
    static constexpr void literal(detail::text_sink& s, const decimal<P, S>& v, dialect d) {
        if (d == dialect::sqlite) {
            s.number(v.scaled());
            return;
        }
        std::int64_t power = 1;
        for (unsigned i = 0; i < S; ++i) power *= 10;
        const std::int64_t scaled = v.scaled();
        if (scaled < 0) s << '-';
        const std::int64_t magnitude = scaled < 0 ? -scaled : scaled;
        s.number(magnitude / power);
        if (magnitude % power == 0) return;
        s << '.';
        for (std::int64_t rest = magnitude % power; rest != 0; rest %= power) {
            power /= 10;
            s.number(rest / power);
        }
    }
};

template <>
struct type_map<json_text> {
    static constexpr std::string_view sqlite = "TEXT";
    static constexpr std::string_view postgres = "jsonb";
    static void encode(const json_text& v, parameters& p) { p.text(v.text(), field_type::json); }
    static bool decode(const field_view& f, json_text& out) {
        if (f.type != field_type::text && f.type != field_type::json) return false;
        out = json_text::unchecked(std::string(f.text()));
        return true;
    }
};

// The words that an enum is stored as where they are not the enumerators' own names:
//   consteval auto hawser_words(hawser::of<side>) { return hawser::stored_as<side>("BUY", "SELL"); }
// One word for each described enumerator, in their order.
template <class E, std::size_t N>
struct words {
    std::array<std::string_view, N> stored;
};
template <class E, class... Word>
consteval auto stored_as(Word... word) {
    static_assert(sizeof...(Word) == detail::mp::mp_size<detail::bd::describe_enumerators<E>>::value,
                  "hawser::stored_as: one word for each described enumerator, in their order");
    return words<E, sizeof...(Word)>{{std::string_view(word)...}};
}

namespace detail {

template <class E>
concept described_enum = std::is_enum_v<E> && bd::has_describe_enumerators<E>::value;

template <described_enum E>
inline constexpr auto enumerators = [] {
    std::array<E, mp::mp_size<bd::describe_enumerators<E>>::value> a{};
    std::size_t i = 0;
    mp::mp_for_each<bd::describe_enumerators<E>>([&](auto d) { a[i++] = d.value; });
    return a;
}();

template <described_enum E>
inline constexpr auto enum_words = [] {
    if constexpr (requires { hawser_words(of<E>{}); }) {
        return hawser_words(of<E>{}).stored;
    } else {
        std::array<std::string_view, enumerators<E>.size()> a{};
        std::size_t i = 0;
        mp::mp_for_each<bd::describe_enumerators<E>>([&](auto d) { a[i++] = d.name; });
        return a;
    }
}();

// The stored word; empty for a value that is no enumerator.
template <described_enum E>
constexpr std::string_view word_of(E v) {
    for (std::size_t i = 0; i < enumerators<E>.size(); ++i)
        if (enumerators<E>[i] == v) return enum_words<E>[i];
    return {};
}

template <described_enum E>
consteval bool has_words_of_its_own() {
    if constexpr (requires { hawser_words(of<E>{}); })
        return std::is_same_v<decltype(hawser_words(of<E>{})), words<E, enumerators<E>.size()>>;
    else
        return true;
}
// Each is read back as the enumerator that it was written for, or one of the same value.
template <described_enum E>
consteval bool words_differ() {
    for (std::size_t i = 0; i < enumerators<E>.size(); ++i) {
        if (enum_words<E>[i].empty()) return false;
        for (std::size_t j = 0; j < i; ++j)
            if (enum_words<E>[i] == enum_words<E>[j] && enumerators<E>[i] != enumerators<E>[j]) return false;
    }
    return true;
}

// The column may be empty: not known.
[[noreturn]] void throw_no_enumerator(std::string_view column);

} // namespace detail

template <detail::described_enum E>
struct type_map<E> {
    static_assert(detail::has_words_of_its_own<E>(),
                  "hawser: hawser_words(of<enum>) gives the words of another enum");
    static_assert(detail::words_differ<E>(),
                  "hawser: the stored words of an enum are distinct and not empty");
    static constexpr std::string_view sqlite = "TEXT";
    static constexpr std::string_view postgres = "text";
    static void encode(E v, parameters& p) {
        const std::string_view word = detail::word_of(v);
        if (word.empty()) detail::throw_no_enumerator({});
        p.static_text(word);
    }
    static bool decode(const field_view& f, E& out) {
        if (f.type != field_type::text) return false;
        const auto& stored = detail::enum_words<E>;
        const auto at = std::find(stored.begin(), stored.end(), f.text());
        if (at == stored.end()) return false;
        out = detail::enumerators<E>[static_cast<std::size_t>(at - stored.begin())];
        return true;
    }
    static constexpr void literal(detail::text_sink& s, E v, dialect) { s.quoted(detail::word_of(v)); }
};

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

} // namespace detail

} // namespace hawser
