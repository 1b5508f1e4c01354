#include "support/catch.hpp"
#include "support/test_database.hpp"
#include "sqlite/run.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <latch>
#include <numeric>
#include <sqlite3.h>
#include <thread>

namespace asio = boost::asio;
using namespace support;
using hawser::errc;
using hawser::statement;
using hawser::table_info;
using hawser::engine::batch_mode;

namespace {

constexpr std::string_view name_columns[] = {"name"};
constexpr std::string_view key_columns[] = {"id"};
constexpr hawser::constraint_info constraints[] = {
    {hawser::constraint_kind::primary_key, "t_pk", key_columns},
    {hawser::constraint_kind::unique, "t_name_uq", name_columns}};
constexpr table_info t{"t", constraints};
const statement plain({.name = "t.insert",
                       .sqlite = "insert into t (name, n) values (?1, ?2)",
                       .postgres = {},
                       .parameters = 2,
                       .table = &t});
const statement keyed({.name = "t.insert",
                       .sqlite = "insert into t (id, name, n) values (?1, ?2, ?3)",
                       .postgres = {},
                       .parameters = 3,
                       .table = &t});

class rows final : public hawser::row_source {
public:
    explicit rows(std::size_t count) : names(count), keys(count) {
        for (std::size_t i = 0; i < count; ++i) names[i] = "row " + std::to_string(i);
    }
    std::size_t size() const override { return names.size(); }
    void encode(std::size_t index, hawser::parameters& to) const override {
        if (before) before(index);
        to.text(names[index]);
        to.integer(static_cast<std::int64_t>(index));
    }
    void assigned(std::size_t index, std::int64_t key) override { keys[index] = key; }

    std::vector<std::string> names;
    std::vector<std::int64_t> keys;
    std::function<void(std::size_t)> before; // called on the engine's thread
};

question bulk(rows& from, bool keys = true) {
    question q(batch_mode::atomic);
    auto& r = q.job->batch.requests.emplace_back();
    r.what = &plain;
    r.bulk = &from;
    r.generates_key = keys;
    r.keyed = keys ? &keyed : nullptr;
    return q;
}

struct bulk_database : test_database {
    explicit bulk_database(const std::string& key = "integer primary key", hawser::sqlite::settings s = {})
        : test_database(std::move(s)) {
        run("create table t (id " + key +
            ", name text, n integer not null check (n >= 0), constraint t_name_uq unique (name))");
        seen.forget();
    }
};

std::vector<std::int64_t> counting_from(std::int64_t first, std::size_t count) {
    std::vector<std::int64_t> v(count);
    std::iota(v.begin(), v.end(), first);
    return v;
}

std::size_t mismatches(const bulk_database& db, const rows& stored) {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < stored.names.size(); ++i) {
        const auto q = read("select name || ' ' || n from t where id = ?1", stored.keys[i]);
        ask(db.engine, q);
        if (q.rows().rows.empty() || q.rows().rows[0][0] != stored.names[i] + " " + std::to_string(i))
            ++wrong;
    }
    return wrong;
}

} // namespace

TEST_CASE("the keys of a bulk insert are in the order of its rows", "[sqlite]") {
    const bulk_database db;
    const std::size_t count = GENERATE(0u, 1u, 7u, 49u, 50u, 51u, 100u, 1234u);
    rows r(count);
    const auto q = bulk(r);
    ask(db.engine, q);
    CHECK(r.keys == counting_from(1, count));
    CHECK(q.job->batch.requests[0].rows_affected == static_cast<std::int64_t>(count));
    CHECK(mismatches(db, r) == 0);
    CHECK(db.one("select count(*) from t") == std::to_string(count));
}

TEST_CASE("the keys of a bulk insert follow what is there, with its gaps", "[sqlite]") {
    const bulk_database db;
    db.run("insert into t values (-5, 'a', 0), (3, 'b', 0), (1000, 'c', 0)");
    rows r(120);
    ask(db.engine, bulk(r));
    CHECK(r.keys == counting_from(1001, 120));
    CHECK(mismatches(db, r) == 0);
}

TEST_CASE("the keys of a bulk insert are positive, also where all that are there are not", "[sqlite]") {
    const bulk_database db;
    db.run("insert into t values (-5, 'a', 0)");
    rows r(120);
    ask(db.engine, bulk(r));
    CHECK(r.keys == counting_from(1, 120));
    CHECK(mismatches(db, r) == 0);
}

