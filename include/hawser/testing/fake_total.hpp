#pragma once
// Sums, means and extremes of rows in memory.
#include <cstdint>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/mapping/evaluate.hpp>
#include <hawser/mapping/expression/aggregate.hpp>
#include <optional>
#include <type_traits>
#include <vector>

namespace hawser::detail {

// The double nearest to sum / 10^scale / count.
[[nodiscard]] double mean_of_scaled(int128 sum, std::int64_t count, unsigned scale) noexcept;

template <class T, auto Member>
struct fake_totals {
    using V = bare<value_of<Member>>;
    using rows = std::vector<const T*>;

    // NULL does not count.
    template <class F>
    static void each(const rows& of, F f) {
        for (const T* row : of)
            if (const auto value = as_evaluated(row->*Member)) f(*value);
    }

    // A sum over no values is zero.
    static auto sum(const rows& of) {
        using sum_type = typename decltype(hawser::sum(column<Member>{}))::value_type;
        sum_type total{};
        each(of, [&](const auto& v) { add(total, v); });
        return total;
    }
    static std::optional<double> avg(const rows& of) {
        static_assert(is_number<V>, "hawser: avg() is for numbers");
        std::int64_t count = 0;
        if constexpr (is_decimal_v<V>) {
            decimal<38, V::scale> total{};
            each(of, [&](const V& v) { total += v, ++count; });
            if (count == 0) return std::nullopt;
            return mean_of_scaled(total.scaled(), count, V::scale);
        } else {
            double total = 0;
            each(of, [&](auto v) { total += static_cast<double>(v), ++count; });
            if (count == 0) return std::nullopt;
            return total / static_cast<double>(count);
        }
    }
    template <bool Least>
    static std::optional<V> extreme(const rows& of) {
        static_assert(has_extremes<V>, "hawser: min() and max() are not for bool, uuid, bytes and json");
        std::optional<V> found;
        for (const T* row : of) {
            std::optional<V> value(row->*Member);
            if (!value) continue;
            if (!found || (Least ? is_less(*value, *found) : is_less(*found, *value))) found = value;
        }
        return found;
    }

private:
    static void add(std::int64_t& total, std::int64_t v) {
        if (__builtin_add_overflow(total, v, &total)) throw_result_out_of_range();
    }
    static void add(double& total, double v) { total += v; }
    template <unsigned P, unsigned S>
    static void add(decimal<38, S>& total, const decimal<P, S>& v) {
        total += v;
    }
};

} // namespace hawser::detail
