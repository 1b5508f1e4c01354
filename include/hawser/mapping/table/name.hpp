#pragma once
// How a table is called.
#include <hawser/mapping/table/meta.hpp>
#include <hawser/mapping/text.hpp>

namespace hawser::detail {

// The table's name where people read it, and as SQLite knows it.
template <class T>
struct qualified_name {
    static constexpr void write(text_sink& s) {
        if (!meta<T>.schema.empty()) s << meta<T>.schema << '.';
        s << meta<T>.name;
    }
};
template <class T>
struct prefixed_name {
    static constexpr void write(text_sink& s) {
        if (!meta<T>.schema.empty()) s << meta<T>.schema << '_';
        s << meta<T>.name;
    }
};

// The only writer of a table's name into SQL.
template <class T>
constexpr text_sink& write_table(text_sink& s, dialect d) {
    if (d == dialect::sqlite) return s.name(static_text<prefixed_name<T>>::view);
    if (!meta<T>.schema.empty()) s.name(meta<T>.schema) << '.';
    return s.name(meta<T>.name);
}
// How the columns of a table that a statement names without an alias are qualified.
template <class T>
constexpr text_sink& write_table_qualifier(text_sink& s, dialect d) {
    return s.name(d == dialect::sqlite ? static_text<prefixed_name<T>>::view : meta<T>.name);
}

} // namespace hawser::detail
