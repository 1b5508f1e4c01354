#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <numeric>

namespace asio = boost::asio;
using namespace support;
using hawser::errc;
using hawser::task;
using hawser::engine::batch_mode;

namespace {

// Keeps the writer busy, so that what is sent meanwhile meets in one group.
class pause_writer {
public:
    explicit pause_writer(const engine_ptr& e) : lease_(e->make_lease("pause", false)) {
        ask(e, begin(lease_));
    }
    void end() { lease_->release(); }

private:
    std::shared_ptr<hawser::engine::lease> lease_;
};

// Sends jobs in their order while the writer is paused; then all run, and the failures are kept.
struct together {
    const test_database& db;
    std::vector<question> questions{};

    together& add(question q) {
        questions.push_back(std::move(q));
        return *this;
    }
    std::vector<std::optional<errc>> run() {
        asio::io_context io;
        std::vector<std::optional<errc>> kinds(questions.size());
        pause_writer paused(db.engine);
        for (std::size_t i = 0; i < questions.size(); ++i)
            asio::co_spawn(io, send(db.engine, questions[i].job), [&kinds, i](std::exception_ptr e) {
                if (e) kinds[i] = kind_of(e);
            });
        io.poll();
        paused.end();
        io.run();
        return kinds;
    }
};

using kinds = std::vector<std::optional<errc>>;

std::string ids(const test_database& db) {
    return db.one("select coalesce(group_concat(id), '') from (select id from t order by id)");
}

struct plain : test_database {
    plain() : test_database(whole_groups()) {
        run("create table t (id integer primary key, name text not null default 'x' check (length(name) < "
            "5)) strict;"
            "create table log (n integer primary key autoincrement, id integer) strict;"
            "create table p (id integer primary key) strict;"
            "create table k (id integer primary key, p integer references p (id) deferrable initially "
            "deferred) strict;");
        seen.forget();
    }
};

} // namespace

TEST_CASE("the members of a group are resumed by one post", "[sqlite]") {
    const plain db;
    asio::io_context io;
    int done = 0;
    pause_writer paused(db.engine);
    const auto insert = [&](int id) -> task<> {
        const question q = write("insert into t (id) values (?1)", id);
        co_await send(db.engine, q.job);
        ++done;
    };
    for (int i = 0; i < 50; ++i) asio::co_spawn(io, insert(i), asio::detached);
    io.poll();
    paused.end();
    CHECK(io.run_one() == 1);
    CHECK(done == 50);
    io.run();
}

TEST_CASE("a thousand inserts that meet in the queue are one commit", "[sqlite]") {
    plain db;
    together all{db};
    for (int i = 0; i < 1000; ++i) all.add(write("insert into t (id) values (?1)", i));
    CHECK(all.run() == kinds(1000));
    const auto seen = db.seen.seen();
    REQUIRE(seen.groups.size() == 1);
    CHECK(seen.groups[0].jobs == 1000);
    CHECK(seen.groups[0].failed == 0);
    CHECK(seen.waited == 1000);
    CHECK(db.one("select count(*) from t") == "1000");
}

TEST_CASE("what comes while a group runs shares its commit under FULL", "[sqlite]") {
    // The observer is called on the writer's thread inside the first member; the second is sent then.
    struct sender : hawser::observer {
        void on(const hawser::statement_ended& e) noexcept override {
            if (e.sql == "insert into t values (1)" && !sent.exchange(true)) other->submit(second);
        }
        void on(const hawser::group_committed& e) noexcept override { sizes.push_back(e.jobs); }
        std::atomic<bool> sent{false};
        hawser::engine::engine* other = nullptr;
        hawser::engine::job_ptr second;
        std::vector<std::size_t> sizes;
    } observer;
    const temporary_folder folder;
    auto s = whole_groups();
    s.path = folder.file("test.db");
    s.observer = &observer;
    s.durability = GENERATE(hawser::durability::full, hawser::durability::normal);
    const auto e = hawser::sqlite::open(s);
    ask(e, script("create table t (id integer primary key)"));
    observer.other = e.get();
    const question second = write("insert into t values (2)");
    observer.second = second.job;
    asio::io_context io;
    asio::co_spawn(
        io, [](hawser::engine::job_ptr j) -> task<> { co_await hawser::async::wait(*j, [] {}); }(second.job),
        asio::detached);
    io.poll();
    ask(e, write("insert into t values (1)"));
    io.run();
    CHECK(answer(e, read("select count(*) from t")) == "2");
    const auto expected = s.durability == hawser::durability::full ? std::vector<std::size_t>{2}
                                                                   : std::vector<std::size_t>{1, 1};
    close(e);
    CHECK(observer.sizes == expected);
}

