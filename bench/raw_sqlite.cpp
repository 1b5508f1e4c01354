#include "raw_sqlite.hpp"
#include <sqlite3.h>
#include <stdexcept>

namespace bench {

struct raw_sqlite::state {
    sqlite3* db = nullptr;
    sqlite3_stmt* insert = nullptr;
    sqlite3_stmt* begin = nullptr;
    sqlite3_stmt* commit = nullptr;

    void check(int code) const {
        if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
            throw std::runtime_error(sqlite3_errmsg(db));
    }
    void exec(const char* sql) const { check(sqlite3_exec(db, sql, nullptr, nullptr, nullptr)); }
    sqlite3_stmt* prepare(std::string_view sql) const {
        sqlite3_stmt* s = nullptr;
        check(sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &s,
                                 nullptr));
        return s;
    }
    void run(sqlite3_stmt* s) const {
        check(sqlite3_step(s));
        sqlite3_reset(s);
    }
};

raw_sqlite::raw_sqlite(const std::string& path) : state_(new state) {
    state& s = *state_;
    sqlite3_open_v2(path.c_str(), &s.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                    nullptr);
    s.exec(
        "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma temp_store=memory;"
        "pragma cache_size=-10240");
    s.exec(std::string(hawser::create_sqlite<prediction>).c_str());
    s.insert = s.prepare("insert into predictions (symbol, model, value, confidence, features, created_at, "
                         "updated_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    s.begin = s.prepare("begin immediate");
    s.commit = s.prepare("commit");
}

raw_sqlite::~raw_sqlite() {
    for (sqlite3_stmt* s : {state_->insert, state_->begin, state_->commit}) sqlite3_finalize(s);
    sqlite3_close(state_->db);
    delete state_;
}

void raw_sqlite::begin() {
    state_->run(state_->begin);
}
void raw_sqlite::commit() {
    state_->run(state_->commit);
}

void raw_sqlite::insert(std::span<const prediction> rows) {
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    sqlite3_stmt* s = state_->insert;
    const auto text = [s](int at, const std::string& v) {
        sqlite3_bind_text(s, at, v.data(), static_cast<int>(v.size()), SQLITE_STATIC);
    };
    for (const prediction& row : rows) {
        text(1, row.symbol);
        text(2, row.model);
        sqlite3_bind_double(s, 3, row.value);
        sqlite3_bind_double(s, 4, row.confidence);
        text(5, row.features);
        sqlite3_bind_int64(s, 6, now);
        sqlite3_bind_int64(s, 7, now);
        state_->run(s);
    }
}

} // namespace bench
