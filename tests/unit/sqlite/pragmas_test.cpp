#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/test_database.hpp"
#include <map>
#include <sqlite3.h>
#include <thread>

using namespace support;
using hawser::errc;
using hawser::engine::verb;
using pragmas = std::map<std::string, std::string>;

namespace {

hawser::sqlite::settings three_readers() {
    hawser::sqlite::settings s;
    s.readers = 3;
    s.cache_kib = 777;
    return s;
}

pragmas promised(const hawser::sqlite::settings& s, bool writes) {
    pragmas all{{"foreign_keys", "1"},       {"cache_size", "-" + std::to_string(s.cache_kib)},
                {"wal_autocheckpoint", "0"}, {"journal_mode", "wal"},
                {"recursive_triggers", "0"}, {"ignore_check_constraints", "0"},
                {"defer_foreign_keys", "0"}, {"writable_schema", "0"},
                {"trusted_schema", "0"},     {"query_only", writes ? "0" : "1"}};
    if (writes) {
        all["synchronous"] = s.durability == hawser::durability::full ? "2" : "1";
        all["cache_spill"] = "0";
        all["temp_store"] = "2";
        all["journal_size_limit"] = std::to_string(64 << 20);
        all["cell_size_check"] = "1";
        all["mmap_size"] = "0";
    } else {
        all["mmap_size"] = std::to_string(s.reader_mmap_bytes);
    }
    return all;
}

struct every_connection : test_database {
    explicit every_connection(hawser::sqlite::settings s = three_readers(), bool in_memory = false)
        : test_database(std::move(s), in_memory) {
        if (!settings.read_only) run("create table t (id integer primary key, body text)");
    }
    template <class Ask>
    pragmas asked(const pragmas& which, Ask ask_one) const {
        pragmas found;
        for (const auto& [name, value] : which) found[name] = ask_one("pragma " + name);
        return found;
    }
    [[nodiscard]] pragmas on_writer(const pragmas& which) const {
        return asked(which, [&](const std::string& sql) {
            question q(hawser::engine::batch_mode::atomic);
            return answer(engine, q.add(sql).rows_wanted());
        });
    }
    // On each: leases keep all but one.
    void check_readers() const {
        const auto which = promised(settings, false);
        std::vector<std::shared_ptr<hawser::engine::lease>> kept;
        for (unsigned i = 1; i < settings.readers; ++i) {
            const auto lease = engine->make_lease("reader", true);
            ask(engine, begin(lease, true));
            CHECK(asked(which, [&](const std::string& sql) {
                      return answer(engine, on_lease(lease, read(sql)));
                  }) == which);
            kept.push_back(lease);
        }
        CHECK(asked(which, [&](const std::string& sql) { return one(sql); }) == which);
        for (const auto& lease : kept) ask(engine, on_lease(lease, verb::rollback));
    }
    // On the connection for reads by key on this thread.
    void check_inline_reader() {
        const auto which = promised(settings, false);
        seen.forget();
        CHECK(asked(which, [&](const std::string& sql) {
                  const hawser::statement what({.name = "by key",
                                                .sqlite = sql,
                                                .postgres = {},
                                                .read_only = true,
                                                .lasting = false,
                                                .one_row = true});
                  question q(hawser::engine::batch_mode::read);
                  q.job->batch.requests.emplace_back().what = &what;
                  return answer(engine, q.rows_wanted());
              }) == which);
        for (const auto& s : seen.statements()) CHECK(s.thread == std::this_thread::get_id());
    }
    void check() {
        const auto which = promised(settings, !settings.read_only);
        if (!settings.read_only) CHECK(on_writer(which) == which);
        check_session(which);
        check_readers();
        if (settings.writer == hawser::writer_mode::inline_) check_inline_reader();
    }
    void check_session(const pragmas& which) const {
        const auto lease = session();
        CHECK(asked(which, [&](const std::string& sql) {
                  return answer(engine, on_lease(lease, read(sql)));
              }) == which);
        ask(engine, on_lease(lease, verb::hand_back));
    }
    [[nodiscard]] std::shared_ptr<hawser::engine::lease> session() const {
        hawser::engine::lease_terms terms;
        terms.holder = "maintenance";
        terms.session = true;
        const auto lease = engine->make_lease(std::move(terms));
        ask(engine, on_lease(lease, verb::connect));
        return lease;
    }
};

constexpr const char* every_switch_wrong[] = {
    "pragma foreign_keys=0",       "pragma synchronous=0",     "pragma cache_size=10",
    "pragma cache_spill=1",        "pragma temp_store=1",      "pragma wal_autocheckpoint=7",
    "pragma journal_size_limit=1", "pragma cell_size_check=0", "pragma query_only=1",
    "pragma recursive_triggers=1", "pragma mmap_size=1048576", "pragma ignore_check_constraints=1",
    "pragma trusted_schema=1",
};

} // namespace

