#include "sqlite/connection.hpp"
#include "sqlite/cursors.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/functions.hpp"
#include "sqlite/number_functions.hpp"
#include "sqlite/text_functions.hpp"
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
    try {
        configure(s, r);
    } catch (const error& e) {
        if (e.info().native_code != SQLITE_READONLY_DIRECTORY) throw;
        throw_error(errc::read_only,
                    "cannot open " + s.path + ": its folder is write-protected, where the log has to be",
                    error_info(e.info()));
    }
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
    if (code == SQLITE_OK) {
        if (r != role::sole) file_ = opened_file(s.path);
        return;
    }
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
    const bool mapped = !writes && s.reader_mmap_bytes > 0;
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
        if (mapped) require_own(("pragma mmap_size=" + std::to_string(s.reader_mmap_bytes)).c_str());
    }
    set_and_check("cache_size", -static_cast<std::int64_t>(s.cache_kib));
    set_and_check("foreign_keys", 1);
    // A mapped page is taken for new at every visit: the check would cost point reads a fifth of their speed.
    set_and_check("cell_size_check", mapped ? 0 : 1);
    if (!scan_) scan_.emplace(db);
    register_functions(db);
    register_number_functions(db);
    register_text_functions(db);
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

// Of those that set something, the ones that set it for every connection, of other databases too.
bool is_of_the_process(std::string_view pragma) noexcept {
    return pragma == "hard_heap_limit" || pragma == "soft_heap_limit" || pragma == "temp_store_directory" ||
           pragma == "data_store_directory";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

} // namespace

int connection::authorize(void* self, int action, const char* name, const char* argument,
                          const char* database, const char*) noexcept {
    const auto& me = *static_cast<connection*>(self);
    if (me.trusted_) return SQLITE_OK;
    switch (action) {
    // The writer's own: readers would not see them, and what they shadow would be written nowhere.
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW: return me.permissive_ ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
        return me.permissive_ || database == nullptr || database != std::string_view("temp") ? SQLITE_OK
                                                                                             : SQLITE_DENY;
    case SQLITE_PRAGMA:
        if (argument != nullptr && is_of_the_process(lower(name))) return SQLITE_DENY;
        break;
    default: break;
    }
    if (me.permissive_ && !me.confined_) return SQLITE_OK;
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

namespace {

// Statements whose prepared form may be kept while the connection's rights change. About all others, transaction
// control and pragmas, SQLite asks the authorizer while compiling only, and some pragmas act then.
bool is_ordinary(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const std::string word = lower(text.substr(0, text.find_first_of(" \t\r\n(")));
    constexpr std::string_view known[] = {"select",  "insert", "update", "delete",
                                          "replace", "with",   "values"};
    return std::find(std::begin(known), std::end(known), word) != std::end(known);
}

} // namespace

prepared& connection::prepare(const statement& s, std::string_view name) {
    const std::string_view text = s.text(dialect::sqlite);
    try {
        if (!s.lasting() || (permissive_ && !is_ordinary(text))) return prepare(text);
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
    // Many a pragma acts while it is compiled: its prepared form does nothing the second time.
    if (permissive_) forget_texts();
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

int connection::undo_own(const char* sql) noexcept {
    constexpr int tries = 3; // an interrupt may come between two
    int code = SQLITE_OK;
    for (int i = 0; i < tries; ++i) {
        code = exec_own(sql);
        if ((code & 0xff) != SQLITE_INTERRUPT) break;
        if (cursors_) cursors_->close_all();
    }
    return code;
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
    told_ = l;
    const auto call = [](void* to) { return static_cast<listener*>(to)->statement_goes_on() ? 0 : 1; };
    sqlite3_progress_handler(handle(), l ? instructions : 0, l ? +call : nullptr, l);
}

void connection::forget_texts() noexcept {
    by_text_.clear();
    recent_.clear();
}

void connection::permit_all() noexcept {
    constexpr int attached = 10; // VACUUM needs one
    permissive_ = true;
    sqlite3_limit(handle(), SQLITE_LIMIT_ATTACHED, attached);
}

void connection::restore(const settings& s, role r) {
    std::exception_ptr first;
    const auto attempt = [&](auto step) {
        try {
            step();
        } catch (const error&) {
            if (!first) first = std::current_exception();
        }
    };
    const auto each = [this, &attempt](const char* sql) {
        std::vector<std::string> found;
        attempt([&] {
            prepared p(handle(), sql);
            while (p.step() == SQLITE_ROW)
                found.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(p.handle(), 0)));
        });
        for (const auto& statement : found) attempt([&] { require_own(statement.c_str()); });
    };
    permissive_ = confined_ = false;
    forget_texts();
    lasting_.clear();
    const trust guard(*this);
    if (in_transaction()) attempt([&] { require_own("rollback"); });
    attempt([&] { require_own("pragma query_only=0; pragma foreign_keys=0; pragma writable_schema=0"); });
    each("select format('detach \"%w\"', name) from pragma_database_list where name not in ('main', 'temp')");
    each("select format('drop %s if exists temp.\"%w\"', type, name) from sqlite_temp_schema "
         "where type in ('view', 'trigger')");
    each("select format('drop table if exists temp.\"%w\"', name) from sqlite_temp_schema "
         "where type = 'table' and name not like 'sqlite\\_%' escape '\\'");
    attempt([&] {
        require_own(
            "pragma recursive_triggers=0; pragma reverse_unordered_selects=0;"
            "pragma ignore_check_constraints=0; pragma defer_foreign_keys=0; pragma automatic_index=1;"
            "pragma legacy_alter_table=0; pragma case_sensitive_like=0; pragma read_uncommitted=0;"
            "pragma secure_delete=0; pragma temp_store=2; pragma analysis_limit=0;"
            "pragma short_column_names=1; pragma full_column_names=0;"
            "pragma max_page_count=4294967294;");
    });
    attempt([&] { configure(s, r); });
    if (first) std::rethrow_exception(first);
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
