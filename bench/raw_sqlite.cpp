#include "raw_sqlite.hpp"
#include <chrono>
#include <sqlite3.h>
#include <stdexcept>
#include <string_view>

namespace bench {
namespace {

constexpr const char* insert_text =
    "insert into predictions (symbol, model, value, confidence, features, created_at, updated_at) "
    "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr const char* select_text =
    "select id, symbol, model, value, confidence, features, created_at, updated_at from predictions";

} // namespace

pragmas same_pragmas(hawser::durability d, bool writes) {
    pragmas all{{"cache_size", -10240}, {"foreign_keys", 1}, {"page_size", 4096}};
    if (writes) {
        all.emplace_back("synchronous", d == hawser::durability::full ? 2 : 1);
        all.emplace_back("cell_size_check", 1);
        all.emplace_back("temp_store", 2);
        all.emplace_back("journal_size_limit", 64 << 20);
        all.emplace_back("mmap_size", 0);
    } else {
        all.emplace_back("cell_size_check", 0);
        all.emplace_back("query_only", 1);
        all.emplace_back("mmap_size", 256 << 20);
    }
    return all;
}

std::string sqlite_version() {
    return sqlite3_libversion();
}

void use_library_settings() {
    const hawser::database first = hawser::run(hawser::open("sqlite::memory:"));
    hawser::run(first.close());
    sqlite3_int64 now = 0, highest = 0;
    if (sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &highest, 0) != SQLITE_OK || highest != 0)
        throw std::runtime_error("SQLite counts its memory: it was set up before Hawser could");
}

struct raw_sqlite::state {
    sqlite3* db = nullptr;
    std::vector<sqlite3_stmt*> prepared;
    sqlite3_stmt* insert = nullptr;
    sqlite3_stmt* begin = nullptr;
    sqlite3_stmt* commit = nullptr;
    sqlite3_stmt* get = nullptr;
    sqlite3_stmt* all = nullptr;

    ~state() {
        for (sqlite3_stmt* s : prepared) sqlite3_finalize(s);
        sqlite3_close(db);
    }
    void check(int code) const {
        if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
            throw std::runtime_error(sqlite3_errmsg(db));
    }
    void open(const std::string& path, int flags) {
        check(sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr));
    }
    void exec(const std::string& sql) const {
        check(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr));
    }
    void set(const pragmas& as) const {
        for (const auto& [name, value] : as) exec("pragma " + name + "=" + std::to_string(value));
    }
    sqlite3_stmt* prepare(std::string_view sql) {
        sqlite3_stmt* s = nullptr;
        check(sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &s,
                                 nullptr));
        prepared.push_back(s);
        return s;
    }
    void prepare_reads() {
        get = prepare(std::string(select_text) + " where id = ?1");
        all = prepare(select_text);
    }
    void run(sqlite3_stmt* s) const {
        check(sqlite3_step(s));
        sqlite3_reset(s);
    }
};

namespace {

void read_text(sqlite3_stmt* s, int column, std::string& to) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
    to.assign(text, static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
}

hawser::timestamp read_time(sqlite3_stmt* s, int column) {
    return hawser::timestamp(std::chrono::microseconds(sqlite3_column_int64(s, column)));
}

void read_row(sqlite3_stmt* s, prediction& p) {
    p.id = sqlite3_column_int64(s, 0);
    read_text(s, 1, p.symbol);
    read_text(s, 2, p.model);
    p.value = sqlite3_column_double(s, 3);
    p.confidence = sqlite3_column_double(s, 4);
    read_text(s, 5, p.features);
    p.created_at = read_time(s, 6);
    p.updated_at = read_time(s, 7);
}

} // namespace

raw_sqlite::raw_sqlite(const std::string& path, hawser::durability d) : state_(std::make_unique<state>()) {
    state& s = *state_;
    s.open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    s.exec("pragma journal_mode=wal; pragma wal_autocheckpoint=1000");
    s.set(same_pragmas(d, true));
    s.exec(std::string(hawser::create_sqlite<prediction>));
    s.insert = s.prepare(insert_text);
    s.begin = s.prepare("begin immediate");
    s.commit = s.prepare("commit");
    s.prepare_reads();
    require(same_pragmas(d, true));
}

raw_sqlite::raw_sqlite(const std::string& path) : state_(std::make_unique<state>()) {
    state_->open(path, SQLITE_OPEN_READONLY);
    state_->set(same_pragmas(hawser::durability::full, false));
    state_->prepare_reads();
    require(same_pragmas(hawser::durability::full, false));
}

raw_sqlite::~raw_sqlite() = default;

void raw_sqlite::forgo_safety() {
    state_->exec("pragma journal_mode=off; pragma synchronous=off");
}
void raw_sqlite::forgo_checkpoints() {
    state_->exec("pragma wal_autocheckpoint=0");
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

std::int64_t raw_sqlite::count() {
    sqlite3_stmt* s = state_->prepare("select count(*) from predictions");
    state_->check(sqlite3_step(s));
    const std::int64_t rows = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return rows;
}

prediction raw_sqlite::get(std::int64_t id) {
    sqlite3_stmt* s = state_->get;
    sqlite3_bind_int64(s, 1, id);
    const int code = sqlite3_step(s);
    state_->check(code);
    if (code != SQLITE_ROW) throw std::runtime_error("no such row");
    prediction p;
    read_row(s, p);
    sqlite3_reset(s);
    return p;
}

std::vector<prediction> raw_sqlite::all(std::size_t expected) {
    std::vector<prediction> rows;
    rows.reserve(expected);
    sqlite3_stmt* s = state_->all;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(s)) == SQLITE_ROW) read_row(s, rows.emplace_back());
    state_->check(code);
    sqlite3_reset(s);
    return rows;
}

void raw_sqlite::each(const std::function<void(const prediction&)>& take) {
    sqlite3_stmt* s = state_->all;
    prediction p;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        read_row(s, p);
        take(p);
    }
    state_->check(code);
    sqlite3_reset(s);
}

void raw_sqlite::require(const pragmas& as) const {
    for (const auto& [name, value] : as) {
        sqlite3_stmt* s = nullptr;
        state_->check(sqlite3_prepare_v2(state_->db, ("pragma " + name).c_str(), -1, &s, nullptr));
        sqlite3_step(s);
        const std::int64_t is = sqlite3_column_int64(s, 0);
        sqlite3_finalize(s);
        if (is != value) throw std::runtime_error("raw: pragma " + name + " is " + std::to_string(is));
    }
}

std::string raw_sqlite::schema() const {
    sqlite3_stmt* s = nullptr;
    state_->check(sqlite3_prepare_v2(state_->db, "select sql from sqlite_schema", -1, &s, nullptr));
    std::string text;
    while (sqlite3_step(s) == SQLITE_ROW)
        text += std::string(reinterpret_cast<const char*>(sqlite3_column_text(s, 0))) + ";";
    sqlite3_finalize(s);
    return text;
}

} // namespace bench
