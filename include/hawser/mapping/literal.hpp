#pragma once
// SQL text given as a template argument: looked through while compiling.
#include <algorithm>
#include <cstddef>
#include <hawser/core/statement.hpp>
#include <hawser/mapping/sql_scan.hpp>
#include <hawser/mapping/text.hpp>
#include <string_view>

namespace hawser {

// A string literal as a template argument: db.query<row, "select ..">().
template <std::size_t N>
struct literal {
    char text[N]{};
    consteval literal(const char (&s)[N]) { std::copy_n(s, N, text); }
    [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

namespace detail {

template <literal Text>
struct literal_text {
    static constexpr void write(text_sink& s, dialect d) { rewrite_placeholders(Text.view(), d, s); }
};

template <literal Text>
inline constexpr sql_scan scan_of = scan_sql(Text.view());

// A transaction's settings may end with it; a session's connection is the caller's own, and may be asked for anything.
enum class taken_by : unsigned char { shared_lane, transaction, session };

// What can be told without a database, one line each.
template <literal Text, std::size_t Arguments, taken_by By = taken_by::shared_lane>
struct checked_literal {
    static constexpr const sql_scan& s = scan_of<Text>;
    static_assert(!s.open_quote, "hawser: a quote or comment in the SQL text is not closed");
    static_assert(!s.question_mark,
                  "hawser: placeholders are $1, $2, ..; the SQL text has a ?, :name, @name or $name");
    static_assert(!s.several, "hawser: one statement per call; run_script takes several");
    static_assert(!s.gap, "hawser: the placeholders of the SQL text leave out a number");
    static_assert(s.placeholders == Arguments,
                  "hawser: the number of arguments differs from the $n placeholders of the SQL text");
    static_assert(
        By == taken_by::session || (By == taken_by::transaction && s.local) || !s.control,
        "hawser: transaction control and settings do not go through the shared lane; use db.transaction or "
        "db.session");
    static constexpr bool ok = true;
};

template <literal Text>
inline constexpr statement literal_statement{statement::facts{
    .name = "sql",
    .sqlite = text_of<literal_text<Text>, dialect::sqlite>,
    .postgres = text_of<literal_text<Text>, dialect::postgres>,
    .parameters = static_cast<std::uint16_t>(scan_of<Text>.placeholders),
    .read_only = scan_of<Text>.reads,
    .lasting = true,
    .table = nullptr,
}};

} // namespace detail

} // namespace hawser
