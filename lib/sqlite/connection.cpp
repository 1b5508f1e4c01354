#include "sqlite/connection.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/functions.hpp"
#include "sqlite/library.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <iterator>
#include <new>
#include <sqlite3.h>
#include <thread>
#include <utility>

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

// The authorizer lets control statements pass.
class connection::trust {
public:
    explicit trust(connection& c) noexcept : c_(c), before_(std::exchange(c.trusted_, true)) {}
    ~trust() { c_.trusted_ = before_; }
    trust(const trust&) = delete;
    trust& operator=(const trust&) = delete;

private:
    connection& c_;
    const bool before_;
};

void connection::open(const settings& s, role r) {
    const bool writes = r != role::reader && !s.read_only;
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(s.path.c_str(), &db, flags, nullptr);
    db_.reset(db);
    // SQLite opens a file that may not be written read-only, and says nothing.
    if (code == SQLITE_OK && writes && sqlite3_db_readonly(db, "main") == 1)
        throw_error(errc::read_only, "cannot open " + s.path + ": the file is write-protected");
    if (code == SQLITE_OK) return;
    error_info info;
    info.native_code = code;
    throw_error(errc::connect_failed,
                "cannot open " + s.path + ": " + (db ? sqlite3_errmsg(db) : sqlite3_errstr(code)),
                std::move(info));
}

void connection::set_and_check(const char* name, std::int64_t value) {
    const std::string pragma_text = std::string("pragma ") + name;
    require_own((pragma_text + "=" + std::to_string(value)).c_str());
    if (pragma(pragma_text.c_str()) != value)
        throw_error(errc::unsupported, pragma_text + " could not be set to " + std::to_string(value));
}

void connection::switch_and_check(int option, bool on, const char* name) {
    int is = -1;
    if (sqlite3_db_config(handle(), option, on ? 1 : 0, &is) != SQLITE_OK || (is != 0) != on)
        throw_error(errc::unsupported, std::string(name) + " could not be switched " + (on ? "on" : "off"));
}

void connection::use_log(const settings& s) {
    prepared journal(handle(), "pragma journal_mode=wal");
    if (const int code = journal.step(); code != SQLITE_ROW)
        throw_failure(handle(), code, {.sql = "pragma journal_mode=wal"});
    const std::string mode = reinterpret_cast<const char*>(sqlite3_column_text(journal.handle(), 0));
    if (mode != "wal")
        throw_error(errc::unsupported,
                    s.path + ": this file system offers no write-ahead log (" + mode + ")");
    journal.reset();
    set_and_check("synchronous", s.durability == durability::full ? 2 : 1);
    set_and_check("journal_size_limit", 64 << 20);
}

