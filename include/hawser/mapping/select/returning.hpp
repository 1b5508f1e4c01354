#pragma once
// UPDATE and DELETE by condition that give back the rows they have changed.
#include <hawser/mapping/select.hpp>

namespace hawser::detail {

template <class T>
constexpr void write_returning(text_sink& s) {
    s << " returning ";
    write_all_columns<T>(s);
}

// The same text with ` returning` and every column.
template <class T, class Change>
struct returning_text : counted_text<returning_text<T, Change>> {
    static constexpr std::string_view verb = Change::verb;
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        Change::write_to(s, d, last);
        write_returning<T>(s);
    }
    static constexpr unsigned parameters = counted_text<returning_text>::count();
};

} // namespace hawser::detail
