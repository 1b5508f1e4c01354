#include "support/raw_sqlite.hpp"
#include <sqlite3.h>
#include <stdexcept>

namespace support {

void raw_sqlite::closer::operator()(sqlite3* db) const noexcept {
    sqlite3_close_v2(db);
}

raw_sqlite::raw_sqlite(const std::string& path, const char* vfs) {
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &db,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, vfs);
    db_.reset(db);
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db));
}

void raw_sqlite::exec(const std::string& sql) {
    if (try_exec(sql) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle()));
}

int raw_sqlite::try_exec(const std::string& sql) noexcept {
    return sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
}

std::string raw_sqlite::text(const std::string& sql) {
    sqlite3_stmt* stmt = nullptr;
    if (sqlite3_prepare_v2(handle(), sql.c_str(), -1, &stmt, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(handle()));
    std::string out;
    const int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(stmt, 0));
        out = text ? text : "NULL";
    }
    sqlite3_finalize(stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle()));
    return out;
}

} // namespace support