TEST_CASE("an insert is acknowledged only when another process can see it", "[sqlite]") {
    plain db;
    raw_sqlite other = db.raw();
    asio::io_context io;
    int seen = 0;
    for (int i = 0; i < 50; ++i)
        asio::co_spawn(
            io,
            [](const test_database& on, raw_sqlite& reader, int id, int& found) -> task<> {
                const question q = write("insert into t (id) values (?1)", id);
                co_await send(on.engine, q.job);
                found += static_cast<int>(
                    reader.integer("select count(*) from t where id = " + std::to_string(id)));
            }(db, other, i, seen),
            asio::detached);
    io.run();
    CHECK(seen == 50);
}

TEST_CASE("writes take effect in the order in which they were sent", "[sqlite]") {
    plain db;
    together all{db};
    for (int i = 0; i < 200; ++i) all.add(write("insert into log (id) values (?1)", i));
    all.run();
    CHECK(db.one("select count(*) from log where n = id + 1") == "200");
}

TEST_CASE("a member that fails leaves the others committed", "[sqlite]") {
    plain db;
    together all{db};
    all.add(write("insert into t (id) values (1)"))
        .add(write("insert into t (id) values (1)"))
        .add(write("insert into t (id, name) values (2, 'too long')"))
        .add(write("insert into t (id, name) values (3, null)"))
        .add(write("insert into nope values (1)"))
        .add(write("insert into t (id) values (4), (5), (1)"))
        .add(write("insert into t (id) values (6)"));
    CHECK(all.run() == kinds{std::nullopt, errc::unique_violation, errc::check_violation,
                             errc::not_null_violation, errc::undefined_object, errc::unique_violation,
                             std::nullopt});
    CHECK(ids(db) == "1,6");
    const auto seen = db.seen.seen();
    REQUIRE(seen.groups.size() == 1);
    CHECK(seen.groups[0].jobs == 7);
    CHECK(seen.groups[0].failed == 5);
}

TEST_CASE("a member that makes SQLite roll the group back fails alone, the others are run again, once",
          "[sqlite]") {
    plain db;
    db.run(
        "create trigger bang before insert on p when new.id = 13 begin select raise(rollback, 'bang'); end");
    const std::string offender =
        GENERATE(as<std::string>{}, "insert or rollback into t (id) values (1)", "insert into p values (13)");
    const auto kind = offender.find("bang") == std::string::npos && offender.find(" p ") == std::string::npos
                          ? errc::unique_violation
                          : errc::check_violation;
    together all{db};
    all.add(write("insert into t (id) values (1)"))
        .add(write("insert into log (id) values (1)"))
        .add(write("insert into t (id) values (1)"))
        .add(write(offender))
        .add(write("insert into log (id) values (2)"));
    CHECK(all.run() == kinds{std::nullopt, std::nullopt, errc::unique_violation, kind, std::nullopt});
    CHECK(ids(db) == "1");
    CHECK(db.one("select group_concat(id) from (select id from log order by n)") == "1,2");
}

