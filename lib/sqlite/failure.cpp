#include "sqlite/failure.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace hawser::sqlite {
namespace {

// "trades.exchange, trades.exchange_id" as SQLite writes it behind "UNIQUE constraint failed: ".
struct qualified_columns {
    std::string table;
    std::vector<std::string> columns;
};

// The table is called as it is described, where it is the statement's own.
qualified_columns parse_columns(std::string_view list, const table_info* table) {
    qualified_columns out;
    while (!list.empty()) {
        const std::size_t comma = list.find(", ");
        const std::string_view one = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 2);
        const std::size_t dot = one.rfind('.');
        if (dot != std::string_view::npos) out.table = one.substr(0, dot);
        out.columns.emplace_back(dot == std::string_view::npos ? one : one.substr(dot + 1));
    }
    if (table && table->on_sqlite() == out.table) out.table = table->name;
    return out;
}

bool same_columns(const constraint_info& c, const std::vector<std::string>& columns) {
    return std::is_permutation(c.columns.begin(), c.columns.end(), columns.begin(), columns.end());
}

const constraint_info* unique_over(const table_info* table, const qualified_columns& failed) {
    if (table == nullptr || table->name != failed.table) return nullptr;
    for (const constraint_info& c : table->constraints)
        if ((c.kind == constraint_kind::primary_key || c.kind == constraint_kind::unique) &&
            same_columns(c, failed.columns))
            return &c;
    return nullptr;
}

void take(const constraint_info& c, error_info& info) {
    info.constraint = c.name;
    info.columns.assign(c.columns.begin(), c.columns.end());
}

std::string_view behind(std::string_view message, std::string_view prefix) {
    return message.starts_with(prefix) ? message.substr(prefix.size()) : std::string_view{};
}

// SQLite names no constraint and no table where a foreign key fails: only an inserting or updating table's single
// reference is certain. What a deleted row was needed by is another table's to know.
void describe_foreign_key(const table_info* table, error_info& info) {
    if (table == nullptr) return;
    info.table = table->name;
    if (info.sql.starts_with("delete")) return;
    const constraint_info* only = nullptr;
    for (const constraint_info& c : table->constraints) {
        if (c.kind != constraint_kind::foreign_key) continue;
        if (only != nullptr) return;
        only = &c;
    }
    if (only != nullptr) take(*only, info);
}

const constraint_info* check_called(std::string_view name, const table_info* table) {
    if (table == nullptr) return nullptr;
    for (const constraint_info& c : table->constraints)
        if ((c.kind == constraint_kind::check || c.kind == constraint_kind::key_range) && c.name == name)
            return &c;
    return nullptr;
}

void describe_check(std::string_view name, const table_info* table, error_info& info) {
    info.constraint = name;
    if (table) info.table = table->name;
    if (const constraint_info* declared = check_called(name, table)) take(*declared, info);
}

void describe_constraint(int code, std::string_view message, const table_info* table, error_info& info) {
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: {
        const std::string_view what = behind(message, "UNIQUE constraint failed: ");
        if (const auto index = behind(what, "index '"); !index.empty()) { // partial, or over an expression
            info.constraint = index.substr(0, index.size() - 1);
            if (table) info.table = table->name;
            break;
        }
        auto failed = parse_columns(what, table);
        const constraint_info* declared = unique_over(table, failed);
        info.table = std::move(failed.table);
        info.columns = std::move(failed.columns);
        if (declared) info.constraint = declared->name;
        break;
    }
    case SQLITE_CONSTRAINT_NOTNULL: {
        auto failed = parse_columns(behind(message, "NOT NULL constraint failed: "), table);
        info.table = std::move(failed.table);
        info.columns = std::move(failed.columns);
        break;
    }
    case SQLITE_CONSTRAINT_CHECK:
        describe_check(behind(message, "CHECK constraint failed: "), table, info);
        break;
    case SQLITE_CONSTRAINT_FOREIGNKEY: describe_foreign_key(table, info); break;
    case SQLITE_CONSTRAINT_DATATYPE: {
        // "cannot store TEXT value in INTEGER column trades.price"
        const std::size_t at = message.rfind(' ');
        auto failed = parse_columns(message.substr(at == std::string_view::npos ? 0 : at + 1), table);
        info.table = std::move(failed.table);
        info.columns = std::move(failed.columns);
        break;
    }
    default: break;
    }
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& p : parts) text += (text.empty() ? "" : ", ") + p;
    return text;
}

std::string sentence(errc kind, std::string_view engine_says, const error_info& info) {
    std::string text;
    if (!info.constraint.empty()) {
        text = info.constraint;
        if (!info.columns.empty()) text += " (" + joined(info.columns) + ")";
    } else if (!info.columns.empty()) {
        text = info.table + " (" + joined(info.columns) + ")";
    } else {
        text = engine_says;
    }
    if (kind == errc::busy) text += "; another connection or process holds the database's lock";
    if (!info.statement_name.empty()) text += " in " + info.statement_name;
    return text + " (sqlite " + std::to_string(info.native_code) + ")";
}

} // namespace