TEST_CASE("a second bulk insert goes on where the first has ended", "[sqlite]") {
    const bulk_database db;
    for (int round = 0; round < 3; ++round) {
        db.run("update t set name = null");
        rows r(75);
        ask(db.engine, bulk(r));
        CHECK(r.keys == counting_from(1 + 75 * round, 75));
        CHECK(mismatches(db, r) == 0);
    }
}

TEST_CASE("a bulk insert into a table with AUTOINCREMENT gives out no key twice", "[sqlite]") {
    const bulk_database db("integer primary key autoincrement");
    db.run("insert into t values (500, 'gone', 0); delete from t");
    rows r(120);
    ask(db.engine, bulk(r));
    CHECK(r.keys == counting_from(501, 120));
    CHECK(mismatches(db, r) == 0);
}

TEST_CASE("a bulk insert into a table with a trigger that inserts there too keeps its keys apart",
          "[sqlite]") {
    const bulk_database db;
    db.run("create trigger twin after insert on T when new.n % 2 = 0 and new.name not like 'twin%' begin "
           "insert into t (name, n) values ('twin of ' || new.name, 0); end");
    rows r(120);
    ask(db.engine, bulk(r));
    CHECK(mismatches(db, r) == 0);
    CHECK(db.one("select count(*) from t") == "180");
}

TEST_CASE("where the largest key is taken SQLite chooses the keys", "[sqlite]") {
    const bulk_database db;
    db.run("insert into t values (9223372036854775807, 'last', 0)");
    rows r(60);
    ask(db.engine, bulk(r));
    CHECK(mismatches(db, r) == 0);
}

TEST_CASE("a bulk insert without keys asks for none", "[sqlite]") {
    const bulk_database db;
    rows r(333);
    ask(db.engine, bulk(r, false));
    CHECK(r.keys == std::vector<std::int64_t>(333));
    CHECK(db.one("select sum(n) from t") == std::to_string(333 * 332 / 2));
}

TEST_CASE("a bulk statement that computes a value computes it for every row", "[sqlite]") {
    const bulk_database db;
    static const statement upper({.name = "upper",
                                  .sqlite = "insert into t (name, n) values (upper(?1), ?2)",
                                  .postgres = {},
                                  .parameters = 2,
                                  .table = &t});
    rows r(120);
    question q = bulk(r, false);
    q.last().what = &upper;
    ask(db.engine, q);
    CHECK(db.one("select count(*) from t where name glob 'ROW *'") == "120");
}

TEST_CASE("a bulk statement of run time is not mistaken for one that lay at the same address", "[sqlite]") {
    const bulk_database db;
    db.run("create table u (name text, n integer)");
    alignas(statement) std::byte place[sizeof(statement)];
    for (const char* sql :
         {"insert into t (name, n) values (?1, ?2)", "insert into u (name, n) values (?1, ?2)"}) {
        const auto* s = new (place)
            statement({.name = "s", .sqlite = sql, .postgres = {}, .parameters = 2, .lasting = false});
        rows r(120);
        question q = bulk(r, false);
        q.last().what = s;
        ask(db.engine, q);
        s->~statement();
    }
    CHECK(db.one("select count(*) from t") == "120");
    CHECK(db.one("select count(*) from u") == "120");
}

TEST_CASE("the row that fails is told by its index, and nothing is stored", "[sqlite]") {
    const bulk_database db;
    db.run("insert into t values (1, 'there', 0)");
    const std::size_t offender = GENERATE(0u, 37u, 49u, 50u, 99u, 130u, 139u);
    rows r(140);
    errc kind{};
    SECTION("by a unique value") {
        r.names[offender] = "there";
        kind = errc::unique_violation;
    }
    SECTION("by its encoding") {
        r.before = [offender](std::size_t i) {
            if (i == offender) hawser::throw_error(errc::out_of_range, "too much");
        };
        kind = errc::out_of_range;
    }
    const auto q = bulk(r);
    const auto e = error_of(db.engine, q);
    CHECK(e.kind() == kind);
    CHECK(e.info().row == offender);
    if (kind == errc::unique_violation) {
        CHECK(e.info().constraint == "t_name_uq");
        CHECK(e.info().statement_name == "t.insert");
    }
    CHECK(db.one("select group_concat(name) from t") == "there");
}

TEST_CASE("of two rows that contradict each other the second is the one that fails", "[sqlite]") {
    const bulk_database db;
    rows r(100);
    r.names[77] = r.names[60];
    CHECK(error_of(db.engine, bulk(r)).info().row == 77u);
    CHECK(db.one("select count(*) from t") == "0");
}

