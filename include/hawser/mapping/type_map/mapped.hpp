#pragma once
// The customisation point: how a C++ type is stored.
#include <concepts>
#include <hawser/core/field_view.hpp>
#include <hawser/core/parameters.hpp>
#include <hawser/core/statement.hpp>
#include <hawser/mapping/text.hpp>
#include <string_view>

namespace hawser {

// Specialise for a type of your own:
//   static constexpr std::string_view sqlite = "INTEGER", postgres = "bigint";
//   static void encode(const V&, parameters&);               appends one value
//   static bool decode(const field_view&, V&);               false: the field does not hold a V
// and where it helps:
//   static constexpr field_type field = field_type::int64;   what encode() appends: the type of an empty list
//   static constexpr std::string_view expects = "..";        names the stored form where a field cannot be decoded
//   static constexpr void literal(detail::text_sink&, const V&, dialect);         for typed checks and defaults
//   static constexpr void check(detail::text_sink&, std::string_view column, dialect);   what the column's CHECK
//       demands of each value; writes nothing where the engine's own type is enough
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

namespace detail {

template <class V>
concept type_checked = requires(text_sink& s) { type_map<V>::check(s, std::string_view{}, dialect::sqlite); };

} // namespace detail

} // namespace hawser
