#include "postgres/constraint.hpp"
#include <algorithm>

namespace hawser::postgres {
namespace {

constexpr std::size_t longest_name = 63;

// No character is cut in two.
std::string_view clipped(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    return text.substr(0, most);
}

// table_columns_label; of the first two the longer gives way.
std::string object_name(std::string_view table, std::string_view columns, std::string_view label) {
    const std::size_t room = longest_name - label.size() - 1 - (columns.empty() ? 0 : 1);
    std::size_t a = table.size();
    std::size_t b = columns.size();
    while (a + b > room) (a > b ? a : b)--;
    std::string out(clipped(table, a));
    if (!columns.empty()) out.append(1, '_').append(clipped(columns, b));
    return out.append(1, '_').append(label);
}

std::string joined(std::span<const std::string_view> columns) {
    std::string out;
    for (const std::string_view c : columns) {
        if (out.size() > longest_name) break;
        if (!out.empty()) out += '_';
        out += c.substr(0, longest_name);
    }
    return out;
}

std::string made_name(constraint_kind kind, std::string_view table, std::span<const std::string_view> columns,
                      std::string_view number) {
    const auto label = [&](const char* word) { return word + std::string(number); };
    switch (kind) {
    case constraint_kind::primary_key: return object_name(table, {}, label("pkey"));
    case constraint_kind::unique: return object_name(table, joined(columns), label("key"));
    case constraint_kind::foreign_key: return object_name(table, joined(columns), label("fkey"));
    case constraint_kind::check:
    case constraint_kind::key_range: break;
    }
    return object_name(table, columns.size() == 1 ? columns[0] : std::string_view{}, label("check"));
}

bool fits(std::string_view sqlstate, constraint_kind kind) {
    switch (kind) {
    case constraint_kind::primary_key:
    case constraint_kind::unique: return sqlstate == "23505" || sqlstate == "23P01";
    case constraint_kind::foreign_key: return sqlstate == "23503" || sqlstate == "23001";
    case constraint_kind::check:
    case constraint_kind::key_range: return sqlstate == "23514";
    }
    return false;
}

bool same_columns(const constraint_info& c, const std::vector<std::string>& columns) {
    return !columns.empty() &&
           std::is_permutation(c.columns.begin(), c.columns.end(), columns.begin(), columns.end());
}

// Without its schema.
std::string_view own_name(std::string_view table) {
    const std::size_t dot = table.rfind('.');
    return dot == std::string_view::npos ? table : table.substr(dot + 1);
}

// A second constraint of the same name has a number behind it. A column's own digits at the end of the name are in
// what is compared, so that a number is only one where the name without it is another's.
bool is_automatic(const constraint_info& c, std::string_view name, std::string_view table) {
    const std::size_t end = name.find_last_not_of("0123456789") + 1;
    const std::string_view number = name.substr(end);
    return name == made_name(c.kind, table, c.columns, {}) ||
           (!number.empty() && number.size() <= 4 && name == made_name(c.kind, table, c.columns, number));
}

bool is_plain_start(char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_plain(char c) {
    return is_plain_start(c) || (c >= '0' && c <= '9') || c == '$';
}

// An identifier as the server writes it, taken from the front of `text`; empty where there is something else.
std::string take_identifier(std::string_view& text) {
    std::string out;
    if (text.empty()) return out;
    if (text[0] != '"') {
        if (!is_plain_start(text[0])) return out;
        const auto end = std::find_if_not(text.begin(), text.end(), &is_plain);
        out.assign(text.begin(), end);
        text.remove_prefix(out.size());
        return out;
    }
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"' && (i + 1 == text.size() || text[i + 1] != '"')) {
            text.remove_prefix(i + 1);
            return out;
        }
        if (text[i] == '"') ++i;
        out += text[i];
    }
    return {};
}

} // namespace

std::string automatic_name(constraint_kind kind, std::string_view table,
                           std::span<const std::string_view> columns) {
    return made_name(kind, table, columns, {});
}

std::vector<std::string> key_columns(std::string_view detail) {
    const std::size_t open = detail.find('(');
    if (open == std::string_view::npos) return {};
    std::string_view rest = detail.substr(open + 1);
    std::vector<std::string> columns;
    while (true) {
        std::string one = take_identifier(rest);
        if (one.empty()) return {};
        columns.push_back(std::move(one));
        if (!rest.starts_with(", ")) break;
        rest.remove_prefix(2);
    }
    return rest.starts_with(")=(") ? columns : std::vector<std::string>{};
}

std::string table_name(std::string_view schema, std::string_view table, const table_info* described) {
    std::string whole = std::string(schema) + '.' + std::string(table);
    if (described && (described->name == whole || described->name == table))
        return std::string(described->name);
    if (schema.empty() || schema == "public" || schema.starts_with("pg_temp")) return std::string(table);
    return whole;
}

const constraint_info* declared_constraint(std::string_view sqlstate, std::string_view name,
                                           const std::vector<std::string>& columns, const table_info& table) {
    const auto first = [&](auto is_it) -> const constraint_info* {
        for (const constraint_info& c : table.constraints)
            if (fits(sqlstate, c.kind) && is_it(c)) return &c;
        return nullptr;
    };
    if (const auto* c = first([&](const auto& one) { return one.name == name; })) return c;
    if (sqlstate == "23505")
        if (const auto* c = first([&](const auto& one) { return same_columns(one, columns); })) return c;
    return first([&](const auto& one) { return is_automatic(one, name, own_name(table.name)); });
}

} // namespace hawser::postgres
