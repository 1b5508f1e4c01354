#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <functional>

using namespace support;
using hawser::errc;
using hawser::engine::verb;
using names = std::vector<std::string>;
using rows = std::vector<std::vector<std::string>>;

namespace {

// A table whose every reader has `select *` prepared, and so has the writer.
struct prepared_everywhere : test_database {
    static constexpr unsigned reader_count = 3;
    static hawser::sqlite::settings three_readers() {
        hawser::sqlite::settings s;
        s.readers = reader_count;
        return s;
    }
    prepared_everywhere() : test_database(three_readers()) {
        run("create table t (a integer, b text) strict; insert into t values (1, 'one')");
        for (const auto& r : everywhere()) CHECK(r.rows().columns == names{"a", "b"});
    }
    // `select *` once on each connection: read-only leases keep all readers but one.
    [[nodiscard]] std::vector<question> everywhere() const {
        std::vector<question> all;
        std::vector<std::shared_ptr<hawser::engine::lease>> kept;
        for (unsigned i = 1; i < reader_count; ++i) {
            kept.push_back(engine->make_lease("reader", true));
            ask(engine, begin(kept.back(), true));
            all.push_back(on_lease(kept.back(), read("select * from t")));
        }
        all.push_back(read("select * from t"));
        question on_writer(hawser::engine::batch_mode::atomic);
        all.push_back(on_writer.add("select * from t").rows_wanted());
        for (const auto& q : all) ask(engine, q);
        for (const auto& lease : kept) ask(engine, on_lease(lease, verb::rollback));
        return all;
    }
    // The schema changes by the database's own writer, or by somebody else's.
    void change(bool from_outside, const std::string& sql) const {
        if (from_outside)
            raw().exec(sql);
        else
            run(sql);
    }
};

struct altered {
    const char* sql;
    names columns;
    std::vector<std::string> row;
};

} // namespace

TEST_CASE("a cached select * gives the columns and values of the schema as it is, on every connection",
          "[sqlite]") {
    const prepared_everywhere db;
    const bool from_outside = GENERATE(false, true);
    const auto change = GENERATE(
        altered{"alter table t add column c real default 2.5", {"a", "b", "c"}, {"1", "one", "2.5"}},
        altered{"alter table t drop column a", {"b"}, {"one"}},
        altered{"alter table t rename column b to z", {"a", "z"}, {"1", "one"}},
        altered{"create index i on t (b)", {"a", "b"}, {"1", "one"}},
        altered{"drop table t; create table t (x text, y integer) strict; insert into t values ('new', 7)",
                {"x", "y"},
                {"new", "7"}});
    INFO(change.sql);
    db.change(from_outside, change.sql);
    for (const auto& q : db.everywhere()) {
        CHECK(q.rows().columns == change.columns);
        CHECK(q.rows().rows == rows{change.row});
    }
}

TEST_CASE("a cached statement about what is no more fails by its name, and works once it is back",
          "[sqlite]") {
    const prepared_everywhere db;
    const bool from_outside = GENERATE(false, true);
    ask(db.engine, write("insert into t (a, b) values (?1, ?2)", 2, "two"));
    db.change(from_outside, "alter table t rename column b to z");
    const auto e = error_of(db.engine, write("insert into t (a, b) values (?1, ?2)", 3, "three"));
    CHECK(e.kind() == errc::undefined_object);
    CHECK_THAT(e.what(), contains_text("table t has no column named b"));
    CHECK(kind_of(failure_of(db.engine, read("select b from t"))) == errc::undefined_object);
    db.change(from_outside, "alter table t rename column z to b");
    ask(db.engine, write("insert into t (a, b) values (?1, ?2)", 4, "four"));
    db.change(from_outside, "drop table t");
    CHECK_THAT(error_of(db.engine, read("select * from t")).what(), contains_text("no such table: t"));
    CHECK_THAT(error_of(db.engine, write("insert into t (a, b) values (?1, ?2)", 5, "five")).what(),
               contains_text("no such table: t"));
}

TEST_CASE("a cached insert without column names fails when there are more columns than values", "[sqlite]") {
    const prepared_everywhere db;
    ask(db.engine, write("insert into t values (?1, ?2)", 2, "two"));
    db.change(true, "alter table t add column c integer");
    const auto e = error_of(db.engine, write("insert into t values (?1, ?2)", 3, "three"));
    CHECK(e.kind() == errc::syntax_error);
    CHECK_THAT(e.what(), contains_text("table t has 3 columns but 2 values were supplied"));
    CHECK(db.one("select count(*) from t") == "2");
}

TEST_CASE("a snapshot keeps its schema while others see the new one", "[sqlite]") {
    const prepared_everywhere db;
    const bool from_outside = GENERATE(false, true);
    const auto lease = db.engine->make_lease("report", true);
    ask(db.engine, begin(lease, true));
    db.change(from_outside, "alter table t add column c integer default 3");
    const auto old = on_lease(lease, read("select * from t"));
    ask(db.engine, old);
    CHECK(old.rows().columns == names{"a", "b"});
    const auto fresh = read("select * from t");
    ask(db.engine, fresh);
    CHECK(fresh.rows().columns == names{"a", "b", "c"});
    ask(db.engine, on_lease(lease, verb::rollback));
    for (const auto& q : db.everywhere()) CHECK(q.rows().columns == names{"a", "b", "c"});
}
