#include "postgres/bulk_text.hpp"
#include "postgres/find_bare.hpp"
#include <algorithm>
#include <cstddef>

namespace hawser::postgres {
namespace {

constexpr std::string_view array = "[]";

std::string cast_of(std::size_t placeholder) {
    return '$' + std::to_string(placeholder) + "::";
}

// `_r._12` becomes `$12`.
void append_with_placeholders(std::string& to, std::string_view sql) {
    constexpr std::string_view column = "_r._";
    for (;;) {
        const std::size_t at = find_bare(sql, column);
        to += sql.substr(0, at);
        if (at == sql.size()) return;
        to += '$';
        sql.remove_prefix(at + column.size());
    }
}

// Behind each `_r._4`, and not `_r._42`.
void cast_elements(std::string& text, std::size_t placeholder, std::string_view cast) {
    const std::string element = "_r._" + std::to_string(placeholder);
    for (std::size_t at = find_bare(text, element); at < text.size(); at = find_bare(text, element, at)) {
        at += element.size();
        if (at < text.size() && text[at] >= '0' && text[at] <= '9') continue;
        text.insert(at, cast);
        at += cast.size();
    }
}

} // namespace

std::vector<std::string_view> casts_of(std::string_view sql) {
    std::vector<std::string_view> all;
    for (;;) {
        const std::string cast = cast_of(all.size() + 1);
        const std::size_t at = sql.find(cast);
        if (at == std::string_view::npos) return all;
        const std::string_view rest = sql.substr(at + cast.size());
        all.push_back(rest.substr(0, rest.find(array)));
    }
}

std::string with_forms(std::string_view sql, const std::vector<array_form>& forms) {
    std::string text(sql);
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (!forms[i].as_declared) continue;
        const std::string cast = cast_of(i + 1);
        const std::size_t first = text.find(cast) + cast.size() - 2;
        text.erase(first, text.find(array, first) + array.size() - first);
        if (!forms[i].each_as.empty()) cast_elements(text, i + 1, "::" + forms[i].each_as);
    }
    return text;
}

std::string single_row_of(std::string_view sql) {
    constexpr std::string_view alias = ") with ordinality as _r(";
    constexpr std::string_view ordered = " order by _r._n";
    constexpr std::string_view numbered = " returning _r._n";
    const std::size_t rows = std::min(find_bare(sql, " from unnest("), find_bare(sql, " using unnest("));
    const std::size_t named = find_bare(sql, alias, rows);
    if (named == sql.size()) return {};
    std::string_view rest = sql.substr(sql.find(')', named + alias.size()) + 1);
    if (rest.starts_with(ordered)) rest.remove_prefix(ordered.size());
    if (rest.ends_with(numbered)) rest.remove_suffix(numbered.size());
    std::string text;
    append_with_placeholders(text, sql.substr(0, rows));
    append_with_placeholders(text, rest);
    return text;
}

std::string many_defaults(std::string_view sql) {
    constexpr std::string_view one = " default values";
    const std::size_t at = find_bare(sql, one);
    std::string text(sql.substr(0, at));
    text += " select from generate_series(1, $1)";
    return text.append(sql.substr(std::min(at + one.size(), sql.size())));
}

} // namespace hawser::postgres
