#pragma once
// What an entity's rules and typed checks leave for the values of one member: a guess that is tried, not a proof.
#include <algorithm>
#include <chrono>
#include <hawser/core/bytes.hpp>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/testing/factory_values.hpp>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace hawser::detail {

template <class V>
struct allowed {
    std::optional<V> low{}, high{};
    std::vector<V> words{}; // one of these, if there are any
    std::vector<V> hints{}; // what checks compare with
    text_needs text{};
};

// The bound as a V; nothing where it is of another kind or has no place in it.
template <class V, class X>
std::optional<V> bound_as(const X& x) {
    if constexpr (std::is_same_v<V, X>) {
        return x;
    } else if constexpr (std::is_integral_v<V> && std::is_integral_v<X> && !std::is_same_v<V, bool> &&
                         !std::is_same_v<X, bool>) {
        if (std::cmp_less(x, std::numeric_limits<V>::min())) return std::numeric_limits<V>::min();
        if (std::cmp_greater(x, std::numeric_limits<V>::max())) return std::numeric_limits<V>::max();
        return static_cast<V>(x);
    } else if constexpr (std::is_floating_point_v<V> && std::is_arithmetic_v<X>) {
        return static_cast<V>(x);
    } else if constexpr (std::is_constructible_v<V, const X&>) {
        try {
            return V(x);
        } catch (const error&) { return std::nullopt; }
    } else {
        return std::nullopt;
    }
}
template <class V>
void bound_below(allowed<V>& to, const std::optional<V>& low) {
    if constexpr (requires(V v) { v < v; })
        if (low && (!to.low || *to.low < *low)) to.low = low;
}
template <class V>
void bound_above(allowed<V>& to, const std::optional<V>& high) {
    if constexpr (requires(V v) { v < v; })
        if (high && (!to.high || *high < *to.high)) to.high = high;
}

template <class V>
void allow(allowed<V>& to, const not_empty_rule&) {
    to.text.least = std::max<std::size_t>(to.text.least, 1);
}
template <class V>
void allow(allowed<V>& to, const min_length_rule& r) {
    to.text.least = std::max(to.text.least, r.least);
}
template <class V>
void allow(allowed<V>& to, const max_length_rule& r) {
    to.text.most = std::min(to.text.most, r.most);
}
template <class V, class Low, class High>
void allow(allowed<V>& to, const range_rule<Low, High>& r) {
    bound_below(to, bound_as<V>(r.low));
    bound_above(to, bound_as<V>(r.high));
}
template <class V>
void allow(allowed<V>& to, const positive_rule&) {
    bound_below(to, std::optional<V>(V{}));
}
template <class V, class... W>
void allow(allowed<V>& to, const one_of_rule<W...>& r) {
    std::apply(
        [&](const auto&... word) {
            const auto add = [&](const std::optional<V>& v) {
                if (v) to.words.push_back(*v);
            };
            (add(bound_as<V>(word)), ...);
        },
        r.values);
}
template <class V, literal Pattern>
void allow(allowed<V>& to, const matches_rule<Pattern>&) {
    to.text.pattern = matches_rule<Pattern>::pattern;
}
template <class V>
void allow(allowed<V>& to, const email_rule&) {
    to.text.is = text_needs::form::email;
}
template <class V>
void allow(allowed<V>& to, const url_rule&) {
    to.text.is = text_needs::form::url;
}
template <class V>
void allow(allowed<V>& to, const uuid_text_rule&) {
    to.text.is = text_needs::form::uuid;
}
template <class V>
void allow(allowed<V>& to, const symbol_rule&) {
    to.text.most = std::min<std::size_t>(to.text.most, 32);
}
template <class V>
void allow(allowed<V>&, const auto&) {}

// The parts of a check that speak of the member. `must`: they hold for every row.
template <auto Member, class V, class Op>
void compared(allowed<V>& to, const auto& value, bool must, Op op) {
    const auto bound = bound_as<V>(value);
    if (!bound) return;
    to.hints.push_back(*bound);
    if (must) op(bound);
}
template <auto Member, class V, comparison Op, class X>
void narrow(allowed<V>& to, const compare<Op, column<Member>, constant<X>>& e, bool must) {
    compared<Member>(to, e.right.value, must, [&](const std::optional<V>& bound) {
        if (Op == comparison::gt || Op == comparison::ge || Op == comparison::eq) bound_below(to, bound);
        if (Op == comparison::lt || Op == comparison::le || Op == comparison::eq) bound_above(to, bound);
    });
}
template <auto Member, class V, comparison Op, class X>
void narrow(allowed<V>& to, const compare<Op, constant<X>, column<Member>>& e, bool must) {
    compared<Member>(to, e.left.value, must, [&](const std::optional<V>& bound) {
        if (Op == comparison::lt || Op == comparison::le || Op == comparison::eq) bound_below(to, bound);
        if (Op == comparison::gt || Op == comparison::ge || Op == comparison::eq) bound_above(to, bound);
    });
}
template <auto Member, class V, class X, class Y>
void narrow(allowed<V>& to, const between_test<column<Member>, constant<X>, constant<Y>>& e, bool must) {
    compared<Member>(to, e.low.value, must, [&](const std::optional<V>& bound) { bound_below(to, bound); });
    compared<Member>(to, e.high.value, must, [&](const std::optional<V>& bound) { bound_above(to, bound); });
}
template <auto Member, class V>
void narrow(allowed<V>&, const auto&, bool) {}
template <auto Member, class V, char Op, class L, class R>
void narrow(allowed<V>& to, const logic<Op, L, R>& e, bool must) {
    narrow<Member>(to, e.left, must && Op == '&');
    narrow<Member>(to, e.right, must && Op == '&');
}