errc kind_of(int extended) noexcept {
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return errc::unique_violation;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return errc::foreign_key_violation;
    case SQLITE_CONSTRAINT_NOTNULL: return errc::not_null_violation;
    case SQLITE_CONSTRAINT_DATATYPE: return errc::type_mismatch;
    case SQLITE_CANTOPEN_ISDIR:
    case SQLITE_CANTOPEN_FULLPATH: return errc::connect_failed;
    default: break;
    }
    switch (extended & 0xff) {
    case SQLITE_CONSTRAINT: return errc::check_violation;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return errc::busy;
    case SQLITE_INTERRUPT: return errc::cancelled;
    case SQLITE_READONLY: return errc::read_only;
    case SQLITE_FULL: return errc::disk_full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT: return errc::corrupt;
    case SQLITE_IOERR: return errc::connection_lost;
    case SQLITE_CANTOPEN: return errc::connect_failed;
    case SQLITE_AUTH:
    case SQLITE_PERM: return errc::permission_denied;
    case SQLITE_MISMATCH: return errc::type_mismatch;
    case SQLITE_TOOBIG:
    case SQLITE_RANGE: return errc::out_of_range;
    case SQLITE_NOMEM: return errc::connection_lost;
    case SQLITE_MISUSE: return errc::misuse;
    case SQLITE_SCHEMA: return errc::undefined_object;
    default: return errc::syntax_error;
    }
}

namespace {

// SQLITE_ERROR is one code for many things; the message's beginning is stable and tells them apart.
errc kind_of_error(std::string_view message) noexcept {
    if (message.starts_with("no such ") || message.find("has no column named") != std::string_view::npos)
        return errc::undefined_object;
    if (message.find("is no scaled decimal") != std::string_view::npos) return errc::type_mismatch;
    if (message.find("integer overflow") != std::string_view::npos ||
        message.find("out of range") != std::string_view::npos)
        return errc::out_of_range;
    if (message.starts_with("malformed JSON")) return errc::type_mismatch;
    return errc::syntax_error;
}

// Texts of a running statement that hold no value: SQLite's own, and those of the functions that we register.
bool tells_no_value(std::string_view message) noexcept {
    constexpr std::string_view whole[] = {
        "SQL logic error",
        "integer overflow",
        "malformed JSON",
        "JSON cannot hold BLOB values",
        "json_object() labels must be TEXT",
        "json_object() requires an even number of arguments",
        "LIKE or GLOB pattern too complex",
        "ESCAPE expression must be a single character",
        "cannot start a transaction within a transaction",
        "cannot commit - no transaction is active",
        "cannot rollback - no transaction is active",
        "cannot commit transaction - SQL statements in progress",
        "cannot VACUUM from within a transaction",
        "cannot VACUUM - SQL statements in progress",
        "unterminated string",
        "unable to use function MATCH in the requested context",
        "out of range: division by zero",
        "the result of an expression is out of range",
    };
    constexpr std::string_view begins[] = {"no such table: ",    "no such index: ",
                                           "no such module: ",   "no such savepoint: ",
                                           "no such database: ", "vtable constructor failed: ",
                                           "argument of ntile ", "second argument to nth_value "};
    const bool ours = message.starts_with("dec_") &&
                      (message.ends_with("is no scaled decimal") || message.ends_with("out of range"));
    return ours || std::find(std::begin(whole), std::end(whole), message) != std::end(whole) ||
           std::any_of(std::begin(begins), std::end(begins),
                       [&](std::string_view known) { return message.starts_with(known); });
}

// Statements that take no values and read no rows.
bool sees_no_value(std::string_view sql) {
    sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n"), sql.size()));
    std::string begin(sql.substr(0, sizeof "create virtual " - 1));
    for (char& c : begin)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    constexpr std::string_view known[] = {"alter ",  "analyze", "begin",     "commit",  "create virtual ",
                                          "detach ", "drop ",   "reindex",   "release", "rollback",
                                          "pragma ", "vacuum",  "savepoint "};
    return std::any_of(std::begin(known), std::end(known),
                       [&](std::string_view word) { return begin.starts_with(word); });
}

// Whether compiling says the same: then it speaks of the text and the schema only. A statement is compiled anew while
// it runs where the schema has changed.
bool is_of_compiling(sqlite3* db, std::string_view sql, const std::string& message) {
    sqlite3_stmt* made = nullptr;
    const int code = db && !sql.empty()
                         ? sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &made, nullptr)
                         : SQLITE_OK;
    const bool same = code != SQLITE_OK && message == sqlite3_errmsg(db);
    sqlite3_finalize(made);
    return same;
}

