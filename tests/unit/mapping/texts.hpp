#pragma once
// What a static statement says of itself, compared at once.
#include <hawser/mapping/static_statement.hpp>
#include <string>
#include <string_view>
#include "support/catch.hpp"

namespace mapping_test {

struct expected_statement {
    std::string_view name;
    unsigned parameters;
    bool read_only;
    std::string_view sqlite;
    std::string_view postgres;
};

inline void check_statement(const hawser::statement& s, const expected_statement& wanted) {
    CHECK(s.name() == wanted.name);
    CHECK(s.parameters() == wanted.parameters);
    CHECK(s.read_only() == wanted.read_only);
    CHECK(s.text(hawser::dialect::sqlite) == wanted.sqlite);
    CHECK(s.text(hawser::dialect::postgres) == wanted.postgres);
    CHECK(s.lasting());
}

template <class T, class Text>
void check_text(const expected_statement& wanted) {
    const hawser::statement& s = hawser::detail::statement_of<T, Text>;
    check_statement(s, wanted);
    CHECK(s.table() == &hawser::detail::table_of<T>);
}

// The text of an expression alone.
template <class T, class E>
struct expression_text {
    static constexpr void write(hawser::detail::text_sink& s, hawser::dialect d) {
        unsigned last = 0;
        hawser::detail::expression_sink sink{s, d, last};
        E::template write<T>(sink);
    }
};
template <class T, class E>
std::string_view sqlite_text(const E&) {
    return hawser::detail::text_of<expression_text<T, E>, hawser::dialect::sqlite>;
}
template <class T, class E>
std::string_view postgres_text(const E&) {
    return hawser::detail::text_of<expression_text<T, E>, hawser::dialect::postgres>;
}

} // namespace mapping_test
