#pragma once
// count, sum, avg, min, max over the rows of a group: for select lists, having and order_by, not for where.
//
// Values that are NULL do not count. Of no values: count is 0, the others are NULL (may_be_null).
//   sum of integers        std::int64_t; beyond it out_of_range
//   sum of decimal<P, S>   decimal<38, S>, exact; beyond it out_of_range
//   sum of floats          double
//   avg                    double; of decimals the one nearest to sum / count, which PostgreSQL takes to 16 digits
//                          or more (for an exact mean read sum and count)
//   min, max               the operand's type; of bool, uuid, bytes and json there is none
#include <cstdint>
#include <hawser/mapping/expression/arithmetic.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

enum class aggregate_kind : unsigned char { count, count_distinct, sum, avg, min, max };

template <class V>
struct sum_of {
    using type = std::conditional_t<std::is_floating_point_v<V>, double, std::int64_t>;
};
template <unsigned P, unsigned S>
struct sum_of<decimal<P, S>> {
    using type = decimal<38, S>;
};

template <aggregate_kind Kind, class V>
struct aggregate_value {
    using type = std::int64_t;
};
template <class V>
struct aggregate_value<aggregate_kind::sum, V> : sum_of<V> {};
template <class V>
struct aggregate_value<aggregate_kind::avg, V> {
    using type = double;
};
template <class V>
struct aggregate_value<aggregate_kind::min, V> {
    using type = V;
};
template <class V>
struct aggregate_value<aggregate_kind::max, V> {
    using type = V;
};

// PostgreSQL has no min and max for some types; what one engine lacks is not offered on the other.
template <class V>
inline constexpr bool has_extremes = true;
template <class V>
    requires requires { type_map<V>::postgres; }
inline constexpr bool has_extremes<V> =
    type_map<V>::postgres != "boolean" && type_map<V>::postgres != "uuid" &&
    type_map<V>::postgres != "bytea" && type_map<V>::postgres != "jsonb";

// Whether E is an aggregate.
template <class E>
concept aggregates = requires { typename E::is_an_aggregate; };
template <class E>
struct is_aggregate : std::bool_constant<aggregates<E>> {};
template <class E>
inline constexpr bool has_aggregate = holds_a<is_aggregate, E>();

template <aggregate_kind Kind, operand E>
struct aggregate : operand_methods<aggregate<Kind, E>> {
    using is_an_aggregate = void;
    using operand_type = E;
    using value_type = typename aggregate_value<Kind, typename E::value_type>::type;
    static constexpr bool may_be_null =
        Kind != aggregate_kind::count && Kind != aggregate_kind::count_distinct;
    template <class T>
    static consteval bool may_be_null_in() {
        return may_be_null;
    }
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit aggregate(E e) : inner(std::move(e)) {
        static_assert(!has_aggregate<E>, "hawser: an aggregate of an aggregate");
    }
    template <class T>
    static constexpr void write(expression_sink& s) {
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        s.out << name(sqlite);
        E::template write<T>(s);
        // A sum of real is real to PostgreSQL.
        if (!sqlite && sum && std::is_floating_point_v<of>) s.out << "::double precision";
        if constexpr (mean && is_decimal_v<of>)
            if (sqlite) (s.out << ", ").number(of::scale);
        s.out << ')';
        if (sqlite && sum && is_decimal_v<of>) s.out << ')';
        if (!sqlite) s.out << cast();
    }
    void bind(parameters& p) const { inner.bind(p); }

private:
    using of = typename E::value_type;
    static constexpr bool sum = Kind == aggregate_kind::sum;
    static constexpr bool mean = Kind == aggregate_kind::avg;

    static constexpr std::string_view name(bool sqlite) {
        switch (Kind) {
        case aggregate_kind::count: return "count(";
        case aggregate_kind::count_distinct: return "count(distinct ";
        case aggregate_kind::sum: return sqlite && is_decimal_v<of> ? "dec_wide(dec_sum(" : "sum(";
        case aggregate_kind::avg: return sqlite && is_decimal_v<of> ? "dec_mean(" : "avg(";
        case aggregate_kind::min: return "min(";
        case aggregate_kind::max: break;
        }
        return "max(";
    }
    static constexpr std::string_view cast() {
        if (sum && std::is_integral_v<of>) return "::bigint";
        if (mean) return "::double precision";
        return {};
    }
};

struct every_row_count : operand_methods<every_row_count> {
    using is_an_aggregate = void;
    using value_type = std::int64_t;
    static constexpr bool may_be_null = false;
    using parts = mp::mp_list<>;
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "count(*)";
    }
    static void bind(parameters&) {}
};

} // namespace detail

// Number of rows.
[[nodiscard]] constexpr detail::every_row_count count_all() {
    return {};
}
// Number of rows in which it is not NULL; of different values.
template <detail::operand E>
[[nodiscard]] constexpr auto count(E e) {
    return detail::aggregate<detail::aggregate_kind::count, E>(std::move(e));
}
template <detail::operand E>
[[nodiscard]] constexpr auto count_distinct(E e) {
    return detail::aggregate<detail::aggregate_kind::count_distinct, E>(std::move(e));
}
template <detail::operand E>
[[nodiscard]] constexpr auto sum(E e) {
    static_assert(detail::is_number<typename E::value_type>, "hawser: sum() is for numbers");
    return detail::aggregate<detail::aggregate_kind::sum, E>(std::move(e));
}
template <detail::operand E>
[[nodiscard]] constexpr auto avg(E e) {
    static_assert(detail::is_number<typename E::value_type>, "hawser: avg() is for numbers");
    return detail::aggregate<detail::aggregate_kind::avg, E>(std::move(e));
}
template <detail::operand E>
[[nodiscard]] constexpr auto min(E e) {
    static_assert(detail::has_extremes<typename E::value_type>,
                  "hawser: min() and max() are not for bool, uuid, bytes and json");
    return detail::aggregate<detail::aggregate_kind::min, E>(std::move(e));
}
template <detail::operand E>
[[nodiscard]] constexpr auto max(E e) {
    static_assert(detail::has_extremes<typename E::value_type>,
                  "hawser: min() and max() are not for bool, uuid, bytes and json");
    return detail::aggregate<detail::aggregate_kind::max, E>(std::move(e));
}

} // namespace hawser
