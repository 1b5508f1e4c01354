#pragma once
// Predicates and values over columns: the structure is in the type, so the text is static; values ride along.
#include <cstdint>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/facts.hpp>
#include <hawser/mapping/mixins.hpp>
#include <hawser/mapping/text.hpp>
#include <hawser/mapping/type_map.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hawser {

namespace detail {

// Whether a plain X may become a V without changing what it says. Integers are looked at when it happens.
template <class V, class X>
consteval bool becomes() {
    using plain = std::remove_cvref_t<X>;
    if constexpr (std::is_same_v<plain, V>)
        return true;
    else if constexpr (std::is_same_v<V, bool> || std::is_null_pointer_v<plain>)
        return false;
    else if constexpr (std::is_integral_v<V> && std::is_arithmetic_v<plain>)
        return whole_number<plain>;
    else if constexpr (std::is_floating_point_v<V>)
        return std::is_arithmetic_v<plain> && !std::is_same_v<plain, bool>;
    else
        return std::is_constructible_v<V, X>;
}
[[noreturn]] void throw_beyond_column();

// A plain value as one of the column's type; throws out_of_range for an integer that the column cannot hold.
template <class V, class X>
constexpr V converted(X&& x) {
    using plain = std::remove_cvref_t<X>;
    static_assert(becomes<V, X>(), "hawser: this value cannot become a value of the column's type");
    if constexpr (std::is_integral_v<V> && std::is_integral_v<plain> && !std::is_same_v<V, plain>) {
        if constexpr (becomes<V, X>())
            if (!std::in_range<V>(x)) throw_beyond_column();
        return static_cast<V>(x);
    } else if constexpr (std::is_same_v<V, plain>) {
        return std::forward<X>(x);
    } else {
        return static_cast<V>(std::forward<X>(x));
    }
}

// Where text is written to: placeholders are counted, constants of a CHECK are written out.
struct expression_sink {
    text_sink& out;
    hawser::dialect dialect;
    unsigned& last_placeholder;
};

// An operand has a value_type; a condition is true, false or unknown. Both have
//   using parts = mp_list<..>                                             the expressions that they are made of
//   template <class T> static constexpr void write(expression_sink&)      T: the entity that columns belong to
//   void bind(parameters&) const                                          in the order of the placeholders
struct operand_base {};
struct condition_base {};
template <class E>
concept operand = std::is_base_of_v<operand_base, E>;
template <class E>
concept condition = std::is_base_of_v<condition_base, E>;

template <class E>
concept operand_or_condition = operand<E> || condition<E>;

template <class T, class E>
constexpr void write(expression_sink& s) {
    E::template write<T>(s);
}

// A constant, bound as a parameter.
template <class V>
struct constant : operand_base {
    using value_type = V;
    static constexpr bool may_be_null = nullable<V>;
    using parts = mp::mp_list<>;
    V value;
    constexpr explicit constant(V v) : value(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out.placeholder(s.dialect, ++s.last_placeholder);
    }
    void bind(parameters& p) const { encode(value, p); }
};

// Same number twice: where a dialect needs an operand's text again, its placeholders keep their numbers.
template <class T, class E>
constexpr void write_again(expression_sink& s, unsigned numbered_from) {
    unsigned last = numbered_from;
    expression_sink again{s.out, s.dialect, last};
    E::template write<T>(again);
}

enum class comparison : unsigned char { eq, ne, lt, le, gt, ge };
constexpr std::string_view symbol_of(comparison c) {
    constexpr std::string_view symbols[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
    return symbols[static_cast<std::size_t>(c)];
}

template <comparison Op, operand L, operand R>
struct compare : condition_base {
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr compare(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        L::template write<T>(s);
        s.out << symbol_of(Op);
        R::template write<T>(s);
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <char Op, condition L, condition R>
struct logic : condition_base {
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr logic(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << '(';
        L::template write<T>(s);
        s.out << (Op == '&' ? " and " : " or ");
        R::template write<T>(s);
        s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

template <condition C>
struct negation : condition_base {
    using parts = mp::mp_list<C>;
    C inner;
    constexpr explicit negation(C c) : inner(std::move(c)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "not (";
        C::template write<T>(s);
        s.out << ')';
    }
    void bind(parameters& p) const { inner.bind(p); }
};

template <operand E, bool Null>
struct null_test : condition_base {
    using parts = mp::mp_list<E>;
    E inner;
    constexpr explicit null_test(E e) : inner(std::move(e)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        E::template write<T>(s);
        s.out << (Null ? " is null" : " is not null");
    }
    void bind(parameters& p) const { inner.bind(p); }
};

template <operand E, operand Low, operand High>
struct between_test : condition_base {
    using parts = mp::mp_list<E, Low, High>;
    E inner;
    Low low;
    High high;
    constexpr between_test(E e, Low l, High h) : inner(std::move(e)), low(std::move(l)), high(std::move(h)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        E::template write<T>(s);
        s.out << " between ";
        Low::template write<T>(s);
        s.out << " and ";
        High::template write<T>(s);
    }
    void bind(parameters& p) const {
        inner.bind(p);
        low.bind(p);
        high.bind(p);
    }
};

// One static text for any number of values: they travel as one JSON array. NaN equals nothing and is left out.
// Throws unsupported for bytes and for text with a zero byte, at which SQLite would end it.
[[nodiscard]] std::string json_array_of(const parameters& values);

template <operand E>
struct in_test : condition_base {
    using parts = mp::mp_list<E>;
    E inner;
    std::vector<typename E::value_type> values;
    in_test(E e, std::vector<typename E::value_type> v) : inner(std::move(e)), values(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        E::template write<T>(s);
        s.out << (s.dialect == hawser::dialect::sqlite ? " in (select value from json_each(" : " = any(");
        s.out.placeholder(s.dialect, ++s.last_placeholder);
        s.out << (s.dialect == hawser::dialect::sqlite ? "))" : ")");
    }
    void bind(parameters& p) const {
        inner.bind(p);
        parameters list;
        for (const auto& v : values) encode(v, list);
        p.made_text(json_array_of(list), field_type::json);
    }
};

template <operand E, operand Pattern>
struct like_test : condition_base {
    using parts = mp::mp_list<E, Pattern>;
    E inner;
    Pattern pattern;
    constexpr like_test(E e, Pattern p) : inner(std::move(e)), pattern(std::move(p)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        // SQLite's LIKE ignores the case of ASCII letters and knows no escape unless told.
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        E::template write<T>(s);
        s.out << (sqlite ? " like " : " ilike ");
        Pattern::template write<T>(s);
        s.out << " escape '\\'";
    }
    void bind(parameters& p) const {
        inner.bind(p);
        pattern.bind(p);
    }
};

template <char Op, operand L, operand R>
struct arithmetic : operand_base {
    using value_type = typename L::value_type;
    static constexpr bool may_be_null = L::may_be_null || R::may_be_null;
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr arithmetic(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        // Scaled integers: their product has twice the scale.
        constexpr bool product = Op == '*' && is_decimal_v<value_type>;
        if (product && s.dialect == hawser::dialect::sqlite) {
            s.out << "dec_mul(";
            L::template write<T>(s);
            s.out << ", ";
            R::template write<T>(s);
            (s.out << ", ").number(scale_of()) << ')';
            return;
        }
        s.out << '(';
        L::template write<T>(s);
        s.out << ' ' << Op << ' ';
        R::template write<T>(s);
        s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }

private:
    static constexpr unsigned scale_of() {
        if constexpr (is_decimal_v<value_type>)
            return value_type::scale;
        else
            return 0;
    }
};

// The lesser or greater of two; a NULL among them does not count, as on PostgreSQL.
template <bool Least, operand L, operand R>
struct extreme : operand_base {
    using value_type = typename L::value_type;
    static constexpr bool may_be_null = L::may_be_null && R::may_be_null;
    using parts = mp::mp_list<L, R>;
    L left;
    R right;
    constexpr extreme(L l, R r) : left(std::move(l)), right(std::move(r)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        constexpr bool either_null = L::may_be_null || R::may_be_null;
        const unsigned before_left = s.last_placeholder;
        if (sqlite && either_null) s.out << "coalesce(";
        s.out << (sqlite ? (Least ? "min(" : "max(") : (Least ? "least(" : "greatest("));
        L::template write<T>(s);
        const unsigned before_right = s.last_placeholder;
        s.out << ", ";
        R::template write<T>(s);
        s.out << ')';
        if (!sqlite || !either_null) return;
        s.out << ", ";
        write_again<T, L>(s, before_left);
        s.out << ", ";
        write_again<T, R>(s, before_right);
        s.out << ')';
    }
    void bind(parameters& p) const {
        left.bind(p);
        right.bind(p);
    }
};

} // namespace detail

namespace detail {
template <operand Typed, class X>
constexpr auto as_operand(X&& x);
} // namespace detail

// A column, named by its member: col<&trade::price>. Inherited members belong to the entity of the query.
template <auto Member>
struct column : detail::operand_base {
    using value_type = detail::bare<detail::value_of<Member>>;
    static constexpr bool may_be_null = detail::nullable<detail::value_of<Member>>;
    static constexpr auto member = Member;

    template <class T>
    static constexpr void write(detail::expression_sink& s) {
        static_assert(detail::has_column<T, Member>,
                      "hawser: this column does not belong to the entity of the query");
        s.out.name(detail::find_name<T, Member>());
    }
    static void bind(parameters&) {}

    [[nodiscard]] constexpr auto is_null() const {
        static_assert(may_be_null, "hawser: is_null() on a member that is not optional is never true");
        return detail::null_test<column, true>(*this);
    }
    [[nodiscard]] constexpr auto is_not_null() const {
        static_assert(may_be_null, "hawser: is_not_null() on a member that is not optional is always true");
        return detail::null_test<column, false>(*this);
    }
    // Both ends belong to it: values, or operands of the column's type.
    template <class Low, class High>
    [[nodiscard]] constexpr auto between(Low&& low, High&& high) const {
        auto from = detail::as_operand<column>(std::forward<Low>(low));
        auto to = detail::as_operand<column>(std::forward<High>(high));
        return detail::between_test<column, decltype(from), decltype(to)>(*this, std::move(from),
                                                                          std::move(to));
    }
    // No value: no row.
    template <class... V>
    [[nodiscard]] auto in(V... values) const {
        std::vector<value_type> list;
        list.reserve(sizeof...(V));
        (list.push_back(detail::converted<value_type>(std::move(values))), ...);
        return detail::in_test<column>(*this, std::move(list));
    }
    [[nodiscard]] auto in(std::vector<value_type> values) const {
        return detail::in_test<column>(*this, std::move(values));
    }
    // % and _ are wild, \ escapes them; the case of ASCII letters does not count.
    [[nodiscard]] auto ilike(std::string pattern) const {
        static_assert(std::is_same_v<value_type, std::string>, "hawser: ilike() is for text columns");
        using c = detail::constant<std::string>;
        return detail::like_test<column, c>(*this, c(std::move(pattern)));
    }
};

template <auto Member>
inline constexpr column<Member> col{};

namespace detail {

// The columns that a condition speaks of.
template <class E>
struct columns_in<E, std::void_t<typename E::parts>> {
    template <class Part>
    using of_part = typename columns_in<Part>::list;
    using list = mp::mp_unique<mp::mp_apply<
        mp::mp_append, mp::mp_push_front<mp::mp_transform<of_part, typename E::parts>, mp::mp_list<>>>>;
};
template <auto Member>
struct columns_in<column<Member>> {
    using list = mp::mp_list<column<Member>>;
};

// The other side of an operator: an operand stays, a plain value becomes a constant of the column's type.
template <operand Typed, class X>
constexpr auto as_operand(X&& x) {
    if constexpr (operand<std::decay_t<X>>) {
        static_assert(std::is_same_v<typename std::decay_t<X>::value_type, typename Typed::value_type>,
                      "hawser: the two sides of this expression have different types");
        return std::decay_t<X>(std::forward<X>(x));
    } else {
        using V = typename Typed::value_type;
        return constant<V>(converted<V>(std::forward<X>(x)));
    }
}

// At least one side is an operand; the typed one decides.
template <class L, class R>
concept some_operand = operand<std::decay_t<L>> || operand<std::decay_t<R>>;
template <class L, class R>
using typed_side = std::conditional_t<operand<std::decay_t<L>>, std::decay_t<L>, std::decay_t<R>>;

template <comparison Op, class L, class R>
constexpr auto make_compare(L&& l, R&& r) {
    using typed = typed_side<L, R>;
    auto left = as_operand<typed>(std::forward<L>(l));
    auto right = as_operand<typed>(std::forward<R>(r));
    return compare<Op, decltype(left), decltype(right)>(std::move(left), std::move(right));
}
template <char Op, class L, class R>
constexpr auto make_arithmetic(L&& l, R&& r) {
    using typed = typed_side<L, R>;
    using V = typename typed::value_type;
    static_assert((std::is_arithmetic_v<V> && !std::is_same_v<V, bool>) || is_decimal_v<V>,
                  "hawser: arithmetic is for numbers");
    auto left = as_operand<typed>(std::forward<L>(l));
    auto right = as_operand<typed>(std::forward<R>(r));
    return arithmetic<Op, decltype(left), decltype(right)>(std::move(left), std::move(right));
}
template <bool Least, class L, class R>
constexpr auto make_extreme(L&& l, R&& r) {
    using typed = typed_side<L, R>;
    auto left = as_operand<typed>(std::forward<L>(l));
    auto right = as_operand<typed>(std::forward<R>(r));
    return extreme<Least, decltype(left), decltype(right)>(std::move(left), std::move(right));
}

// Found by ADL: every operand derives from operand_base, which is in this namespace.
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator==(L&& l, R&& r) {
    return make_compare<comparison::eq>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator!=(L&& l, R&& r) {
    return make_compare<comparison::ne>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator<(L&& l, R&& r) {
    return make_compare<comparison::lt>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator<=(L&& l, R&& r) {
    return make_compare<comparison::le>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator>(L&& l, R&& r) {
    return make_compare<comparison::gt>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator>=(L&& l, R&& r) {
    return make_compare<comparison::ge>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator+(L&& l, R&& r) {
    return make_arithmetic<'+'>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator-(L&& l, R&& r) {
    return make_arithmetic<'-'>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires some_operand<L, R>
constexpr auto operator*(L&& l, R&& r) {
    return make_arithmetic<'*'>(std::forward<L>(l), std::forward<R>(r));
}
template <condition L, condition R>
constexpr auto operator&&(L l, R r) {
    return logic<'&', L, R>(std::move(l), std::move(r));
}
template <condition L, condition R>
constexpr auto operator||(L l, R r) {
    return logic<'|', L, R>(std::move(l), std::move(r));
}
template <condition C>
constexpr auto operator!(C c) {
    return negation<C>(std::move(c));
}

} // namespace detail

// The lesser, the greater of a column and a value (or another column); NULL does not count.
template <class L, class R>
    requires detail::some_operand<L, R>
constexpr auto least(L&& l, R&& r) {
    return detail::make_extreme<true>(std::forward<L>(l), std::forward<R>(r));
}
template <class L, class R>
    requires detail::some_operand<L, R>
constexpr auto greatest(L&& l, R&& r) {
    return detail::make_extreme<false>(std::forward<L>(l), std::forward<R>(r));
}

namespace detail {

// set<&T::member>(value or expression)
template <auto Member, operand E>
struct assignment {
    static constexpr auto member = Member;
    E value;
    constexpr explicit assignment(E v) : value(std::move(v)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        static_assert(has_column<T, Member>, "hawser: set<> names a member of another struct");
        s.out.name(find_name<T, Member>()) << " = ";
        E::template write<T>(s);
    }
    void bind(parameters& p) const { value.bind(p); }
};

template <class A>
struct is_assignment : std::false_type {};
template <auto M, class E>
struct is_assignment<assignment<M, E>> : std::true_type {};
template <class A>
concept assigns = is_assignment<A>::value;

// NULL for an optional member.
template <class V>
struct null_constant : operand_base {
    using value_type = V;
    static constexpr bool may_be_null = true;
    using parts = mp::mp_list<>;
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "null";
    }
    static void bind(parameters&) {}
};

template <auto Member, bool Descending>
struct ordering {
    template <class T>
    static constexpr void write(expression_sink& s) {
        static_assert(has_column<T, Member>, "hawser: order_by names a member of another struct");
        s.out.name(find_name<T, Member>()) << (Descending ? " desc" : "");
    }
};

} // namespace detail

// The column gets this value, or what the expression makes of the row as it was.
template <auto Member, class X>
constexpr auto set(X&& value) {
    using target = column<Member>;
    using plain = std::decay_t<X>;
    if constexpr (std::is_same_v<plain, std::nullopt_t>) {
        static_assert(target::may_be_null, "hawser: set<> of a member that is not optional to nullopt");
        using null = detail::null_constant<typename target::value_type>;
        return detail::assignment<Member, null>(null{});
    } else if constexpr (detail::nullable<plain>) {
        static_assert(target::may_be_null,
                      "hawser: set<> of a member that is not optional to an optional value");
        using stored = std::optional<typename target::value_type>;
        stored given;
        if (value) given.emplace(detail::converted<typename target::value_type>(*std::forward<X>(value)));
        return detail::assignment<Member, detail::constant<stored>>(
            detail::constant<stored>(std::move(given)));
    } else {
        auto operand = detail::as_operand<target>(std::forward<X>(value));
        return detail::assignment<Member, decltype(operand)>(std::move(operand));
    }
}

template <auto Member>
inline constexpr detail::ordering<Member, false> asc{};
template <auto Member>
inline constexpr detail::ordering<Member, true> desc{};

} // namespace hawser