template <class Fact>
struct says_what_is_allowed : std::false_type {};
template <auto M, class... Rules>
struct says_what_is_allowed<validate_fact<M, Rules...>> : std::true_type {};
template <class C>
struct says_what_is_allowed<check_fact<C>> : std::true_type {};

template <class T, auto Member>
struct allowed_values {
    using V = bare<value_of<Member>>;
    static allowed<V> make() {
        allowed<V> to;
        to.text.member = member_name<T, Member>();
        for_each_value_where<says_what_is_allowed>(meta<T>.facts, [&](const auto& fact) { look(to, fact); });
        return to;
    }

private:
    template <auto M, class... Rules>
    static void look(allowed<V>& to, const validate_fact<M, Rules...>& fact) {
        if constexpr (is_same_member<M, Member>)
            for_each_value(fact.rules, [&](const auto& rule) { allow(to, rule); });
    }
    template <class C>
    static void look(allowed<V>& to, const check_fact<C>& fact) {
        if constexpr (condition<C>) narrow<Member>(to, fact.condition, true);
    }
};

// A whole number of something. from() takes what to() gives.
template <class V>
struct whole_form;
template <class V>
    requires(std::is_integral_v<V> && !std::is_same_v<V, bool>)
struct whole_form<V> {
    static constexpr int128 least = std::numeric_limits<V>::min(), most = std::numeric_limits<V>::max();
    static constexpr int128 usual = 1, unit = 1;
    static int128 to(V v) { return v; }
    static V from(int128 v) { return static_cast<V>(v); }
};
template <unsigned P, unsigned S>
struct whole_form<decimal<P, S>> {
    using V = decimal<P, S>;
    static constexpr int128 least = V::min().scaled(), most = V::max().scaled();
    static constexpr int128 unit = P == S ? 1 : power_of_ten(S), usual = unit;
    static int128 to(const V& v) { return v.scaled(); }
    static V from(int128 v) { return V::from_scaled(static_cast<typename V::rep>(v)); }
};
template <class D>
inline constexpr int128 counts_in_second =
    std::ratio_less_equal_v<typename D::period, std::ratio<1>>
        ? int128(std::ratio_divide<std::ratio<1>, typename D::period>::num)
        : int128(1);
template <class D>
    requires whole_microseconds<D>
struct whole_form<D> {
    static constexpr int128 least = 0, most = std::numeric_limits<std::int32_t>::max();
    static constexpr int128 unit = counts_in_second<D>, usual = unit;
    static int128 to(D v) { return v.count(); }
    static D from(int128 v) { return D(static_cast<typename D::rep>(v)); }
};
inline constexpr std::chrono::sys_days first_day = std::chrono::year(2026) / 1 / 1;
template <class D>
struct whole_form<std::chrono::sys_time<D>> {
    using V = std::chrono::sys_time<D>;
    static constexpr int128 usual = std::chrono::floor<D>(first_day).time_since_epoch().count();
    static constexpr int128 unit = counts_in_second<D>;
    static constexpr int128 least = 0, most = usual * 4;
    static int128 to(V v) { return v.time_since_epoch().count(); }
    static V from(int128 v) { return V(D(static_cast<typename D::rep>(v))); }
};
template <>
struct whole_form<std::chrono::year_month_day> : whole_form<std::chrono::sys_days> {
    using days = whole_form<std::chrono::sys_days>;
    static int128 to(std::chrono::year_month_day v) { return days::to(std::chrono::sys_days(v)); }
    static std::chrono::year_month_day from(int128 v) { return std::chrono::year_month_day(days::from(v)); }
};
template <class V>
concept whole = requires { whole_form<V>::unit; };

template <class V>
std::optional<int128> whole_bound(const std::optional<V>& bound) {
    if (!bound) return std::nullopt;
    return whole_form<V>::to(*bound);
}

// A value of a type that nothing is known of is the type's own first one.
template <class V>
V draw_value(draws& from, const allowed<V>& may, bool distinct) {
    if (!may.words.empty()) return may.words[(distinct ? from.ordinal() : from.next()) % may.words.size()];
    if (!may.hints.empty() && from.attempt() % 4 == 1) return may.hints[from.next() % may.hints.size()];
    if constexpr (std::is_same_v<V, bool>) {
        return (distinct ? from.ordinal() : from.next()) % 2 == 1;
    } else if constexpr (whole<V>) {
        using form = whole_form<V>;
        return form::from(draw_whole(from, {form::least, form::most, form::usual, form::unit,
                                            whole_bound(may.low), whole_bound(may.high), distinct}));
    } else if constexpr (std::is_floating_point_v<V>) {
        return static_cast<V>(draw_real(from, {may.low, may.high, distinct}));
    } else if constexpr (described_enum<V>) {
        const auto& all = enumerators<V>;
        return all[(distinct ? from.ordinal() : from.next()) % all.size()];
    } else if constexpr (std::is_same_v<V, std::string>) {
        text_needs needs = may.text;
        needs.distinct = distinct;
        return draw_text(from, needs);
    } else if constexpr (std::is_same_v<V, uuid>) {
        return draw_uuid(from);
    } else if constexpr (std::is_same_v<V, json_text>) {
        return draw_json(from);
    } else if constexpr (std::is_same_v<V, bytes> || std::is_same_v<V, std::vector<std::byte>>) {
        return V(draw_bytes(from));
    } else if constexpr (std::is_same_v<V, std::vector<std::uint8_t>>) {
        V made;
        for (const std::byte b : draw_bytes(from)) made.push_back(std::to_integer<std::uint8_t>(b));
        return made;
    } else {
        return V{};
    }
}

} // namespace hawser::detail
