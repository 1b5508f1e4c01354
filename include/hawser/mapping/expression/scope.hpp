#pragma once
// Where an expression's text goes, and how its columns are spelled there.
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/text.hpp>

namespace hawser::detail {

// Where text is written to: placeholders are counted, constants of a CHECK are written out.
struct expression_sink {
    text_sink& out;
    hawser::dialect dialect;
    unsigned& last_placeholder;
};

// What the columns of an expression belong to: the entity of the query, or several joined tables (joined.hpp).
// Says which columns there are, how each is spelled, and of which the row may be lacking.
template <class T>
struct scope {
    template <auto Member>
    static constexpr bool has = has_column<T, Member>;
    template <auto Member>
    static constexpr bool may_lack = false;
    template <auto Member>
    static constexpr void write(text_sink& s) {
        s.name(find_name<T, Member>());
    }
};

} // namespace hawser::detail
