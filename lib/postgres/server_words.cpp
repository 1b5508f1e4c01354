#include "postgres/server_words.hpp"
#include <algorithm>
#include <hawser/core/sqlstate.hpp>
#include <hawser/mapping/sql_scan.hpp>
#include <iterator>

namespace hawser::postgres {
namespace {

// Their messages have names of roles, relations and settings, numbers and fixed words:
// 08 the connection, 21 rows of a subquery, 23 and 44 constraints (values are in their DETAIL), 24 and 34 cursors, 25 the
// transaction's state, 26 prepared statements, 27 rows changed twice, 28 the login, 2B dependent objects, 3B savepoints,
// 40 the order of transactions; and single codes that are alike. 53100 and 58 repeat the path of a file, which may be an
// argument; 55P04 repeats a label of an enum.
bool has_names_alone(std::string_view sqlstate) noexcept {
    constexpr std::string_view classes[] = {"08", "21", "23", "24", "25", "26", "27",
                                            "28", "2B", "34", "3B", "40", "44"};
    constexpr std::string_view codes[] = {"42501", "53000", "53200", "53300", "53400", "54001",
                                          "55000", "55006", "55P02", "55P03", "57000", "57014",
                                          "57P01", "57P02", "57P03", "57P04", "57P05"};
    return std::find(std::begin(classes), std::end(classes), sqlstate.substr(0, 2)) != std::end(classes) ||
           std::find(std::begin(codes), std::end(codes), sqlstate) != std::end(codes);
}

// Errors about names: 42 syntax and objects, 3D databases, 3F schemas, 0A what there is not, 0L and 0P roles.
bool is_of_names(std::string_view sqlstate) noexcept {
    constexpr std::string_view classes[] = {"42", "3D", "3F", "0A", "0L", "0P"};
    return std::find(std::begin(classes), std::end(classes), sqlstate.substr(0, 2)) != std::end(classes);
}

// Commands have no placeholders; of those that may read rows a SELECT or a USING tells.
bool sees_no_value(std::string_view sql) {
    using detail::any_word;
    bool first = true;
    while (!sql.empty()) {
        const detail::token t = detail::next_token(sql);
        sql.remove_prefix(t.text.size());
        if (t.kind == detail::token_kind::blank) continue;
        if (first &&
            !any_word(t.text, {"alter",   "analyze", "begin",      "close",    "cluster",   "comment",
                               "commit",  "create",  "deallocate", "discard",  "drop",      "end",
                               "grant",   "listen",  "lock",       "notify",   "reassign",  "reindex",
                               "release", "reset",   "revoke",     "rollback", "savepoint", "set",
                               "show",    "start",   "truncate",   "unlisten", "vacuum"}))
            return false;
        first = false;
        if (t.kind == detail::token_kind::word && any_word(t.text, {"select", "using"})) return false;
    }
    return !first;
}

} // namespace

bool tells_no_value(const pgwire::server_error& e, std::string_view sql) {
    if (!e.where.empty() || !e.internal_query.empty() || e.message.empty()) return false;
    if (e.position > 0 || has_names_alone(e.sqlstate)) return true;
    return is_of_names(e.sqlstate) && sees_no_value(sql);
}

std::string told(const pgwire::server_error& e, std::string_view sql) {
    if (tells_no_value(e, sql)) return std::string(e.message);
    // A prepared statement met a table that has other columns now; the routine's name is not translated.
    if (e.routine == "RevalidateCachedQuery") return "the columns of the statement's result have changed";
    if (e.sqlstate == "P0001") return "refused by a function or a trigger";
    std::string words(sqlstate_name(e.sqlstate));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words.empty() ? "the server refused it" : words;
}

} // namespace hawser::postgres