TEST_CASE("a deferred foreign key that stays unsatisfied fails its own job alone", "[sqlite]") {
    plain db;
    for (int round = 0; round < 2; ++round) { // the second time every member has a savepoint
        together all{db};
        all.add(write("insert into t (id) values (?1)", 10 * round + 1))
            .add(write("insert into k values (?1, 99)", 10 * round + 2))
            .add(write("insert into t (id) values (?1)", 10 * round + 3));
        CHECK(all.run() == kinds{std::nullopt, errc::foreign_key_violation, std::nullopt});
    }
    CHECK(ids(db) == "1,3,11,13");
    CHECK(db.one("select count(*) from k") == "0");
    // Round one lost its group, so that only the third was left to commit in one; round two lost nothing.
    const auto seen = db.seen.seen();
    CHECK(seen.groups.back().jobs == 3);
    CHECK(seen.groups.back().failed == 1);
}

TEST_CASE("a job that satisfies its deferred foreign key by its end is fine", "[sqlite]") {
    plain db;
    question q(batch_mode::atomic);
    q.add("insert into k values (1, 5)").add("insert into p values (5)");
    CHECK_NOTHROW(ask(db.engine, q));
    CHECK(db.one("select count(*) from k") == "1");
}

TEST_CASE("an atomic batch that fails leaves nothing, tells which statement it was, and its group goes on",
          "[sqlite]") {
    plain db;
    question batch(batch_mode::atomic);
    batch.add("insert into t (id) values (1)")
        .add("insert into t (id) values (2)")
        .add("insert into t (id) values (1)");
    together all{db};
    all.add(write("insert into t (id) values (10)")).add(batch).add(write("insert into t (id) values (11)"));
    CHECK(all.run() == kinds{std::nullopt, errc::unique_violation, std::nullopt});
    CHECK(error_in(batch.job->failure).info().statement_index == 2);
    CHECK(ids(db) == "10,11");
    CHECK(db.seen.seen().groups.size() == 1);
}

TEST_CASE("an atomic batch with an unsatisfied deferred key undoes itself without costing the group",
          "[sqlite]") {
    plain db;
    question batch(batch_mode::atomic);
    batch.add("insert into t (id) values (1)").add("insert into k values (1, 99)");
    together all{db};
    all.add(write("insert into t (id) values (10)")).add(batch).add(write("insert into t (id) values (11)"));
    CHECK(all.run() == kinds{std::nullopt, errc::foreign_key_violation, std::nullopt});
    CHECK(ids(db) == "10,11");
    CHECK(db.seen.seen().groups.size() == 1);
}

TEST_CASE("statements of an independent batch stand alone", "[sqlite]") {
    plain db;
    question batch(batch_mode::independent);
    batch.add("insert into t (id) values (1)")
        .add("insert into t (id) values (1)")
        .add("insert into t (id) values (2)");
    CHECK_NOTHROW(ask(db.engine, batch));
    const auto& r = batch.job->batch.requests;
    CHECK_FALSE(r[0].failure);
    CHECK(kind_of(r[1].failure) == errc::unique_violation);
    CHECK_FALSE(r[2].failure);
    CHECK(ids(db) == "1,2");
}

TEST_CASE("a statement of an independent batch that ends the group is left out when the rest is run again",
          "[sqlite]") {
    plain db;
    question batch(batch_mode::independent);
    batch.add("insert into t (id) values (1)")
        .add("insert or rollback into t (id) values (1)")
        .add("insert into t (id) values (2)")
        .add("insert into k values (1, 99)")
        .add("insert into t (id) values (3)");
    together all{db};
    all.add(write("insert into log (id) values (1)")).add(batch);
    CHECK(all.run() == kinds{std::nullopt, std::nullopt});
    const auto& r = batch.job->batch.requests;
    CHECK_FALSE(r[0].failure);
    CHECK(kind_of(r[1].failure) == errc::unique_violation);
    CHECK_FALSE(r[2].failure);
    CHECK(kind_of(r[3].failure) == errc::foreign_key_violation);
    CHECK_FALSE(r[4].failure);
    CHECK(ids(db) == "1,2,3");
    CHECK(db.one("select count(*) from log") == "1");
}

TEST_CASE("a key that an earlier statement was given is bound in a later one", "[sqlite]") {
    plain db;
    question q(batch_mode::atomic);
    q.add("insert into p (id) values (null)").last().generates_key = true;
    q.add("insert into k (id, p) values (7, ?1)").key_of(0);
    ask(db.engine, q);
    CHECK(q.job->batch.requests[0].key == 1);
    CHECK(db.one("select p from k where id = 7") == "1");
}

