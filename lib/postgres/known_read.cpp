#include "postgres/known_read.hpp"
#include <algorithm>
#include <hawser/mapping/sql_scan.hpp>
#include <iterator>
#include <string>
#include <string_view>

namespace hawser::postgres {
namespace {

// Words that a parenthesis may follow: keywords, types, and functions that change nothing. Sorted.
constexpr std::string_view harmless[] = {
    "abs",
    "age",
    "all",
    "and",
    "any",
    "array",
    "array_agg",
    "array_length",
    "array_position",
    "array_to_string",
    "as",
    "avg",
    "between",
    "bit",
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "btrim",
    "by",
    "cardinality",
    "case",
    "cast",
    "ceil",
    "ceiling",
    "char",
    "char_length",
    "character",
    "clock_timestamp",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "cube",
    "cume_dist",
    "current_database",
    "current_schema",
    "current_setting",
    "date_part",
    "date_trunc",
    "decimal",
    "decode",
    "dense_rank",
    "distinct",
    "else",
    "encode",
    "every",
    "except",
    "exists",
    "exp",
    "extract",
    "filter",
    "first_value",
    "float",
    "floor",
    "format",
    "from",
    "generate_series",
    "greatest",
    "grouping",
    "having",
    "ilike",
    "in",
    "initcap",
    "intersect",
    "interval",
    "is",
    "join",
    "json_agg",
    "json_array_elements",
    "json_build_array",
    "json_build_object",
    "jsonb_agg",
    "jsonb_array_elements",
    "jsonb_build_array",
    "jsonb_build_object",
    "lag",
    "last_value",
    "lateral",
    "lead",
    "least",
    "left",
    "length",
    "like",
    "limit",
    "ln",
    "log",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "make_timestamp",
    "materialized",
    "max",
    "md5",
    "min",
    "mod",
    "not",
    "now",
    "nth_value",
    "ntile",
    "nullif",
    "numeric",
    "octet_length",
    "offset",
    "on",
    "or",
    "order",
    "over",
    "overlay",
    "partition",
    "percent_rank",
    "percentile_cont",
    "percentile_disc",
    "pg_backend_pid",
    "pg_sleep",
    "pg_typeof",
    "position",
    "power",
    "random",
    "rank",
    "regexp_match",
    "regexp_matches",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rollup",
    "round",
    "row",
    "row_number",
    "row_to_json",
    "rpad",
    "rtrim",
    "select",
    "sets",
    "sign",
    "similar",
    "some",
    "split_part",
    "sqrt",
    "starts_with",
    "stddev",
    "string_agg",
    "string_to_array",
    "strpos",
    "substr",
    "substring",
    "sum",
    "then",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "trim",
    "trunc",
    "union",
    "unnest",
    "upper",
    "using",
    "values",
    "varchar",
    "variance",
    "varying",
    "version",
    "when",
    "where",
    "width_bucket",
    "with",
    "within",
};
static_assert(std::is_sorted(std::begin(harmless), std::end(harmless)));

bool is_harmless(std::string_view word) {
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(), detail::lower);
    return std::binary_search(std::begin(harmless), std::end(harmless), lower);
}

// Where a name of somebody's own is followed by a parenthesis.
bool calls_unknown(std::string_view sql) {
    using detail::token_kind;
    detail::token last{token_kind::blank, {}};
    bool qualified = false; // a dot is in front of `last`
    while (!sql.empty()) {
        const detail::token t = detail::next_token(sql);
        sql.remove_prefix(t.text.size());
        if (t.kind == token_kind::blank) continue;
        const bool name =
            last.kind == token_kind::word || (last.kind == token_kind::quoted && last.text.starts_with('"'));
        if (t.text == "(" && name &&
            (qualified || last.kind == token_kind::quoted || !is_harmless(last.text)))
            return true;
        qualified = last.kind == token_kind::other && last.text == ".";
        last = t;
    }
    return false;
}

} // namespace

bool is_known_read(const statement& what) {
    if (!what.read_only()) return false;
    return what.table() != nullptr || !calls_unknown(what.text(dialect::postgres));
}

} // namespace hawser::postgres
