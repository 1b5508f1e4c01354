#pragma once
// What every operand can be asked: columns, sums, aggregates alike.
#include <hawser/mapping/expression/between.hpp>
#include <hawser/mapping/expression/compare.hpp>
#include <hawser/mapping/expression/constant.hpp>
#include <hawser/mapping/expression/distinct.hpp>
#include <hawser/mapping/expression/in.hpp>
#include <hawser/mapping/expression/like.hpp>
#include <hawser/mapping/expression/logic.hpp>
#include <hawser/mapping/expression/null_test.hpp>
#include <hawser/mapping/expression/ordering.hpp>
#include <hawser/mapping/expression/when.hpp>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hawser::detail {

// A range of values, rather than one value that is a range itself, as text is.
template <class List, class V>
concept list_of = std::ranges::input_range<List> && !becomes<V, List>();

// Base of the operand Self. Tests of a NULL are unknown, and where() takes what is true only; the null tests and the
// distinct tests alone always know.
template <class Self>
struct operand_methods : operand_base {
    // Of what may be NULL: optional members, and every member of a table that include<> joins where it has a row.
    [[nodiscard]] constexpr auto is_null() const { return null_test<Self, true>(self()); }
    [[nodiscard]] constexpr auto is_not_null() const { return null_test<Self, false>(self()); }
    // Comparison in which NULL equals NULL and differs from every value; takes optionals and nullopt, too.
    template <class X>
    [[nodiscard]] constexpr auto is_distinct_from(X&& x) const {
        return distinct<true>(std::forward<X>(x));
    }
    template <class X>
    [[nodiscard]] constexpr auto is_not_distinct_from(X&& x) const {
        return distinct<false>(std::forward<X>(x));
    }
    // Both ends belong to it: values, or operands of the same type.
    template <class Low, class High>
    [[nodiscard]] constexpr auto between(Low&& low, High&& high) const {
        auto from = as_operand<Self>(std::forward<Low>(low));
        auto to = as_operand<Self>(std::forward<High>(high));
        return between_test<Self, decltype(from), decltype(to)>(self(), std::move(from), std::move(to));
    }
    // One of these values, or of those in a range of values. Of no values: false for every row, also where it is NULL.
    template <class... V>
    [[nodiscard]] auto in(V&&... values) const {
        using value_type = typename Self::value_type;
        std::vector<value_type> list;
        if constexpr (sizeof...(V) == 1 && (list_of<V, value_type> && ...)) {
            (append(list, std::forward<V>(values)), ...);
        } else {
            list.reserve(sizeof...(V));
            (list.push_back(converted<value_type>(std::forward<V>(values))), ...);
        }
        return in_test<Self>(self(), std::move(list));
    }
    // None of them; not true where it is NULL. Of no values: true for every row.
    template <class... V>
    [[nodiscard]] auto not_in(V&&... values) const {
        return negation<in_test<Self>>(in(std::forward<V>(values)...));
    }

    // % is any text, _ any character, \ takes the meaning from what follows; see like_literal().
    [[nodiscard]] auto like(std::string pattern) const {
        for_text();
        return pattern_test<false>(std::move(pattern));
    }
    // The case of letters does not count: of ASCII letters on SQLite, of those that the locale knows on PostgreSQL.
    // On SQLite a text ends at its first zero byte here.
    [[nodiscard]] auto ilike(std::string pattern) const {
        static_assert(std::is_same_v<typename Self::value_type, std::string>,
                      "hawser: ilike() is for text columns");
        return pattern_test<true>(std::move(pattern));
    }
    // Exactly this text, in which no character is special. starts_with() of a column is served by its index.
    [[nodiscard]] auto starts_with(std::string prefix) const {
        for_text();
        return starts_with_test<Self, text_constant>(self(), text_constant(std::move(prefix)));
    }
    [[nodiscard]] auto contains(std::string part) const {
        for_text();
        return contains_test<Self, text_constant>(self(), text_constant(std::move(part)));
    }

    // == the value if there is one; else no condition (see when.hpp).
    template <class V>
    [[nodiscard]] constexpr auto equals_if(const std::optional<V>& value) const {
        return when(value, [this](const V& v) { return self() == v; });
    }

    // For order_by().
    [[nodiscard]] constexpr auto asc() const { return ordering<Self, false>{self()}; }
    [[nodiscard]] constexpr auto desc() const { return ordering<Self, true>{self()}; }

private:
    using text_constant = constant<std::string>;

    constexpr const Self& self() const { return static_cast<const Self&>(*this); }
    template <class S = Self>
    static constexpr void for_text() {
        static_assert(std::is_same_v<typename S::value_type, std::string>,
                      "hawser: like(), starts_with() and contains() are for text columns");
    }
    template <bool Distinct, class X>
    constexpr auto distinct(X&& x) const {
        auto other = as_nullable_operand<Self>(std::forward<X>(x));
        return distinct_test<Distinct, Self, decltype(other)>(self(), std::move(other));
    }
    template <bool IgnoresCase>
    auto pattern_test(std::string pattern) const {
        return like_test<Self, text_constant, IgnoresCase>(
            self(), text_constant(checked_pattern(std::move(pattern))));
    }
    template <class V, class List>
    static void append(std::vector<V>& to, List&& values) {
        if constexpr (std::is_same_v<std::decay_t<List>, std::vector<V>>)
            to = std::forward<List>(values);
        else
            for (auto&& v : values) to.push_back(converted<V>(v));
    }
};

} // namespace hawser::detail