TEST_CASE("a row that gives too few values is refused", "[sqlite]") {
    const bulk_database db;
    static const statement three({.name = "three",
                                  .sqlite = "insert into t (id, name, n) values (?1, ?2, ?3)",
                                  .postgres = {},
                                  .parameters = 3});
    rows r(3);
    question q = bulk(r, false);
    q.last().what = &three;
    CHECK(kind_of(failure_of(db.engine, q)) == errc::misuse);
}

TEST_CASE("a bulk statement in a batch of several stands or falls with it", "[sqlite]") {
    const bulk_database db;
    rows r(60);
    question q(batch_mode::atomic);
    q.add("insert into t (name, n) values ('first', 0)");
    auto& b = q.job->batch.requests.emplace_back();
    b.what = &plain;
    b.bulk = &r;
    q.add("insert into t (name, n) values ('row 7', 0)");
    CHECK(kind_of(failure_of(db.engine, q)) == errc::unique_violation);
    CHECK(db.one("select count(*) from t") == "0");
    question mixed(batch_mode::independent);
    mixed.add("insert into t (name, n) values ('first', 0)");
    auto& again = mixed.job->batch.requests.emplace_back();
    again.what = &plain;
    again.bulk = &r;
    CHECK(kind_of(failure_of(db.engine, mixed)) == errc::misuse);
    CHECK(db.one("select count(*) from t") == "0");
}

TEST_CASE("a cancelled bulk insert lets its caller go once its rows are undone", "[sqlite]") {
    const bulk_database db;
    rows r(5000);
    asio::io_context io;
    asio::cancellation_signal signal;
    std::latch reached(1);
    std::latch cancelled(1);
    r.before = [&](std::size_t i) {
        if (i != 1500) return;
        reached.count_down();
        cancelled.wait();
    };
    const auto q = bulk(r);
    std::optional<errc> kind;
    std::string left;
    asio::co_spawn(io, send(db.engine, q.job),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                       if (e) kind = kind_of(e);
                       left = db.raw().text("select count(*) from t");
                   }));
    io.poll();
    reached.wait();
    signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK_FALSE(kind);
    cancelled.count_down();
    io.run();
    CHECK(kind == errc::cancelled);
    CHECK(left == "0");
    rows again(10);
    CHECK_NOTHROW(ask(db.engine, bulk(again)));
}

TEST_CASE("a bulk insert that is out of time is undone", "[sqlite]") {
    const bulk_database db;
    rows r(5000);
    auto q = bulk(r);
    const auto due = hawser::clock::now() + std::chrono::milliseconds(50);
    q.until(due);
    r.before = [due](std::size_t i) {
        if (i == 1500)
            while (hawser::clock::now() < due) std::this_thread::yield();
    };
    CHECK(kind_of(failure_of(db.engine, q)) == errc::statement_timeout);
    CHECK(db.one("select count(*) from t") == "0");
}

TEST_CASE("a context that is destroyed waits until a running bulk insert has let go of its rows",
          "[sqlite][concurrency]") {
    const bulk_database db;
    std::atomic<bool> alive{true};
    std::atomic<bool> touched_late{false};
    std::latch reached(1);
    auto r = std::make_unique<rows>(100000);
    r->before = [&](std::size_t i) {
        if (!alive) touched_late = true;
        if (i == 1500) reached.count_down();
    };
    {
        asio::io_context io;
        const auto q = bulk(*r);
        asio::co_spawn(io, send(db.engine, q.job), asio::detached);
        io.poll();
        reached.wait();
    }
    alive = false;
    r.reset();
    CHECK(db.one("select count(*) from t") == "0"); // served after the bulk insert has been undone
    ask(db.engine, write("insert into t (name, n) values ('next', 1)"));
    CHECK_FALSE(touched_late);
    CHECK(db.one("select count(*) from t") == "1");
}

TEST_CASE("pages spill while a bulk statement runs, and not after it, whether it succeeds or fails",
          "[sqlite]") {
    hawser::sqlite::settings s;
    s.cache_kib = 64;
    s.checkpoint_frames = std::numeric_limits<int>::max(); // so that the log only grows
    s.checkpoint_at_most = 1 << 20;
    const bulk_database db("integer primary key", s);
    const bool fails = GENERATE(false, true);
    rows r(3000);
    for (auto& name : r.names) name += std::string(2000, 'x');
    if (fails) r.names.back() = r.names.front();
    const std::filesystem::path log = db.path() + "-wal";
    std::uintmax_t during = 0;
    r.before = [&](std::size_t i) {
        if (i == 2900) during = std::filesystem::file_size(log);
    };
    if (fails)
        CHECK(kind_of(failure_of(db.engine, bulk(r))) == errc::unique_violation);
    else
        ask(db.engine, bulk(r));
    CHECK(during > 1 << 20); // of 6 MB, with 64 KB of cache
    // In a group nothing may spill: as many pages, none of them in the log before COMMIT.
    const auto before = std::filesystem::file_size(log);
    question q(batch_mode::atomic);
    q.add("insert into t (name, n) select value || hex(zeroblob(1000)), value from "
          "(with recursive c(value) as (select 1 union all select value + 1 from c where value < 2000) "
          "select value from c)");
    q.add("insert into t (name, n) values (null, null)");
    CHECK(kind_of(failure_of(db.engine, q)) == errc::not_null_violation);
    CHECK(std::filesystem::file_size(log) < before + (128 << 10));
}

