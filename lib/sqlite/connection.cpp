#include "sqlite/connection.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/functions.hpp"
#include "sqlite/library.hpp"
#include <hawser/core/error.hpp>
#include <sqlite3.h>
#include <thread>

namespace hawser::sqlite {
namespace {

constexpr std::size_t recent_statements = 100; // kept by text
constexpr auto lock_poll = std::chrono::milliseconds(1);

} // namespace

void connection::closer::operator()(sqlite3* db) const noexcept {
    sqlite3_close_v2(db);
}

connection::connection(const settings& s, role r) {
    initialize_library();
    open(s, r);
    configure(s, r);
}

connection::~connection() {
    // Statements go before the connection, or it would stay open behind them.
    own_.clear();
    by_text_.clear();
    recent_.clear();
    lasting_.clear();
}

void connection::open(const settings& s, role r) {
    const bool writes = r != role::reader && !s.read_only;
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(s.path.c_str(), &db, flags, nullptr);
    db_.reset(db);
    if (code == SQLITE_OK) return;
    error_info info;
    info.native_code = code;
    throw_error(errc::connect_failed,
                "cannot open " + s.path + ": " + (db ? sqlite3_errmsg(db) : sqlite3_errstr(code)), std::move(info));
}

void connection::set_and_check(const char* name, std::int64_t value) {
    const std::string pragma_text = std::string("pragma ") + name;
    require_own((pragma_text + "=" + std::to_string(value)).c_str());
    if (pragma(pragma_text.c_str()) != value)
        throw_error(errc::unsupported, pragma_text + " could not be set to " + std::to_string(value));
}

void connection::configure(const settings& s, role r) {
    sqlite3* db = handle();
    trusted_ = true;
    sqlite3_busy_handler(db, &connection::on_busy, this);
    lock_deadline_ = after(s.busy_timeout);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    const bool file = r != role::sole;
    const bool writes = r != role::reader && !s.read_only;
    if (file && writes) {
        prepared journal(db, "pragma journal_mode=wal");
        if (journal.step() != SQLITE_ROW) throw_failure(db, sqlite3_errcode(db), {.sql = "pragma journal_mode=wal"});
        const std::string mode = reinterpret_cast<const char*>(sqlite3_column_text(journal.handle(), 0));
        if (mode != "wal") throw_error(errc::unsupported, s.path + ": this file system offers no write-ahead log (" + mode + ")");
        set_and_check("synchronous", s.durability == durability::full ? 2 : 1);
        set_and_check("journal_size_limit", 64 << 20);
        sqlite3_wal_hook(db, &connection::on_log, this);
    }
    if (file) set_and_check("wal_autocheckpoint", 0);
    if (writes) {
        // A savepoint that is rolled back after its pages spilled loses acknowledged rows: see known_issues().
        set_and_check("cache_spill", 0);
        set_and_check("temp_store", 2);
    } else {
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        set_and_check("query_only", 1);
        if (s.reader_mmap_bytes > 0) require_own(("pragma mmap_size=" + std::to_string(s.reader_mmap_bytes)).c_str());
    }
    set_and_check("cache_size", -static_cast<std::int64_t>(s.cache_kib));
    set_and_check("foreign_keys", 1);
    set_and_check("cell_size_check", 1);
    register_functions(db);
    sqlite3_set_authorizer(db, &connection::authorize, this);
    trusted_ = false;
}

int connection::on_busy(void* self, int) noexcept {
    auto& me = *static_cast<connection*>(self);
    if (me.stop_.load(std::memory_order_relaxed) || clock::now() >= me.lock_deadline_) return 0;
    std::this_thread::sleep_for(lock_poll);
    return 1;
}

int connection::on_log(void* self, sqlite3*, const char*, int frames) noexcept {
    static_cast<connection*>(self)->log_frames_ = frames;
    return SQLITE_OK;
}

int connection::authorize(void* self, int action, const char*, const char* argument, const char*, const char*) noexcept {
    if (static_cast<connection*>(self)->trusted_) return SQLITE_OK;
    switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH: return SQLITE_DENY;
    case SQLITE_PRAGMA: return argument == nullptr ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_OK;
    }
}