// What a running statement complains of may repeat a value: "malformed MATCH expression: [x]", "JSON path error near
// 'x'", "no such column: x" of a word searched for. What is known keeps its shape, without what is not in the
// statement's own text; of all else nothing is told.
std::string without_values(sqlite3* db, std::string message, std::string_view sql) {
    if (tells_no_value(message) || sees_no_value(sql) || is_of_compiling(db, sql, message)) return message;
    struct shape {
        std::string_view before, behind;
    };
    constexpr shape known[] = {{"JSON path error near '", "'"},
                               {"bad JSON path: '", "'"},
                               {"fts5: syntax error near \"", "\""},
                               {"malformed MATCH expression: [", "]"},
                               {"no such column: ", ""},
                               {"no such function: ", ""},
                               {"no such tokenizer: ", ""},
                               {"unable to open database: ", ""},
                               {"unknown special query: ", ""}};
    for (const auto& [before, behind] : known) {
        if (!message.starts_with(before) || !message.ends_with(behind)) continue;
        const std::size_t size = message.size() - before.size() - behind.size();
        const std::string part = message.substr(before.size(), size);
        if (sql.find(part) != std::string_view::npos) return message;
        return message.replace(before.size(), size, "..");
    }
    return "the statement failed while it ran; SQLite's own words may repeat a value and are left out";
}

// Where in the statement's own text the connection's failure lies; empty where SQLite does not say.
std::optional<std::size_t> position_of(sqlite3* db, const failure_context& context) noexcept {
    const int at = db ? sqlite3_error_offset(db) : -1;
    if (at < 0 || static_cast<std::size_t>(at) < context.wrapped) return {};
    const std::size_t inside = static_cast<std::size_t>(at) - context.wrapped;
    if (context.wrapped > 0 && inside >= context.sql.size()) return {};
    return inside;
}

} // namespace

bool poisons(int extended) noexcept {
    const int primary = extended & 0xff;
    return primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

int native_code(const std::exception_ptr& failure) noexcept {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const error& e) { return e.info().native_code; } catch (...) {
    }
    return 0;
}

bool was_interrupted(const std::exception_ptr& failure) noexcept {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const error& e) { return e.kind() == errc::cancelled; } catch (...) {
    }
    return false;
}

bool poisons(const std::exception_ptr& failure) noexcept {
    return failure && poisons(native_code(failure));
}

std::exception_ptr commit_in_doubt(int extended_code, std::string_view name) {
    error_info info;
    info.native_code = extended_code;
    info.statement_name = name;
    info.may_have_executed = true;
    std::string text = "COMMIT failed while writing to disk: the work is stored whole or not at all";
    if (!name.empty()) text += " in " + std::string(name);
    return make_error(errc::commit_unknown, text, std::move(info));
}

std::exception_ptr failure_of(sqlite3* db, int code, const failure_context& context) {
    const std::string message = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    error_info info;
    info.native_code = db ? sqlite3_extended_errcode(db) : code;
    if ((info.native_code & 0xff) != (code & 0xff)) info.native_code = code;
    info.statement_name = context.name;
    info.sql = context.sql;
    // ON DELETE RESTRICT is a trigger inside, and is told as one.
    if (info.native_code == SQLITE_CONSTRAINT_TRIGGER && message == "FOREIGN KEY constraint failed")
        info.native_code = SQLITE_CONSTRAINT_FOREIGNKEY;
    errc kind = kind_of(info.native_code);
    if ((info.native_code & 0xff) == SQLITE_ERROR) {
        kind = kind_of_error(message);
        info.position = position_of(db, context);
    }
    describe_constraint(info.native_code, message, context.table, info);
    if (info.native_code == SQLITE_CONSTRAINT_CHECK)
        if (const constraint_info* failed = check_called(info.constraint, context.table))
            if (failed->kind == constraint_kind::key_range) kind = errc::out_of_range;
    const bool may_repeat = (info.native_code & 0xff) == SQLITE_ERROR && !info.position;
    const std::string text =
        sentence(kind, may_repeat ? without_values(db, message, context.sql) : message, info);
    return make_error(kind, text, std::move(info));
}

std::exception_ptr deferred_failure(const failure_context& context) {
    error_info info;
    info.native_code = SQLITE_CONSTRAINT_FOREIGNKEY;
    info.statement_name = context.name;
    info.sql = context.sql;
    describe_foreign_key(context.table, info);
    const std::string text =
        sentence(errc::foreign_key_violation, "a deferred foreign key is not satisfied", info);
    return make_error(errc::foreign_key_violation, text, std::move(info));
}

void throw_failure(sqlite3* db, int code, const failure_context& context) {
    std::rethrow_exception(failure_of(db, code, context));
}

} // namespace hawser::sqlite