TEST_CASE("no row where one is expected is the failure that was asked for", "[sqlite]") {
    plain db;
    const errc kind = GENERATE(errc::not_found, errc::precondition_failed, errc::stale_object);
    question q(batch_mode::atomic);
    q.add("insert into t (id) values (1)");
    q.add("update t set name = 'y' where id = 99").last().when_no_row = kind;
    const auto e = error_of(db.engine, q);
    CHECK(e.kind() == kind);
    CHECK(e.info().statement_index == 1);
    CHECK(ids(db).empty());
}

TEST_CASE("a guard that returns no row fails the batch, one that returns a row does not", "[sqlite]") {
    plain db;
    ask(db.engine, write("insert into t (id) values (1)"));
    question q(batch_mode::atomic);
    q.add("select 1 from t where id = 1").last().when_no_row = errc::precondition_failed;
    q.add("insert into t (id) values (2)");
    CHECK_NOTHROW(ask(db.engine, q));
    question fails(batch_mode::atomic);
    fails.add("insert into t (id) values (3)");
    fails.add("select 1 from t where id = 77").last().when_no_row = errc::precondition_failed;
    CHECK(kind_of(failure_of(db.engine, fails)) == errc::precondition_failed);
    CHECK(ids(db) == "1,2");
}

TEST_CASE("a stale object is told with whether its row is still there", "[sqlite]") {
    plain db;
    ask(db.engine, write("insert into t (id, name) values (1, 'new')"));
    const bool there = GENERATE(true, false);
    question q(batch_mode::atomic);
    q.add("update t set name = 'x' where id = ?1 and name = 'old'").value(there ? 1 : 2);
    static const hawser::statement probe(
        {.name = "probe", .sqlite = "select 1 from t where id = ?1", .postgres = {}, .read_only = true});
    q.last().when_no_row = errc::stale_object;
    q.last().probe = &probe;
    q.last().probe_first = 0;
    q.last().probe_count = 1;
    try {
        ask(db.engine, q);
        FAIL("it was not stale");
    } catch (const hawser::stale_object& e) {
        CHECK(e.row_exists() == there);
        CHECK(e.kind() == errc::stale_object);
    }
}

TEST_CASE("rows that a write returns are given to its sink", "[sqlite]") {
    plain db;
    question q = write("insert into t (id) values (1), (2) returning id * 10 as ten");
    q.rows_wanted();
    ask(db.engine, q);
    CHECK(q.rows().columns == std::vector<std::string>{"ten"});
    CHECK(q.rows().rows == std::vector<std::vector<std::string>>{{"10"}, {"20"}});
    CHECK(q.job->batch.requests[0].rows_affected == 2);
}

TEST_CASE("a write whose rows are not all wanted is stored whole, and its group commits", "[sqlite]") {
    plain db;
    question q = write("insert into t (id) values (1), (2), (3) returning id");
    q.rows_wanted().rows().most = 1;
    together all{db};
    all.add(q).add(write("insert into t (id) values (4)"));
    CHECK(all.run() == kinds{std::nullopt, std::nullopt});
    CHECK(q.rows().rows.size() == 1);
    CHECK(ids(db) == "1,2,3,4");
}

TEST_CASE("a write whose row cannot be taken stores nothing and leaves its group", "[sqlite]") {
    plain db;
    question q = write("insert into t (id) values (1), (2) returning id");
    q.rows_wanted().rows().fails = errc::type_mismatch;
    together all{db};
    all.add(write("insert into t (id) values (10)")).add(q).add(write("insert into t (id) values (11)"));
    CHECK(all.run() == kinds{std::nullopt, errc::type_mismatch, std::nullopt});
    CHECK(ids(db) == "10,11");
}

