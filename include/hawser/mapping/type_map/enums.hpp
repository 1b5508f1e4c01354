#pragma once
// Described enums, stored as words.
#include <algorithm>
#include <array>
#include <cstddef>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/of.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <string_view>
#include <type_traits>

namespace hawser {

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
    static constexpr field_type field = field_type::text;
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
    static constexpr void check(detail::text_sink& s, std::string_view column, dialect) {
        s.name(column) << " in (";
        detail::comma separate;
        for (const std::string_view word : detail::enum_words<E>) {
            separate(s);
            s.quoted(word);
        }
        s << ')';
    }
};

} // namespace hawser
