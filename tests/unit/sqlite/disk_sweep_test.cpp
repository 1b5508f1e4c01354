#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/memory_folder.hpp"
#include "support/test_database.hpp"
#include "support/volume.hpp"
#include <set>
#include <sqlite3.h>

using namespace support;
using hawser::errc;
using hawser::engine::verb;
using call = failing_disk::call;
using file = failing_disk::file;

namespace {

// Pieces of work, by number: two rows each, or none. What their callers were told.
struct told {
    std::set<int> stored;
    std::set<int> refused;
    std::set<int> unknown;
};

hawser::sqlite::settings small_log(const memory_folder& folder) {
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    s.readers = 1;
    s.cache_kib = 40;
    s.reader_mmap_bytes = 0;
    s.checkpoint_frames = s.checkpoint_at_most = 6;
    return s;
}

question piece(int number) {
    auto q = write("insert into t values (?1, 1, hex(zeroblob(500)))", number);
    q.add("insert into t values (?1, 2, hex(zeroblob(500)))").value(number);
    return q;
}

void note(told& t, int number, const engine_ptr& e, const question& q) {
    try {
        ask(e, q);
        t.stored.insert(number);
    } catch (const hawser::error& failure) {
        (failure.kind() == errc::commit_unknown ? t.unknown : t.refused).insert(number);
        CHECK(failure.may_have_executed() == (failure.kind() == errc::commit_unknown));
    }
}

// Single writes, a bulk load whose pages spill, a transaction, reads, checkpoints, and the close.
told work(const hawser::sqlite::settings& s) {
    told t;
    engine_ptr e;
    try {
        e = hawser::sqlite::open(s);
    } catch (const hawser::error&) { return t; }
    const auto read_some = [&] {
        try {
            static_cast<void>(answer(e, read("select count(*) from t")));
        } catch (const hawser::error&) {}
    };
    for (int number = 1; number <= 4; ++number) note(t, number, e, piece(number));
    read_some();
    note(
        t, 5, e,
        script(
            "insert into t select value, 3, hex(zeroblob(1500)) from (with recursive c(value) as (select 100 "
            "union all select value + 1 from c where value < 140) select value from c);"
            "delete from t where id >= 100; insert into t values (5, 1, ''); insert into t values (5, 2, "
            "'')"));
    read_some();
    try {
        const auto lease = e->make_lease("tx", false);
        ask(e, begin(lease));
        ask(e, on_lease(lease, piece(6)));
        note(t, 6, e, on_lease(lease, verb::commit));
    } catch (const hawser::error&) { t.refused.insert(6); }
    for (int number = 7; number <= 9; ++number) note(t, number, e, piece(number));
    read_some();
    close(e);
    return t;
}

// What is wrong with the file that is left, if anything.
std::string problem_of(const std::string& path, const told& t) {
    raw_sqlite left(path, "unix");
    if (const auto found = left.text("pragma integrity_check"); found != "ok") return found;
    if (left.text("select max(n) from (select count(*) as n from t group by id)") == "1")
        return "a piece by half";
    if (left.integer("select count(*) from t where id >= 100") != 0) return "an undone row is there";
    for (int number = 1; number <= 9; ++number) {
        const bool there = left.integer("select count(*) from t where id = " + std::to_string(number)) == 2;
        if (t.stored.count(number) > 0 && !there) return "acknowledged and lost: " + std::to_string(number);
        if (t.refused.count(number) > 0 && there) return "refused and stored: " + std::to_string(number);
    }
    return {};
}

void make_table(const std::string& path) {
    raw_sqlite db(path, "unix");
    db.exec("pragma journal_mode=wal; create table t (id integer, part integer, body text, primary key (id, "
            "part))");
}

} // namespace

TEST_CASE("whatever call to the disk fails once, what was acknowledged is stored and what was refused is not",
          "[sqlite]") {
    std::size_t number = 0;
    bool reached = true;
    std::size_t unknown = 0;
    std::size_t refused = 0;
    for (; reached; number += rounds(1, 9)) {
        const memory_folder folder;
        const auto s = small_log(folder);
        make_table(s.path);
        told t;
        {
            failing_disk disk;
            disk.fail_number(number);
            t = work(s);
            reached = disk.has_failed();
        }
        INFO("call " << number);
        REQUIRE(problem_of(s.path, t) == "");
        unknown += t.unknown.size();
        refused += t.refused.size();
    }
    CHECK(number > 100);
    CHECK(unknown > 0);
    CHECK(refused > 0);
}

TEST_CASE("a disk that becomes full at any write loses nothing that was acknowledged, and writes go on once "
          "there is room",
          "[sqlite]") {
    std::size_t full = 0;
    bool reached = true;
    for (int skipped = 0; reached; skipped += rounds(3, 25)) {
        const memory_folder folder;
        const auto s = small_log(folder);
        make_table(s.path);
        told t;
        {
            failing_disk disk;
            disk.fail(call::write, file::any, SQLITE_FULL, 3, skipped);
            t = work(s);
            reached = disk.has_failed();
            disk.repair();
            const auto e = hawser::sqlite::open(s);
            ask(e, write("insert into t values (50, 1, ''), (50, 2, '')"));
            close(e);
        }
        INFO("after " << skipped << " writes");
        REQUIRE(problem_of(s.path, t) == "");
        REQUIRE(raw_sqlite(s.path, "unix").integer("select count(*) from t where id = 50") == 2);
        REQUIRE(t.unknown.empty());
        full += t.refused.size();
    }
    CHECK(full > 0);
}
