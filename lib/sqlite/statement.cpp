#include "sqlite/statement.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/json_list.hpp"
#include "sqlite/scan.hpp"
#include <cmath>
#include <hawser/core/error.hpp>
#include <hawser/engine/batch.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {

void prepared::finalizer::operator()(sqlite3_stmt* s) const noexcept {
    sqlite3_finalize(s);
}

namespace {

bool only_blank(std::string_view rest) noexcept {
    return rest.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

} // namespace

prepared::prepared(sqlite3* db, std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw_error(errc::syntax_error, "the text holds a zero byte, behind which SQLite reads nothing",
                    {.sql = std::string(text)});
    sqlite3_stmt* stmt = nullptr;
    const char* tail = nullptr;
    const auto compile = [&] {
        return sqlite3_prepare_v3(db, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT,
                                  &stmt, &tail);
    };
    int code = compile();
    if ((code & 0xff) == SQLITE_SCHEMA) {
        // A text that is wrong before it names a table does not make SQLite read a schema that has changed.
        sqlite3_exec(db, "select 1 from sqlite_schema limit 1", nullptr, nullptr, nullptr);
        code = compile();
    }
    if (code != SQLITE_OK) throw_failure(db, code, {.sql = text});
    stmt_.reset(stmt);
    if (stmt == nullptr)
        throw_error(errc::syntax_error, "the text holds no statement", {.sql = std::string(text)});
    if (!only_blank(text.substr(static_cast<std::size_t>(tail - text.data())))) {
        // A comment behind the statement is no second statement: whether there is one is SQLite's to say.
        sqlite3_stmt* second = nullptr;
        const int more = sqlite3_prepare_v2(db, tail, static_cast<int>(text.data() + text.size() - tail),
                                            &second, nullptr);
        sqlite3_finalize(second);
        if (more != SQLITE_OK || second != nullptr)
            throw_error(errc::permission_denied,
                        "only one statement may be sent at a time; use run_script for several",
                        {.sql = std::string(text), .position = static_cast<std::size_t>(tail - text.data())});
    }
    parameter_count_ = sqlite3_bind_parameter_count(stmt);
}

void prepared::bind(std::span<const field_view> values, std::span<const engine::request> earlier, int first) {
    sqlite3_stmt* s = stmt_.get();
    int at = first;
    for (const field_view& v : values) {
        int code = SQLITE_OK;
        switch (v.type) {
        case field_type::null: code = sqlite3_bind_null(s, at); break;
        case field_type::boolean:
        case field_type::int64:
        case field_type::decimal:
        case field_type::instant:
        case field_type::date:
        case field_type::duration: code = sqlite3_bind_int64(s, at, v.integer); break;
        case field_type::float64:
            // SQLite would store NULL in its place.
            if (std::isnan(v.real))
                throw_error(errc::out_of_range, "NaN cannot be stored in SQLite", {.sql = sqlite3_sql(s)});
            code = sqlite3_bind_double(s, at, v.real);
            break;
        case field_type::text:
        case field_type::json:
            code = sqlite3_bind_text64(s, at, v.data, v.size, SQLITE_STATIC, SQLITE_UTF8);
            break;
        case field_type::bytes:
        case field_type::wide_decimal:
        case field_type::uuid: code = sqlite3_bind_blob64(s, at, v.data, v.size, SQLITE_STATIC); break;
        case field_type::list: {
            const std::string json = json_of_list(v.list());
            code = sqlite3_bind_text64(s, at, json.data(), json.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
            break;
        }
        case field_type::key_of:
            code = sqlite3_bind_int64(s, at, earlier[static_cast<std::size_t>(v.integer)].key);
            break;
        }
        if (code != SQLITE_OK) throw_failure(sqlite3_db_handle(s), code, {.sql = sqlite3_sql(s)});
        ++at;
    }
}

int prepared::step() noexcept {
    return sqlite3_step(stmt_.get());
}

void prepared::reset() noexcept {
    sqlite3_reset(stmt_.get());
}

std::int64_t prepared::drain(row_sink* rows, int& code) {
    const std::int64_t count = take(rows, code, true);
    if (code == SQLITE_ROW) code = SQLITE_DONE;
    return count;
}

std::int64_t prepared::take(row_sink* rows, int& code, bool first) {
    code = step();
    // After the first step, not before: a schema change is noticed there, and changes the columns.
    if (first && rows && (code == SQLITE_ROW || code == SQLITE_DONE)) announce(*rows);
    std::int64_t count = 0;
    while (code == SQLITE_ROW) {
        ++count;
        if (rows) {
            read_row();
            if (!rows->row(fields_)) break;
        }
        code = step();
    }
    return count;
}

std::span<const std::string_view> prepared::names() {
    // SQLite compiles a statement anew when the schema has changed.
    const int compiled = sqlite3_stmt_status(stmt_.get(), SQLITE_STMTSTATUS_REPREPARE, 0);
    if (compiled != compiled_ || names_.empty()) {
        const int count = sqlite3_column_count(stmt_.get());
        names_.clear();
        for (int i = 0; i < count; ++i) names_.emplace_back(sqlite3_column_name(stmt_.get(), i));
        compiled_ = compiled;
    }
    return names_;
}

void prepared::announce(row_sink& rows) {
    rows.begin(names());
    fields_.resize(names_.size());
}

// By sqlite3_value_*(): the column functions take a lock and look for errors at each call. That the value is
// "unprotected" matters to those who share a connection among threads.
void prepared::read_row() {
    int at = 0;
    for (field_view& f : fields_) f = field_of(sqlite3_column_value(stmt_.get(), at++));
}

prepared* prepared::scanning() noexcept {
    if (scan_refused_) return nullptr;
    try {
        const int columns = static_cast<int>(names().size());
        if (!scanning_ && columns <= scan::most_columns)
            scanning_ = std::make_unique<prepared>(sqlite3_db_handle(stmt_.get()),
                                                   scan::text_of(sqlite3_sql(stmt_.get()), columns));
    } catch (const std::exception&) {}
    scan_refused_ = scanning_ == nullptr;
    return scanning_.get();
}

} // namespace hawser::sqlite