prepared& connection::prepare(const statement& s) {
    const std::string_view text = s.text(dialect::sqlite);
    try {
        if (s.lasting()) {
            auto [at, fresh] = lasting_.try_emplace(&s);
            if (fresh) {
                try {
                    at->second = prepared(handle(), text);
                } catch (...) {
                    lasting_.erase(at);
                    throw;
                }
            }
            return at->second;
        }
        if (auto known = by_text_.find(text); known != by_text_.end()) {
            recent_.splice(recent_.begin(), recent_, known->second);
            return recent_.front().second;
        }
        recent_.emplace_front(std::string(text), prepared(handle(), text));
    } catch (const error& e) {
        if (!e.info().statement_name.empty()) throw;
        error_info info = e.info();
        info.statement_name = s.name();
        throw_error(e.kind(), e.message(), std::move(info));
    }
    by_text_.emplace(recent_.front().first, recent_.begin());
    if (recent_.size() > recent_statements) {
        by_text_.erase(recent_.back().first);
        recent_.pop_back();
    }
    return recent_.front().second;
}

prepared& connection::prepare_derived(const void* key, std::string_view text) {
    auto [at, fresh] = lasting_.try_emplace(key);
    if (fresh) {
        try {
            at->second = prepared(handle(), text);
        } catch (...) {
            lasting_.erase(at);
            throw;
        }
    }
    return at->second;
}

int connection::exec_own(const char* sql) noexcept {
    try {
        auto [at, fresh] = own_.try_emplace(sql);
        if (fresh) {
            trusted_ = true;
            try {
                at->second = prepared(handle(), sql);
            } catch (...) {
                own_.erase(at);
                trusted_ = false;
                return sqlite3_extended_errcode(handle());
            }
            trusted_ = false;
        }
        reset_guard guard(at->second);
        int code = SQLITE_OK;
        trusted_ = true; // a schema change makes SQLite compile it anew, past the authorizer
        do code = at->second.step();
        while (code == SQLITE_ROW);
        trusted_ = false;
        return code == SQLITE_DONE ? SQLITE_OK : code;
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
}

void connection::require_own(const char* sql) {
    trusted_ = true;
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    trusted_ = false;
    if (code != SQLITE_OK) throw_failure(handle(), code, {.sql = sql});
}

std::int64_t connection::pragma(const char* sql) {
    trusted_ = true;
    prepared p(handle(), sql);
    trusted_ = false;
    const int code = p.step();
    if (code != SQLITE_ROW) throw_failure(handle(), code, {.sql = sql});
    return sqlite3_column_int64(p.handle(), 0);
}

void connection::run_script(std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
        sqlite3_stmt* stmt = nullptr;
        const char* tail = nullptr;
        int code = sqlite3_prepare_v2(handle(), text.data(), static_cast<int>(text.size()), &stmt, &tail);
        const std::string_view one = text.substr(0, static_cast<std::size_t>(tail - text.data()));
        if (code == SQLITE_OK && stmt != nullptr) {
            do code = sqlite3_step(stmt);
            while (code == SQLITE_ROW);
            if (code == SQLITE_DONE) code = SQLITE_OK;
        }
        std::exception_ptr failure;
        if (code != SQLITE_OK)
            failure = failure_of(handle(), code, {.name = "statement " + std::to_string(number + 1) + " of the script", .sql = one});
        sqlite3_finalize(stmt);
        if (failure) std::rethrow_exception(failure);
        text.remove_prefix(one.size());
        ++number;
    }
}

bool connection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle()) == 0;
}

bool connection::has_deferred_violations() const noexcept {
    int now = 0, high = 0;
    sqlite3_db_status(handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &now, &high, 0);
    return now > 0;
}

std::int64_t connection::last_insert_key() const noexcept {
    return sqlite3_last_insert_rowid(handle());
}
std::int64_t connection::changes() const noexcept {
    return sqlite3_changes64(handle());
}
void connection::interrupt() noexcept {
    sqlite3_interrupt(handle());
}

connection::checkpoint_result connection::checkpoint(bool truncate) noexcept {
    checkpoint_result r{};
    r.code = sqlite3_wal_checkpoint_v2(handle(), nullptr,
                                       truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
                                       &r.log_frames, &r.copied_frames);
    if (r.code == SQLITE_OK && r.log_frames == r.copied_frames) log_frames_ = 0;
    return r;
}

} // namespace hawser::sqlite
