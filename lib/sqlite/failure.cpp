#include "sqlite/failure.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
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

qualified_columns parse_columns(std::string_view list) {
    qualified_columns out;
    while (!list.empty()) {
        const std::size_t comma = list.find(", ");
        const std::string_view one = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 2);
        const std::size_t dot = one.rfind('.');
        if (dot != std::string_view::npos) out.table = one.substr(0, dot);
        out.columns.emplace_back(dot == std::string_view::npos ? one : one.substr(dot + 1));
    }
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

void describe_check(std::string_view name, const table_info* table, error_info& info) {
    info.constraint = name;
    if (table == nullptr) return;
    info.table = table->name;
    for (const constraint_info& c : table->constraints)
        if (c.kind == constraint_kind::check && c.name == name) take(c, info);
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
        auto failed = parse_columns(what);
        const constraint_info* declared = unique_over(table, failed);
        info.table = std::move(failed.table);
        info.columns = std::move(failed.columns);
        if (declared) info.constraint = declared->name;
        break;
    }
    case SQLITE_CONSTRAINT_NOTNULL: {
        auto failed = parse_columns(behind(message, "NOT NULL constraint failed: "));
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
        auto failed = parse_columns(message.substr(at == std::string_view::npos ? 0 : at + 1));
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
        if (const int at = db ? sqlite3_error_offset(db) : -1; at >= 0)
            info.position = static_cast<std::size_t>(at);
    }
    describe_constraint(info.native_code, message, context.table, info);
    const std::string text = sentence(kind, message, info);
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
