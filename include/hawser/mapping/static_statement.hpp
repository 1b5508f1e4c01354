#pragma once
// Statements of an entity as objects with static storage duration: their address is their identity.
#include <hawser/core/statement.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/text.hpp>

namespace hawser::detail {

// "trades.insert"
template <class T, class Verb>
struct statement_name {
    static constexpr void write(text_sink& s) { s << table_of<T>.name << '.' << Verb::verb; }
};

// What generators may say besides; see statement::facts.
template <class Generator>
inline constexpr bool touches_one_row = [] {
    if constexpr (requires { Generator::one_row; }) return Generator::one_row;
    return false;
}();
template <class Generator>
inline constexpr bool selects_many_rows = [] {
    if constexpr (requires { Generator::many_rows; }) return Generator::many_rows;
    return false;
}();
template <class Generator>
inline constexpr bool selects_whole_table = [] {
    if constexpr (requires { Generator::whole_table; }) return Generator::whole_table;
    return false;
}();

// Generator has: verb, parameters, read_only, write(text_sink&, dialect).
template <class T, class Generator>
inline constexpr statement statement_of{statement::facts{
    .name = static_text<statement_name<T, Generator>>::view,
    .sqlite = text_of<Generator, dialect::sqlite>,
    .postgres = text_of<Generator, dialect::postgres>,
    .parameters = static_cast<std::uint16_t>(Generator::parameters),
    .read_only = Generator::read_only,
    .lasting = true,
    .one_row = touches_one_row<Generator>,
    .many_rows = selects_many_rows<Generator>,
    .whole_table = selects_whole_table<Generator>,
    .table = &table_of<T>,
}};

// Derives `parameters` from the text itself: the last placeholder.
template <class Writer>
struct counted_text {
    static constexpr void write(text_sink& s, dialect d) {
        unsigned last = 0;
        Writer::write_to(s, d, last);
    }
    static constexpr unsigned count() {
        text_sink s;
        unsigned last = 0;
        Writer::write_to(s, dialect::sqlite, last);
        return last;
    }
};

// `"a" = ?n and "b" = ?n+1` for the primary key.
template <class T>
constexpr void write_key_condition(text_sink& s, dialect d, unsigned& last) {
    comma separate(" and ");
    for (const std::string_view n : members_of<primary_key_of<T>>::template names<T>) {
        separate(s);
        (s.name(n) << " = ").placeholder(d, ++last);
    }
}
template <class T>
inline constexpr unsigned key_parameters = members_of<primary_key_of<T>>::count;

template <class T>
constexpr void write_all_columns(text_sink& s) {
    comma separate;
    for_each_column<T>([&](auto column) {
        separate(s);
        s.name(column.name);
    });
}

// Number of columns for which the predicate type holds: Keep::keep<D>().
template <class T, class Keep>
inline constexpr unsigned count_columns = [] {
    unsigned n = 0;
    for_each_column<T>([&](auto column) { n += Keep::template keep<decltype(column)>() ? 1 : 0; });
    return n;
}();

} // namespace hawser::detail