TEST_CASE("a member that is run again begins its rows anew", "[sqlite]") {
    plain db;
    ask(db.engine, write("insert into t (id) values (1)"));
    question q = write("insert into t (id) values (2) returning id");
    q.rows_wanted();
    together all{db};
    all.add(q).add(write("insert or rollback into t (id) values (1)"));
    CHECK(all.run() == kinds{std::nullopt, errc::unique_violation});
    CHECK(q.rows().begun == 2);
    CHECK(q.rows().rows == std::vector<std::vector<std::string>>{{"2"}});
}

TEST_CASE("rows affected are those of the statement alone", "[sqlite]") {
    plain db;
    ask(db.engine, write("insert into t (id) values (1), (2), (3)"));
    question q(batch_mode::atomic);
    q.add("update t set name = 'y' where id > 1")
        .add("update t set name = 'z' where id > 99")
        .add("create table other (a)")
        .add("delete from t")
        .add("insert or ignore into t (id) values (1), (1)");
    ask(db.engine, q);
    const auto& r = q.job->batch.requests;
    CHECK(r[0].rows_affected == 2);
    CHECK(r[1].rows_affected == 0);
    CHECK(r[2].rows_affected == 0);
    CHECK(r[3].rows_affected == 3);
    CHECK(r[4].rows_affected == 1);
}

TEST_CASE("an ignored insert has no key", "[sqlite]") {
    plain db;
    ask(db.engine, write("insert into t (id) values (7)"));
    question q = write("insert or ignore into t (id) values (7)");
    q.last().generates_key = true;
    ask(db.engine, q);
    CHECK(q.job->batch.requests[0].rows_affected == 0);
    CHECK(q.job->batch.requests[0].key == 0);
}

TEST_CASE("a group ends at its limits", "[sqlite]") {
    auto s = whole_groups();
    SECTION("of jobs") {
        s.group_jobs = 10;
    }
    SECTION("of bytes") {
        s.group_bytes = 10 * sizeof(hawser::field_view);
    }
    SECTION("of time") {
        s.group_hold = std::chrono::microseconds(0);
    }
    test_database db(s);
    db.run("create table t (id integer primary key)");
    db.seen.forget();
    together all{db};
    for (int i = 0; i < 100; ++i) all.add(write("insert into t values (?1)", i));
    all.run();
    const auto seen = db.seen.seen();
    CHECK(seen.groups.size() >= 6);
    CHECK(std::accumulate(seen.groups.begin(), seen.groups.end(), std::size_t{0},
                          [](std::size_t n, const auto& g) { return n + g.jobs; }) == 100);
}

TEST_CASE("a group in memory is atomic to its readers", "[sqlite]") {
    test_database db(whole_groups(), true);
    db.run("create table t (id integer primary key)");
    together all{db};
    all.add(write("insert into t values (1)"))
        .add(read("select count(*) from t"))
        .add(write("insert into t values (2)"))
        .add(write("insert or rollback into t values (1)"))
        .add(read("select count(*) from t"));
    CHECK(all.run() == kinds{std::nullopt, std::nullopt, std::nullopt, errc::unique_violation, std::nullopt});
    CHECK(all.questions[1].rows().rows[0][0] == "1");
    CHECK(all.questions[4].rows().rows[0][0] == "2");
}

TEST_CASE("a big batch that fails puts nothing of its own into the log", "[sqlite]") {
    auto s = whole_groups();
    s.cache_kib = 64;
    const test_database db(s);
    db.run("create table t (id integer primary key, body text)");
    ask(db.engine, write("insert into t values (1, 'before')"));
    question q(batch_mode::atomic);
    q.add("insert into t select value, hex(zeroblob(2000)) from "
          "(with recursive c(value) as (select 2 union all select value + 1 from c where value < 1000) "
          "select value from c)");
    q.add("update t set body = body || 'x'");
    q.add("insert into t values (1, 'again')");
    const std::filesystem::path log = db.path() + "-wal";
    const auto before = std::filesystem::file_size(log);
    CHECK(kind_of(failure_of(db.engine, q)) == errc::unique_violation);
    CHECK(std::filesystem::file_size(log) < before + (64 << 10)); // the batch made 4 MB
    CHECK(db.one("select group_concat(body) from t") == "before");
}
