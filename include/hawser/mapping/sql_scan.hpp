#pragma once
// A look through SQL text that knows quotes, comments and placeholders, and nothing more. Runs while compiling
// for literals, at run time for texts.
#include <cstddef>
#include <hawser/core/statement.hpp>
#include <hawser/mapping/text.hpp>
#include <initializer_list>
#include <string_view>

namespace hawser::detail {

struct sql_scan {
    unsigned placeholders = 0; // the highest $n
    unsigned columns = 0;      // of a leading SELECT's list; 0: unknown (no SELECT, or a * in it)
    bool open_quote = false;
    bool question_mark = false; // or :name, @name, $name: what SQLite takes for a placeholder as well
    bool several = false;       // text behind a semicolon
    bool gap = false;           // $1 and $3 without $2
    bool reads = false;         // begins like a query and holds no word that writes
    bool control = false;       // begins like transaction control or a setting
    bool local = false;         // that is a setting, and ends with its transaction
};

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
// Both engines take every byte of other alphabets for a letter.
constexpr bool is_word_start(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_word_char(char c) {
    return is_word_start(c) || is_digit(c);
}
constexpr bool same_word(std::string_view word, std::string_view lower_case) {
    if (word.size() != lower_case.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (lower(word[i]) != lower_case[i]) return false;
    return true;
}
constexpr bool any_word(std::string_view word, std::initializer_list<std::string_view> of_these) {
    for (const std::string_view one : of_these)
        if (same_word(word, one)) return true;
    return false;
}

// What one token of the text is; blank is white space and comments.
enum class token_kind : unsigned char { blank, quoted, open, word, placeholder, question, other };
struct token {
    token_kind kind;
    std::string_view text;
};

// Own loops: GCC 12 with sanitizers does not take string_view::find() for a constant on a template argument's text.
constexpr std::size_t find_text(std::string_view in, std::string_view what, std::size_t from) {
    for (; from + what.size() <= in.size(); ++from)
        if (in[from] == what[0] && in.substr(from, what.size()) == what) return from;
    return std::string_view::npos;
}
constexpr bool holds_any(std::string_view text, std::string_view characters) {
    for (const char c : text)
        for (const char sought : characters)
            if (c == sought) return true;
    return false;
}

// Up to and with `end`, or open.
constexpr token token_until(std::string_view rest, std::string_view end, std::size_t from, token_kind kind) {
    const std::size_t at = find_text(rest, end, from);
    if (at == std::string_view::npos) return {token_kind::open, rest};
    return {kind, rest.substr(0, at + end.size())};
}

// E'it\'s' of PostgreSQL; `rest` begins with the E.
constexpr token escaped_string(std::string_view rest) {
    for (std::size_t n = 2; n < rest.size(); ++n) {
        const bool doubled = rest[n] == '\'' && n + 1 < rest.size() && rest[n + 1] == '\'';
        if (rest[n] == '\'' && !doubled) return {token_kind::quoted, rest.substr(0, n + 1)};
        if (rest[n] == '\\' || doubled) ++n;
    }
    return {token_kind::open, rest};
}

// $1, $$text$$, $tag$text$tag$; $name is a placeholder on SQLite alone.
constexpr token dollar_token(std::string_view rest) {
    std::size_t n = 1;
    if (n < rest.size() && is_digit(rest[n])) {
        while (n < rest.size() && is_digit(rest[n])) ++n;
        return {token_kind::placeholder, rest.substr(0, n)};
    }
    while (n < rest.size() && is_word_char(rest[n])) ++n;
    if (n < rest.size() && rest[n] == '$')
        return token_until(rest, rest.substr(0, n + 1), n + 1, token_kind::quoted);
    return {n > 1 ? token_kind::question : token_kind::other, rest.substr(0, n)};
}

// [name] of SQLite; a subscript or an array of PostgreSQL is brackets and what is between them.
constexpr token bracket_token(std::string_view rest) {
    const token name = token_until(rest, "]", 1, token_kind::quoted);
    if (name.kind == token_kind::open || !holds_any(name.text.substr(1), "$?'\"[(,")) return name;
    return {token_kind::other, rest.substr(0, 1)};
}

// The token at the start of `rest`, which is not empty. A doubled quote is two quoted tokens, which is as good.
constexpr token next_token(std::string_view rest) {
    const char c = rest[0];
    const char next = rest.size() > 1 ? rest[1] : '\0';
    if (c == ' ' || (c >= '\t' && c <= '\r')) return {token_kind::blank, rest.substr(0, 1)};
    if (c == '-' && next == '-') {
        const token line = token_until(rest, "\n", 2, token_kind::blank);
        return {token_kind::blank, line.text}; // the end of the text ends it as well
    }
    if (c == '/' && next == '*') return token_until(rest, "*/", 2, token_kind::blank);
    if (c == '\'' || c == '"' || c == '`') return token_until(rest, rest.substr(0, 1), 1, token_kind::quoted);
    if (c == '[') return bracket_token(rest);
    if (c == '$') return dollar_token(rest);
    if (c == ':' && next == ':') return {token_kind::other, rest.substr(0, 2)};
    if (lower(c) == 'e' && next == '\'') return escaped_string(rest);
    const bool named = (c == ':' || c == '@') && is_word_start(next);
    if (is_word_char(c) || named) {
        std::size_t n = 1;
        while (n < rest.size() && (is_word_char(rest[n]) || (rest[n] == '$' && !is_digit(c)))) ++n;
        return {named ? token_kind::question : token_kind::word, rest.substr(0, n)};
    }
    return {c == '?' ? token_kind::question : token_kind::other, rest.substr(0, 1)};
}

constexpr unsigned placeholder_number(std::string_view text) {
    unsigned n = 0;
    for (const char c : text.substr(1)) n = n < 100000 ? n * 10 + static_cast<unsigned>(c - '0') : n;
    return n;
}

constexpr bool is_control_word(std::string_view w) {
    return any_word(w, {"begin", "commit", "rollback", "savepoint", "release", "end", "abort", "start",
                        "prepare", "attach", "detach", "vacuum", "set", "reset", "discard"});
}
constexpr bool is_query_word(std::string_view w) {
    return any_word(w, {"select", "with", "values", "explain", "pragma", "table"});
}
// `share` locks rows, the last two step a sequence. replace() is a function, and REPLACE comes with INTO.
constexpr bool is_writing_word(std::string_view w) {
    return any_word(w, {"insert", "update", "delete", "create", "drop", "alter", "merge", "into", "share",
                        "nextval", "setval"});
}
// SET LOCAL, ..
constexpr bool is_local_word(std::string_view w) {
    return any_word(w, {"local", "transaction", "constraints"});
}
// What ends a select list at its own depth.
constexpr bool ends_select_list(std::string_view w) {
    return any_word(w, {"from", "union", "except", "intersect", "where", "group", "having", "window", "order",
                        "limit", "offset", "fetch"});
}
// Pragmas whose argument names what is to be read, and those that work without one.
constexpr bool is_reading_pragma(std::string_view w) {
    return any_word(w, {"table_info", "table_xinfo", "table_list", "index_info", "index_xinfo", "index_list",
                        "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"});
}
constexpr bool is_working_pragma(std::string_view w) {
    return any_word(w, {"wal_checkpoint", "incremental_vacuum", "optimize"});
}

class sql_scanner {
public:
    constexpr void take(const token& t) {
        if (t.kind == token_kind::blank) return;
        if (ended_ && t.text != ";") found_.several = true;
        if (t.kind == token_kind::open) found_.open_quote = true;
        if (t.kind == token_kind::question) found_.question_mark = true;
        if (t.kind == token_kind::placeholder) take_placeholder(placeholder_number(t.text));
        if (t.kind == token_kind::word)
            take_word(t.text);
        else
            after_set_ = false;
        if (t.kind == token_kind::other) take_sign(t.text);
        last_word_ = t.kind == token_kind::word ? t.text : std::string_view{};
    }

    [[nodiscard]] constexpr sql_scan found() const {
        sql_scan r = found_;
        if (any_column_) r.columns = 0;
        if (writes_) r.reads = false;
        const unsigned checked = r.placeholders < 64 ? r.placeholders : 64;
        for (unsigned n = 0; n < checked; ++n)
            if ((seen_ >> n & 1) == 0) r.gap = true;
        return r;
    }

private:
    constexpr void take_placeholder(unsigned n) {
        if (n == 0) found_.gap = true;
        if (n > found_.placeholders) found_.placeholders = n;
        if (n >= 1 && n <= 64) seen_ |= 1ull << (n - 1);
    }
    constexpr void take_word(std::string_view w) {
        if (first_word_) {
            first_word_ = false;
            found_.control = is_control_word(w);
            found_.reads = is_query_word(w);
            in_pragma_ = same_word(w, "pragma");
            after_set_ = same_word(w, "set");
            in_list_ = depth_ == 0 && same_word(w, "select");
            if (in_list_) found_.columns = 1;
            return;
        }
        if (after_set_) found_.local = is_local_word(w);
        after_set_ = false;
        if (is_writing_word(w)) writes_ = true;
        if (in_pragma_ && depth_ == 0) {
            pragma_ = w;
            if (is_working_pragma(w)) found_.control = true;
        }
        const bool distinct_from = same_word(w, "from") && same_word(last_word_, "distinct");
        if (in_list_ && depth_ == 0 && ends_select_list(w) && !distinct_from) in_list_ = false;
    }
    constexpr void take_sign(std::string_view sign) {
        if (in_pragma_ && (sign == "=" || (sign == "(" && !is_reading_pragma(pragma_))))
            found_.control = true;
        if (sign == "(" || sign == "[") ++depth_;
        if (sign == ")" || sign == "]") --depth_;
        if (sign == ";") ended_ = true;
        if (!in_list_ || depth_ != 0) return;
        if (sign == ",") ++found_.columns;
        if (sign == "*") any_column_ = true; // or a product
    }

    sql_scan found_;
    unsigned long long seen_ = 0; // placeholders 1 to 64
    int depth_ = 0;
    bool first_word_ = true;
    bool after_set_ = false; // the first word
    bool in_list_ = false;   // of the leading SELECT
    bool in_pragma_ = false;
    bool ended_ = false;
    bool writes_ = false;
    bool any_column_ = false;
    std::string_view last_word_;
    std::string_view pragma_;
};

constexpr sql_scan scan_sql(std::string_view text) {
    sql_scanner scanner;
    while (!text.empty()) {
        const token t = next_token(text);
        text.remove_prefix(t.text.size());
        scanner.take(t);
    }
    return scanner.found();
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