TEST_CASE("every connection of an engine has the pragmas that are promised", "[sqlite]") {
    auto s = three_readers();
    s.durability = GENERATE(hawser::durability::full, hawser::durability::normal);
    s.writer = GENERATE(hawser::writer_mode::thread, hawser::writer_mode::inline_);
    every_connection db(s);
    db.check();
}

TEST_CASE("the connections of a database that is opened read-only have the pragmas that are promised",
          "[sqlite]") {
    const temporary_folder folder;
    auto s = three_readers();
    s.path = folder.file("test.db");
    const every_connection writable(s);
    s.read_only = true;
    s.writer = GENERATE(hawser::writer_mode::thread, hawser::writer_mode::inline_);
    every_connection db(s);
    db.check();
}

TEST_CASE("after a session that changed every setting, the next work meets none of it", "[sqlite]") {
    every_connection db;
    const auto lease = db.session();
    for (const char* sql : every_switch_wrong) ask(db.engine, on_lease(lease, write(sql)));
    CHECK(answer(db.engine, on_lease(lease, read("pragma foreign_keys"))) == "0"); // it was changed
    ask(db.engine, on_lease(lease, verb::hand_back));
    db.check();
}

TEST_CASE("a database in memory has its pragmas again after a session that changed them", "[sqlite]") {
    const every_connection db({}, true);
    const pragmas which{{"foreign_keys", "1"},
                        {"cache_size", "-10240"},
                        {"cache_spill", "0"},
                        {"temp_store", "2"},
                        {"query_only", "0"},
                        {"recursive_triggers", "0"},
                        {"ignore_check_constraints", "0"},
                        {"trusted_schema", "0"},
                        {"cell_size_check", "1"}};
    CHECK(db.on_writer(which) == which);
    const auto lease = db.session();
    for (const char* sql : every_switch_wrong) ask(db.engine, on_lease(lease, write(sql)));
    ask(db.engine, on_lease(lease, verb::hand_back));
    CHECK(db.on_writer(which) == which);
}

TEST_CASE("connections that replace others have the pragmas that are promised", "[sqlite]") {
    failing_disk disk;
    auto s = three_readers();
    s.readers = 1;
    s.checkpoint_frames = s.checkpoint_at_most = 1 << 20;
    every_connection db(s);
    CHECK(db.one("select count(*) from t") == "0");
    disk.fail_syncs(SQLITE_IOERR_FSYNC);
    CHECK(kind_of(failure_of(db.engine, write("insert into t values (1, null)"))) == errc::commit_unknown);
    ask(db.engine, write("insert into t values (2, null)"));
    disk.fail_reads(SQLITE_IOERR_READ);
    CHECK(kind_of(failure_of(db.engine, read("select count(*) from t"))) == errc::connection_lost);
    db.check();
}

TEST_CASE("pages may not spill again once a bulk load, good or bad, has ended", "[sqlite]") {
    const every_connection db;
    const pragmas none{{"cache_spill", "0"}};
    db.run("insert into t values (1, 'x')");
    CHECK(db.on_writer(none) == none);
    CHECK(kind_of(failure_of(db.engine,
                             script("insert into t values (2, 'x'); insert into t values (1, 'x')"))) ==
          errc::unique_violation);
    CHECK(db.on_writer(none) == none);
}
