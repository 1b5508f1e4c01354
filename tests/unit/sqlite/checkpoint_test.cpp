#include "support/catch.hpp"
#include "support/test_database.hpp"

using namespace support;
using hawser::engine::verb;

namespace {

hawser::sqlite::settings small_log() {
    hawser::sqlite::settings s;
    s.checkpoint_frames = 20;
    s.checkpoint_at_most = 40;
    s.durability = hawser::durability::normal;
    return s;
}

struct logging : test_database {
    logging() : test_database(small_log()) { run("create table t (id integer primary key, body text)"); }
    void insert() const { ask(engine, write("insert into t (body) values (hex(zeroblob(2000)))")); }
    [[nodiscard]] std::uintmax_t log_bytes() const { return std::filesystem::file_size(path() + "-wal"); }
};

constexpr std::uintmax_t frame = 4096 + 24;

} // namespace

TEST_CASE("the log stays bounded under steady writes", "[sqlite]") {
    logging db;
    for (int i = 0; i < 500; ++i) db.insert();
    CHECK(db.log_bytes() < 60 * frame); // 500 inserts make more than 1500 frames
    const auto seen = db.seen.seen();
    CHECK(seen.checkpoints.size() > 10);
    for (const auto& c : seen.checkpoints) CHECK(c.log_frames == c.copied_frames);
}

TEST_CASE("a snapshot pins the log, and the log is reused once it is let go", "[sqlite]") {
    logging db;
    const auto snapshot = db.engine->make_lease("report", true);
    ask(db.engine, begin(snapshot, true));
    for (int i = 0; i < 100; ++i) db.insert();
    const auto pinned = db.log_bytes();
    CHECK(pinned > 100 * frame);
    ask(db.engine, on_lease(snapshot, verb::commit));
    for (int i = 0; i < 200; ++i) db.insert();
    CHECK(db.log_bytes() <= pinned + 60 * frame);
    CHECK(db.one("select count(*) from t") == "300");
}

TEST_CASE("a log that is pinned for very long does not hold up the writer", "[sqlite]") {
    logging db;
    const auto snapshot = db.engine->make_lease("report", true);
    ask(db.engine, begin(snapshot, true));
    for (int i = 0; i < 300; ++i)
        db.insert(); // past 16 times checkpoint_at_most, where the writer tries harder, once
    CHECK(answer(db.engine, on_lease(snapshot, read("select count(*) from t"))) == "0");
    CHECK(db.one("select count(*) from t") == "300");
}

TEST_CASE("an idle writer copies a log back that waits for it", "[sqlite]") {
    logging db;
    const auto snapshot = db.engine->make_lease("report", true);
    ask(db.engine, begin(snapshot, true));
    for (int i = 0; i < 30; ++i) db.insert();
    db.seen.forget();
    ask(db.engine, on_lease(snapshot, verb::commit));
    db.seen.wait([](const auto& e) {
        return !e.checkpoints.empty() &&
               e.checkpoints.back().log_frames == e.checkpoints.back().copied_frames;
    });
    SUCCEED();
}

TEST_CASE("what was written is in the database file alone once it is closed", "[sqlite]") {
    logging db;
    for (int i = 0; i < 10; ++i) db.insert();
    close(db.engine);
    CHECK_FALSE(std::filesystem::exists(db.path() + "-wal"));
    raw_sqlite after = db.raw();
    CHECK(after.integer("select count(*) from t") == 10);
    CHECK(after.text("pragma integrity_check") == "ok");
}

TEST_CASE("a log that another process keeps open is emptied by close", "[sqlite]") {
    logging db;
    for (int i = 0; i < 10; ++i) db.insert();
    raw_sqlite other = db.raw();
    CHECK(other.integer("select count(*) from t") == 10);
    close(db.engine);
    CHECK(db.log_bytes() == 0);
    CHECK(other.integer("select count(*) from t") == 10);
}
