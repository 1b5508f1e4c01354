#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/other_process.hpp"
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
    explicit logging(hawser::sqlite::settings s = small_log()) : test_database(std::move(s)) {
        run("create table t (id integer primary key, body text)");
    }
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
    failing_disk disk;
    logging db;
    constexpr std::size_t polls = 100; // of one wait for readers: a lock call each millisecond
    constexpr std::size_t inserts = 300;
    const auto insert_all = [&] {
        disk.forget();
        for (std::size_t i = 0; i < inserts; ++i) db.insert();
        return disk.count(failing_disk::call::lock);
    };
    const auto usual = insert_all();
    const auto snapshot = db.engine->make_lease("report", true);
    ask(db.engine, begin(snapshot, true));
    // Past 16 times checkpoint_at_most, where the writer tries harder, once.
    const auto pinned = insert_all();
    CHECK(db.log_bytes() > 40 * 16 * frame);
    CHECK(pinned <
          usual + 3 * inserts + 2 * polls); // each group looks whether it can copy, and waits for nobody
    CHECK(answer(db.engine, on_lease(snapshot, read("select count(*) from t"))) == std::to_string(inserts));
    CHECK(db.one("select count(*) from t") == std::to_string(2 * inserts));
}

TEST_CASE("a reader that is stuck is ended by its age, and the log grows no more", "[sqlite]") {
    auto s = small_log();
    s.snapshot_age = std::chrono::milliseconds(50);
    logging db(s);
    const auto stuck = db.engine->make_lease("stuck", true);
    ask(db.engine, begin(stuck, true));
    const auto over = [](const auto& e) { return !e.snapshots.empty(); };
    while (!over(db.seen.seen())) db.insert();
    CHECK(db.seen.seen().snapshots.at(0) == std::pair(std::string("stuck"), true));
    for (int i = 0; i < 20; ++i) db.insert(); // now it can be copied back and begun anew
    const auto grown = db.log_bytes();
    for (int i = 0; i < 400; ++i) db.insert();
    CHECK(db.log_bytes() <= grown + 60 * frame);
    CHECK(error_of(db.engine, on_lease(stuck, read("select count(*) from t"))).id() == "DB_TXN_001");
}

TEST_CASE("the writer waits for a stuck reader of another process once in a while and not long", "[sqlite]") {
    failing_disk disk;
    logging db;
    other_process other(db.path());
    other.exec("begin");
    CHECK(other.integer("select count(*) from t") == 0);
    constexpr std::uintmax_t most = 40 * 16; // frames: checkpoint_at_most, and how many times that
    constexpr std::size_t polls = 100;       // one each millisecond
    std::size_t inserts = 0;
    disk.forget();
    for (; db.log_bytes() < 3 * most * frame; ++inserts) db.insert();
    // A wait asks for a lock again and again: three waits at most, beside the locks of the writes themselves.
    CHECK(disk.count(failing_disk::call::lock) < 3 * polls + 20 * inserts);
    CHECK(inserts > 3 * polls);
    CHECK(other.integer("select count(*) from t") == 0);
    other.exec("commit");
    for (int i = 0; i < 100; ++i) db.insert();
    CHECK(db.log_bytes() <= (3 * most + 100) * frame);
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