TEST_CASE("a bulk load on a lease of its own spills, and a failure undoes the whole of it", "[sqlite]") {
    const bulk_database db;
    const auto lease = db.engine->make_lease("load", false);
    question start = begin(lease);
    start.job->long_running = true;
    ask(db.engine, start);
    rows first(60);
    ask(db.engine, on_lease(lease, bulk(first)));
    CHECK(kind_of(failure_of(db.engine, on_lease(lease, hawser::engine::verb::savepoint, 1))) ==
          errc::misuse);
    CHECK(db.one("select count(*) from t") == "0");
    SECTION("committed") {
        rows second(60);
        for (auto& name : second.names) name += " of the second";
        ask(db.engine, on_lease(lease, bulk(second)));
        ask(db.engine, on_lease(lease, hawser::engine::verb::commit));
        CHECK(db.one("select count(*) from t") == "120");
        CHECK(second.keys == counting_from(61, 60));
    }
    SECTION("failed") {
        rows second(60); // the same names
        CHECK(kind_of(failure_of(db.engine, on_lease(lease, bulk(second)))) == errc::unique_violation);
        const auto e = error_of(db.engine, on_lease(lease, hawser::engine::verb::commit));
        CHECK(e.id() == "DB_TXN_001");
        CHECK(db.one("select count(*) from t") == "0");
    }
}

TEST_CASE("a bulk insert on an interactive lease is undone alone", "[sqlite]") {
    const bulk_database db;
    const auto lease = db.engine->make_lease("tx", false);
    ask(db.engine, begin(lease));
    ask(db.engine, on_lease(lease, write("insert into t (name, n) values ('mine', 1)")));
    rows r(100);
    r.names[99] = "mine";
    CHECK(error_of(db.engine, on_lease(lease, bulk(r))).info().row == 99u);
    ask(db.engine, on_lease(lease, hawser::engine::verb::commit));
    CHECK(db.one("select group_concat(name) from t") == "mine");
}

TEST_CASE("a bulk insert into a table with many columns goes in fewer rows at once", "[sqlite]") {
    hawser::sqlite::settings s;
    hawser::sqlite::connection c(s, hawser::sqlite::role::sole);
    c.run_script("create table t (id integer primary key, name text, n integer)");
    sqlite3_limit(c.handle(), SQLITE_LIMIT_VARIABLE_NUMBER, 10);
    rows r(100);
    const auto q = bulk(r);
    CHECK_NOTHROW(hawser::sqlite::run_bulk(c, q.job->batch.requests[0], {}));
    CHECK(r.keys == counting_from(1, 100));
}

namespace {

// Sets n of the row of a name.
const statement renumber({.name = "t.update",
                          .sqlite = "update t set n = ?1 where name = ?2 and n <> 5",
                          .postgres = {},
                          .parameters = 2,
                          .table = &t});
const statement has_name({.name = "t.exists",
                          .sqlite = "select 1 from t where name = ?1",
                          .postgres = {},
                          .parameters = 1,
                          .read_only = true,
                          .table = &t});
const statement put({.name = "t.upsert",
                     .sqlite = "insert into t (name, n) values (?1, ?2) "
                               "on conflict (name) do update set n = excluded.n",
                     .postgres = {},
                     .parameters = 2,
                     .table = &t});
const statement drop_name({.name = "t.erase",
                           .sqlite = "delete from t where name = ?1",
                           .postgres = {},
                           .parameters = 1,
                           .table = &t});

struct updates final : hawser::row_source {
    std::vector<std::string> names;
    std::vector<std::pair<std::size_t, bool>> misses;

