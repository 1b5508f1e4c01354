#pragma once
// A look through SQL text that knows quotes, comments and placeholders, and nothing more. Runs while compiling
// for literals, at run time for texts.
#include <cstddef>
#include <hawser/core/statement.hpp>
#include <hawser/mapping/text.hpp>
#include <string_view>

namespace hawser::detail {

struct sql_scan {
    unsigned placeholders = 0; // the highest $n
    unsigned columns = 0;      // of a leading SELECT's list; 0: unknown (no SELECT, or a * in it)
    bool open_quote = false;
    bool question_mark = false;
    bool several = false; // text behind a semicolon
    bool gap = false;     // $1 and $3 without $2
    bool reads = false;   // begins like a query and holds no word that writes
    bool control = false; // begins like transaction control or a setting
};

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool is_word_char(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool same_word(std::string_view word, std::string_view lower_case) {
    if (word.size() != lower_case.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (lower(word[i]) != lower_case[i]) return false;
    return true;
}

// What one token of the text is; blank is white space and comments.
enum class token_kind : unsigned char { blank, quoted, open, word, placeholder, question, other };
struct token {
    token_kind kind;
    std::string_view text;
};

// The token at the start of `rest`, which is not empty.
constexpr token next_token(std::string_view rest) {
    const char c = rest[0];
    const auto to_end = [&](std::string_view end, std::size_t from) -> token {
        const std::size_t at = rest.find(end, from);
        if (at == std::string_view::npos) return {token_kind::open, rest};
        return {token_kind::blank, rest.substr(0, at + end.size())};
    };
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return {token_kind::blank, rest.substr(0, 1)};
    if (rest.starts_with("--")) {
        const token t = to_end("\n", 2);
        return {token_kind::blank, t.text};
    }
    if (rest.starts_with("/*")) return to_end("*/", 2);
    if (c == '\'' || c == '"' || c == '`' || c == '[') {
        const char end = c == '[' ? ']' : c;
        const std::size_t at = rest.find(end, 1);
        if (at == std::string_view::npos) return {token_kind::open, rest};
        return {token_kind::quoted,
                rest.substr(0, at + 1)}; // '' inside is two quoted tokens, which is as good
    }
    if (c == '$' && rest.size() > 1 && is_digit(rest[1])) {
        std::size_t n = 1;
        while (n < rest.size() && is_digit(rest[n])) ++n;
        return {token_kind::placeholder, rest.substr(0, n)};
    }
    if (is_word_char(c)) {
        std::size_t n = 1;
        while (n < rest.size() && is_word_char(rest[n])) ++n;
        return {token_kind::word, rest.substr(0, n)};
    }
    return {c == '?' ? token_kind::question : token_kind::other, rest.substr(0, 1)};
}

constexpr unsigned placeholder_number(std::string_view text) {
    unsigned n = 0;
    for (const char c : text.substr(1)) n = n < 100000 ? n * 10 + static_cast<unsigned>(c - '0') : n;
    return n;
}

constexpr bool is_control_word(std::string_view w) {
    for (const std::string_view word :
         {"begin", "commit", "rollback", "savepoint", "release", "end", "abort", "start", "prepare", "attach",
          "detach", "vacuum", "set", "reset", "discard"})
        if (same_word(w, word)) return true;
    return false;
}
constexpr bool is_query_word(std::string_view w) {
    for (const std::string_view word : {"select", "with", "values", "explain", "pragma", "table"})
        if (same_word(w, word)) return true;
    return false;
}
constexpr bool is_writing_word(std::string_view w) {
    for (const std::string_view word :
         {"insert", "update", "delete", "replace", "create", "drop", "alter", "merge", "into"})
        if (same_word(w, word)) return true;
    return false;
}

constexpr sql_scan scan_sql(std::string_view text) {
    sql_scan r;
    unsigned long long seen = 0; // placeholders 1 to 64
    int depth = 0;
    bool first_word = true, in_list = false, ended = false, writes = false;
    while (!text.empty()) {
        const token t = next_token(text);
        text.remove_prefix(t.text.size());
        if (t.kind == token_kind::blank) continue;
        if (ended && t.text != ";") r.several = true;
        switch (t.kind) {
        case token_kind::open: r.open_quote = true; break;
        case token_kind::question: r.question_mark = true; break;
        case token_kind::placeholder: {
            const unsigned n = placeholder_number(t.text);
            if (n == 0) r.gap = true;
            if (n > r.placeholders) r.placeholders = n;
            if (n >= 1 && n <= 64) seen |= 1ull << (n - 1);
            break;
        }
        case token_kind::word:
            if (first_word) {
                r.control = is_control_word(t.text);
                r.reads = is_query_word(t.text);
                if (same_word(t.text, "select")) {
                    in_list = true;
                    r.columns = 1;
                }
            } else if (in_list && depth == 0 && same_word(t.text, "from")) {
                in_list = false;
            } else if (in_list && depth == 0 &&
                       (same_word(t.text, "union") || same_word(t.text, "except") ||
                        same_word(t.text, "intersect"))) {
                in_list = false;
            }
            if (is_writing_word(t.text)) writes = true;
            first_word = false;
            break;
        case token_kind::other:
            if (t.text == "(")
                ++depth;
            else if (t.text == ")")
                --depth;
            else if (t.text == ";")
                ended = true;
            else if (t.text == "," && in_list && depth == 0)
                ++r.columns;
            else if (t.text == "*" && in_list && depth == 0 && r.columns > 0)
                r.columns = 1000; // may be "all columns"
            break;
        default: break;
        }
    }
    if (r.columns >= 1000) r.columns = 0;
    if (writes) r.reads = false;
    const unsigned checked = r.placeholders < 64 ? r.placeholders : 64;
    for (unsigned n = 0; n < checked; ++n)
        if ((seen >> n & 1) == 0) r.gap = true;
    return r;
}

// $n as the dialect spells it.
constexpr void rewrite_placeholders(std::string_view text, dialect d, text_sink& s) {
    while (!text.empty()) {
        const token t = next_token(text);
        text.remove_prefix(t.text.size());
        if (t.kind == token_kind::placeholder)
            s.placeholder(d, placeholder_number(t.text));
        else
            s << t.text;
    }
}

} // namespace hawser::detail