void connection::configure(const settings& s, role r) {
    sqlite3* db = handle();
    const trust guard(*this);
    sqlite3_busy_handler(db, &connection::on_busy, this);
    lock_deadline_ = after(s.busy_timeout);
    switch_and_check(SQLITE_DBCONFIG_DEFENSIVE, true, "defensive");
    switch_and_check(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false, "trusted_schema");
    switch_and_check(SQLITE_DBCONFIG_DQS_DML, false, "dqs_dml");
    switch_and_check(SQLITE_DBCONFIG_DQS_DDL, false, "dqs_ddl");
    switch_and_check(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, false, "load_extension");
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    const bool file = r != role::sole;
    const bool writes = r != role::reader && !s.read_only;
    if (file && writes) use_log(s);
    if (file) set_and_check("wal_autocheckpoint", 0);
    if (file && writes)
        sqlite3_wal_hook(db, &connection::on_log, this); // wal_autocheckpoint takes the hook away
    if (writes) {
        // A savepoint that is rolled back after its pages spilled loses acknowledged rows: see known_issues().
        set_and_check("cache_spill", 0);
        set_and_check("temp_store", 2);
    } else {
        switch_and_check(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true, "no_ckpt_on_close");
        set_and_check("query_only", 1);
        if (s.reader_mmap_bytes > 0)
            require_own(("pragma mmap_size=" + std::to_string(s.reader_mmap_bytes)).c_str());
    }
    set_and_check("cache_size", -static_cast<std::int64_t>(s.cache_kib));
    set_and_check("foreign_keys", 1);
    set_and_check("cell_size_check", 1);
    register_functions(db);
    sqlite3_set_authorizer(db, &connection::authorize, this);
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

namespace {

// Of the pragmas that take an argument, those that only read.
bool reads_only(std::string_view pragma) noexcept {
    constexpr std::string_view known[] = {
        "table_info",  "table_xinfo",      "table_list",        "index_list",      "index_info",
        "index_xinfo", "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"};
    return std::find(std::begin(known), std::end(known), pragma) != std::end(known);
}

// Of those that do something without an argument, the ones that are ours to do.
bool acts(std::string_view pragma) noexcept {
    return pragma == "wal_checkpoint" || pragma == "incremental_vacuum";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

} // namespace

int connection::authorize(void* self, int action, const char* name, const char* argument, const char*,
                          const char*) noexcept {
    if (static_cast<connection*>(self)->trusted_) return SQLITE_OK;
    switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH: return SQLITE_DENY;
    case SQLITE_PRAGMA: {
        const std::string pragma = lower(name);
        return (argument == nullptr ? !acts(pragma) : reads_only(pragma)) ? SQLITE_OK : SQLITE_DENY;
    }
    default: return SQLITE_OK;
    }
}

prepared& connection::prepare(const statement& s, std::string_view name) {
    const std::string_view text = s.text(dialect::sqlite);
    try {
        if (!s.lasting()) return prepare(text);
        auto [at, fresh] = lasting_.try_emplace(&s);
        if (!fresh) return at->second;
        try {
            at->second = prepared(handle(), text);
        } catch (...) {
            lasting_.erase(at);
            throw;
        }
        return at->second;
    } catch (const error& e) {
        error_info info = e.info();
        info.statement_name = name.empty() ? s.name() : name;
        throw_error(e.kind(), e.message(), std::move(info));
    }
}

prepared& connection::prepare(std::string_view text) {
    if (auto known = by_text_.find(text); known != by_text_.end()) {
        recent_.splice(recent_.begin(), recent_, known->second);
        return recent_.front().second;
    }
    recent_.emplace_front(std::string(text), prepared(handle(), text));
    by_text_.emplace(recent_.front().first, recent_.begin());
    if (recent_.size() > recent_statements) {
        by_text_.erase(recent_.back().first);
        recent_.pop_back();
    }
    return recent_.front().second;
}

int connection::exec_own(const char* sql) noexcept {
    try {
        const trust guard(*this); // also for the steps: a schema change makes SQLite compile anew
        auto [at, fresh] = own_.try_emplace(sql);
        if (fresh) {
            try {
                at->second = prepared(handle(), sql);
            } catch (const error&) {
                own_.erase(at);
                return sqlite3_extended_errcode(handle());
            }
        }
        reset_guard reset(at->second);
        int code = SQLITE_OK;
        do code = at->second.step();
        while (code == SQLITE_ROW);
        return code == SQLITE_DONE ? SQLITE_OK : code;
    } catch (const std::bad_alloc&) { return SQLITE_NOMEM; }
}

void connection::require_own(const char* sql) {
    const trust guard(*this);
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_failure(handle(), code, {.sql = sql});
}

std::int64_t connection::pragma(const char* sql) {
    const trust guard(*this);
    prepared p(handle(), sql);
    const int code = p.step();
    if (code != SQLITE_ROW) throw_failure(handle(), code, {.sql = sql});
    return sqlite3_column_int64(p.handle(), 0);
}

void connection::run_script(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw_error(errc::syntax_error, "the script holds a zero byte, behind which SQLite reads nothing");
    std::size_t number = 0;
    while (!text.empty()) {
        sqlite3_stmt* stmt = nullptr;
        const char* tail = text.data() + text.size();
        int code = sqlite3_prepare_v2(handle(), text.data(), static_cast<int>(text.size()), &stmt, &tail);
        const std::string_view one = text.substr(0, static_cast<std::size_t>(tail - text.data()));
        if (code == SQLITE_OK && stmt != nullptr) {
            ++number;
            do code = sqlite3_step(stmt);
            while (code == SQLITE_ROW);
            if (code == SQLITE_DONE) code = SQLITE_OK;
        } else if (code != SQLITE_OK) {
            ++number;
        }
        std::exception_ptr failure;
        if (code != SQLITE_OK) {
            const std::string name = "statement " + std::to_string(number) + " of the script";
            failure = failure_of(handle(), code, {.name = name, .sql = one});
        }
        sqlite3_finalize(stmt);
        if (failure) std::rethrow_exception(failure);
        text.remove_prefix(one.size());
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

void connection::tell(listener* l) noexcept {
    constexpr int instructions = 20000; // about a fifth of a millisecond
    const auto call = [](void* to) { return static_cast<listener*>(to)->statement_goes_on() ? 0 : 1; };
    sqlite3_progress_handler(handle(), l ? instructions : 0, l ? +call : nullptr, l);
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
