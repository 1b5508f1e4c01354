#pragma once
// Optional filters: conditions that are part of the query only where the caller has something to ask.
//
//   trades.where(hawser::when(symbol, [](const std::string& s) { return col<&trade::symbol> == s; }) &&
//                hawser::when(only_big, col<&trade::quantity> > 100) && col<&trade::price>.equals_if(price))
//
// No text is built: a query with n filters has 2^n static texts (n <= 6, asserted), each the same statement as if it
// had been written without when(). Whoever makes statements of a condition W:
//   filters_in<W>                   n
//   chosen<W, Mask>                 W with the filters whose bits are set, the others gone; every_row if nothing is left.
//                                   Filters count from bit 0, in the order in which they are written.
//   mask_of(w)                      which ones the caller asks for
//   statement_where<T, Texts>(w)    the statement of Texts::text<chosen>, by the mask
//   w.bind(p)                       binds what the chosen ones bind
//   may_be_every_row<W>             some mask leaves no condition, or that of with_deleted() alone: needs all_rows to
//                                   erase or update
#include <array>
#include <cstddef>
#include <hawser/mapping/expression/logic.hpp>
#include <hawser/mapping/expression/operand.hpp>
#include <hawser/mapping/static_statement.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

struct deleted_too; // in visible.hpp: with_deleted()

// No condition: every row.
struct every_row : condition_base {
    using parts = mp::mp_list<>;
    template <class T>
    static constexpr void write(expression_sink&) {}
    static void bind(parameters&) {}
};
template <class Where>
inline constexpr bool has_condition = !std::is_same_v<Where, every_row>;

template <condition C>
struct optional_filter : condition_base {
    using parts = mp::mp_list<C>;
    std::optional<C> inner;
    constexpr explicit optional_filter(std::optional<C> c) : inner(std::move(c)) {}
    template <class T>
    static constexpr void write(expression_sink&) {
        static_assert(!std::is_same_v<T, T>,
                      "hawser: when() goes with where() only, alone or within &&, || and !");
    }
    void bind(parameters& p) const {
        if (inner) inner->bind(p);
    }
};

template <class E>
struct filter_traits {
    static constexpr unsigned count = 0;
    template <unsigned>
    using chosen = E;
    static constexpr unsigned mask(const E&) { return 0; }
};
template <class C>
struct filter_traits<optional_filter<C>> {
    static_assert(filter_traits<C>::count == 0, "hawser: when() within when()");
    static constexpr unsigned count = 1;
    template <unsigned Mask>
    using chosen = std::conditional_t<(Mask & 1) != 0, C, every_row>;
    static constexpr unsigned mask(const optional_filter<C>& e) { return e.inner ? 1 : 0; }
};
template <class C>
struct negated {
    using type = negation<C>;
};
template <>
struct negated<every_row> {
    using type = every_row;
};
template <class C>
struct filter_traits<negation<C>> {
    static constexpr unsigned count = filter_traits<C>::count;
    template <unsigned Mask>
    using chosen = typename negated<typename filter_traits<C>::template chosen<Mask>>::type;
    static constexpr unsigned mask(const negation<C>& e) { return filter_traits<C>::mask(e.inner); }
};
// What is not asked for has no part in an and, nor in an or.
template <char Op, class L, class R>
struct both {
    using type = logic<Op, L, R>;
};
template <char Op, class L>
struct both<Op, L, every_row> {
    using type = L;
};
template <char Op, class R>
struct both<Op, every_row, R> {
    using type = R;
};
template <char Op>
struct both<Op, every_row, every_row> {
    using type = every_row;
};
template <char Op, class L, class R>
struct filter_traits<logic<Op, L, R>> {
    using left = filter_traits<L>;
    using right = filter_traits<R>;
    static constexpr unsigned count = left::count + right::count;
    template <unsigned Mask>
    using chosen = typename both<Op, typename left::template chosen<Mask % (1u << left::count)>,
                                 typename right::template chosen<(Mask >> left::count)>>::type;
    static constexpr unsigned mask(const logic<Op, L, R>& e) {
        return left::mask(e.left) | (right::mask(e.right) << left::count);
    }
};

template <class Where>
inline constexpr unsigned filters_in = filter_traits<Where>::count;
template <class Where, unsigned Mask>
using chosen = typename filter_traits<Where>::template chosen<Mask>;
template <class Where>
constexpr unsigned mask_of(const Where& where) {
    return filter_traits<Where>::mask(where);
}
template <class Where>
inline constexpr bool may_be_every_row =
    !has_condition<chosen<Where, 0>> || std::is_same_v<chosen<Where, 0>, deleted_too>;

// Texts has: template <class Where> using text = ..; a generator for statement_of<T, ..>.
template <class T, class Texts, class Where>
const statement& statement_where(const Where& where) {
    constexpr unsigned n = filters_in<Where>;
    static_assert(n <= 6, "hawser: at most 6 optional filters in one query");
    if constexpr (n == 0) {
        return statement_of<T, typename Texts::template text<Where>>;
    } else if constexpr (n <= 6) {
        static constexpr auto all = []<unsigned... Mask>(std::integer_sequence<unsigned, Mask...>) {
            return std::array{&statement_of<T, typename Texts::template text<chosen<Where, Mask>>>...};
        }(std::make_integer_sequence<unsigned, (1u << n)>{});
        return *all[mask_of(where)];
    }
}

} // namespace detail

// The condition if asked for; else it is as if it had not been written, be it in an and, an or or a not.
template <detail::condition C>
[[nodiscard]] constexpr auto when(bool asked, C condition) {
    std::optional<C> inner;
    if (asked) inner.emplace(std::move(condition));
    return detail::optional_filter<C>(std::move(inner));
}
// make(*value) if there is a value.
template <class V, class Make>
    requires detail::condition<std::invoke_result_t<Make, const V&>>
[[nodiscard]] constexpr auto when(const std::optional<V>& value, Make make) {
    using C = std::invoke_result_t<Make, const V&>;
    std::optional<C> inner;
    if (value) inner.emplace(make(*value));
    return detail::optional_filter<C>(std::move(inner));
}

} // namespace hawser
