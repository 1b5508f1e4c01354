#pragma once
// like, ilike, starts_with, contains
#include <hawser/mapping/expression/operand.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace hawser {

// The text as a like pattern that only it matches: like("%" + like_literal(typed) + "%").
[[nodiscard]] std::string like_literal(std::string_view text);

namespace detail {

// PostgreSQL's LIKE: letters count as they are; % is any text, _ any character of UTF-8, \ escapes.
[[nodiscard]] bool like_matches(std::string_view text, std::string_view pattern) noexcept;

// Throws misuse for a pattern that ends in a lone backslash.
[[nodiscard]] std::string checked_pattern(std::string pattern);

// SQLite's LIKE ignores the case of ASCII letters and knows no escape unless told: it is ilike. like is text_like(),
// a function of every connection.
template <operand E, operand Pattern, bool IgnoresCase>
struct like_test : condition_base {
    using parts = mp::mp_list<E, Pattern>;
    E inner;
    Pattern pattern;
    constexpr like_test(E e, Pattern p) : inner(std::move(e)), pattern(std::move(p)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        const bool sqlite = s.dialect == hawser::dialect::sqlite;
        const bool call = sqlite && !IgnoresCase;
        if (call) s.out << "text_like(";
        E::template write<T>(s);
        s.out << (call ? ", " : sqlite || !IgnoresCase ? " like " : " ilike ");
        Pattern::template write<T>(s);
        s.out << (call ? ")" : " escape '\\'");
    }
    void bind(parameters& p) const {
        inner.bind(p);
        pattern.bind(p);
    }
};

// On SQLite a range, which an index serves. No byte of a UTF-8 text is ff.
template <operand E, operand Prefix>
struct starts_with_test : condition_base {
    using parts = mp::mp_list<E, Prefix>;
    E inner;
    Prefix prefix;
    constexpr starts_with_test(E e, Prefix p) : inner(std::move(e)), prefix(std::move(p)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        const unsigned before = s.last_placeholder;
        if (s.dialect == hawser::dialect::postgres) {
            s.out << "starts_with(";
            E::template write<T>(s);
            s.out << ", ";
            Prefix::template write<T>(s);
            s.out << ')';
            return;
        }
        s.out << '(';
        E::template write<T>(s);
        const unsigned before_prefix = s.last_placeholder;
        s.out << " >= ";
        Prefix::template write<T>(s);
        s.out << " and ";
        write_again<T, E>(s, before);
        s.out << " < cast(";
        write_again<T, Prefix>(s, before_prefix);
        s.out << " || x'ff' as text))";
    }
    void bind(parameters& p) const {
        inner.bind(p);
        prefix.bind(p);
    }
};

template <operand E, operand Part>
struct contains_test : condition_base {
    using parts = mp::mp_list<E, Part>;
    E inner;
    Part part;
    constexpr contains_test(E e, Part p) : inner(std::move(e)), part(std::move(p)) {}
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << (s.dialect == hawser::dialect::sqlite ? "instr(" : "strpos(");
        E::template write<T>(s);
        s.out << ", ";
        Part::template write<T>(s);
        s.out << ") > 0";
    }
    void bind(parameters& p) const {
        inner.bind(p);
        part.bind(p);
    }
};

} // namespace detail

} // namespace hawser