    std::size_t size() const override { return names.size(); }
    std::size_t position(std::size_t index) const override { return 1000 + index; }
    void encode(std::size_t index, hawser::parameters& to) const override {
        to.integer(9);
        to.text(names[index]);
    }
    void encode_key(std::size_t index, hawser::parameters& to) const override { to.text(names[index]); }
    void assigned(std::size_t, std::int64_t) override {}
    void missed(std::size_t index, bool exists) override { misses.emplace_back(index, exists); }
};

struct names_only final : hawser::row_source {
    std::vector<std::string> names;
    std::size_t size() const override { return names.size(); }
    void encode(std::size_t index, hawser::parameters& to) const override { to.text(names[index]); }
    void assigned(std::size_t, std::int64_t) override {}
};

question bulk_of(const statement& what, hawser::engine::bulk_verb verb, hawser::row_source& from) {
    question q(batch_mode::atomic);
    auto& r = q.job->batch.requests.emplace_back();
    r.what = &what;
    r.bulk = &from;
    r.bulk_as = verb;
    return q;
}

} // namespace

TEST_CASE("a bulk update tells its source which rows it missed, and whether their keys are there",
          "[sqlite]") {
    const bulk_database db;
    db.run("insert into t (name, n) values ('a', 1), ('stale', 5), ('b', 1)");
    updates rows;
    rows.names = {"a", "gone", "stale", "b"};
    auto q = bulk_of(renumber, hawser::engine::bulk_verb::update, rows);
    q.last().probe = &has_name;
    ask(db.engine, q);
    CHECK(rows.misses == std::vector<std::pair<std::size_t, bool>>{{1, false}, {2, true}});
    CHECK(q.last().rows_affected == 2);
    CHECK(q.last().rows_done == 4);
    CHECK(db.one("select group_concat(n) from t") == "9,5,9");
}

TEST_CASE("a bulk update that must find its rows fails at the first that it misses", "[sqlite]") {
    const bulk_database db;
    db.run("insert into t (name, n) values ('a', 1), ('stale', 5)");
    updates rows;
    const bool stale = GENERATE(true, false);
    rows.names = {"a", stale ? "stale" : "gone"};
    auto q = bulk_of(renumber, hawser::engine::bulk_verb::update, rows);
    q.last().probe = &has_name;
    q.last().when_no_row = errc::stale_object;
    const auto e = error_of(db.engine, q);
    CHECK(e.kind() == (stale ? errc::stale_object : errc::not_found));
    CHECK(e.info().row == 1001u);
    CHECK(e.info().table == "t");
    CHECK(rows.misses.empty());
    CHECK(db.one("select group_concat(n) from t") == "1,5");
}

TEST_CASE("a bulk upsert counts what it inserted, also where triggers insert", "[sqlite]") {
    const bulk_database db;
    db.run("create table log (id integer primary key, name text);"
           "create trigger note after insert on t begin insert into log (name) values (new.name); end;"
           "create trigger note_update after update on t begin insert into log (name) values (new.name); end;"
           "insert into t (name, n) values ('row 3', 0), ('row 70', 0)");
    rows r(100);
    const auto q = bulk_of(put, hawser::engine::bulk_verb::upsert, r);
    ask(db.engine, q);
    CHECK(q.job->batch.requests[0].rows_affected == 100);
    CHECK(q.job->batch.requests[0].inserted == 98);
    CHECK(db.one("select n from t where name = 'row 70'") == "70");
}

TEST_CASE("a bulk erase counts the rows that were there", "[sqlite]") {
    const bulk_database db;
    db.run("insert into t (name, n) values ('a', 1), ('b', 1), ('c', 1)");
    names_only rows;
    rows.names = {"a", "x", "c", "a"};
    const auto q = bulk_of(drop_name, hawser::engine::bulk_verb::erase, rows);
    ask(db.engine, q);
    CHECK(q.job->batch.requests[0].rows_affected == 2);
    CHECK(db.one("select group_concat(name) from t") == "b");
}

TEST_CASE("a bulk statement that may pause does so after the hold time, with what it has done committed",
          "[sqlite]") {
    hawser::sqlite::settings s;
    const bool in_time = GENERATE(false, true);
    s.group_hold = in_time ? std::chrono::hours(1) : std::chrono::hours(0);
    const bulk_database db("integer primary key", s);
    rows r(1000);
    auto q = bulk(r);
    q.last().may_pause = GENERATE(true, false);
    ask(db.engine, q);
    const std::size_t done = in_time || !q.last().may_pause ? 1000 : 100;
    CHECK(q.last().rows_done == done);
    CHECK(q.last().rows_affected == static_cast<std::int64_t>(done));
    CHECK(db.one("select count(*) from t") == std::to_string(done));
}
