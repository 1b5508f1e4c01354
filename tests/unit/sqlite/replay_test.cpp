// Groups against a model: whatever the members are and in whichever way they fail, the outcome of each and what is
// stored are those of the same jobs sent one after the other.
#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <random>

namespace asio = boost::asio;
using namespace support;
using hawser::errc;
using hawser::engine::batch_mode;

namespace {

// Triggers count and note every row: what is run twice shows.
constexpr const char* tables =
    "create table t (id integer primary key, v integer not null check (v < 4), name text unique) strict;"
    "create table p (id integer primary key) strict;"
    "create table k (id integer primary key, p integer references p (id) deferrable initially deferred) "
    "strict;"
    "create table tally (n integer) strict; insert into tally values (0);"
    "create table journal (n integer primary key autoincrement, what text) strict;"
    "create trigger t_new after insert on t begin update tally set n = n + 1;"
    "  insert into journal (what) values ('+' || new.id); end;"
    "create trigger t_changed after update on t begin update tally set n = n + 1;"
    "  insert into journal (what) values ('~' || new.id); end;"
    "create trigger t_gone after delete on t begin update tally set n = n + 1;"
    "  insert into journal (what) values ('-' || old.id); end;"
    "create trigger bang before insert on p when new.id = 13 begin select raise(rollback, 'bang'); end;";

std::string content(const test_database& db) {
    std::string all;
    for (const char* sql : {"select group_concat(id || ':' || v || ':' || coalesce(name, ''), ' ') from "
                            "(select * from t order by id)",
                            "select group_concat(id, ' ') from (select * from p order by id)",
                            "select group_concat(id || ':' || p, ' ') from (select * from k order by id)",
                            "select n from tally",
                            "select group_concat(n || what, ' ') from (select * from journal order by n)"})
        all += db.one(sql) + "\n";
    return all;
}

// A job and how to tell what came of it.
struct member {
    question q;
    std::optional<errc> failure{};

    [[nodiscard]] std::string outcome() const {
        std::string text = failure ? "failed " + std::to_string(static_cast<int>(*failure)) : "done";
        for (const auto& r : q.job->batch.requests)
            text += r.failure ? " failed " + std::to_string(static_cast<int>(kind_of(r.failure)))
                              : (failure ? "" : " " + std::to_string(r.rows_affected));
        return text;
    }
};

std::string statement_of_chance(std::mt19937& chance) {
    const auto id = std::to_string(chance() % 12);
    switch (chance() % 10) {
    case 0:
    case 1:
    case 2: return "insert into t (id, v) values (" + id + ", 0)";
    case 3: return "update t set v = v + 1 where id = " + id;
    case 4: return "delete from t where id = " + id;
    case 5: return "insert into t (id, v, name) values (" + id + ", 9, 'v too large')";
    case 6: return "insert into t (id, v, name) values (null, 1, 'n" + id + "')";
    case 7: return "insert into p values (" + id + ")";
    case 8: return "insert into k (p) values (" + id + ")"; // often there is no such p
    default: return "insert into t (id, v) values (" + id + ", 1) on conflict (id) do update set v = t.v + 1";
    }
}

std::string offender_of_chance(std::mt19937& chance) {
    switch (chance() % 3) {
    case 0: return "insert or rollback into t (id, v) values (" + std::to_string(chance() % 12) + ", 0)";
    case 1: return "insert into p values (13)";
    default: return "update or rollback t set v = 9 where id = " + std::to_string(chance() % 12);
    }
}

// Twice the same jobs where `chance` is in the same state.
std::vector<member> members_of(std::mt19937 chance) {
    std::vector<member> all;
    const std::size_t count = 1 + chance() % 40;
    const auto offenders = chance() % 5; // in 20
    for (std::size_t i = 0; i < count; ++i) {
        const bool independent = chance() % 4 == 0;
        const std::size_t statements = chance() % 3 == 0 ? 1 + chance() % 4 : 1;
        question q(independent ? batch_mode::independent : batch_mode::atomic);
        for (std::size_t s = 0; s < statements; ++s) {
            q.add(chance() % 20 < offenders ? offender_of_chance(chance) : statement_of_chance(chance));
            if (!independent && chance() % 12 == 0) q.last().when_no_row = errc::not_found;
        }
        all.push_back({std::move(q)});
    }
    return all;
}

void run_together(const test_database& db, std::vector<member>& all) {
    asio::io_context io;
    const auto lease = db.engine->make_lease("pause", false);
    ask(db.engine, begin(lease));
    for (member& m : all)
        asio::co_spawn(io, send(db.engine, m.q.job), [&m](std::exception_ptr e) {
            if (e) m.failure = kind_of(e);
        });
    io.poll();
    lease->release();
    io.run();
}

void run_in_turn(const test_database& db, std::vector<member>& all) {
    for (member& m : all) {
        try {
            ask(db.engine, m.q);
        } catch (const hawser::error& e) { m.failure = e.kind(); }
    }
}

} // namespace

TEST_CASE("the members of a group fare as if each were sent alone, whatever the others do", "[sqlite]") {
    auto s = whole_groups();
    s.durability = hawser::durability::normal; // quicker, and all is queued before the group begins
    const bool in_memory = GENERATE(false, true);
    test_database grouped(s, in_memory);
    test_database model(s, true);
    grouped.run(tables);
    model.run(tables);
    std::size_t lost = 0;
    std::size_t failed = 0;
    for (unsigned seed = 1; seed <= 150; ++seed) {
        INFO("seed " << seed);
        std::mt19937 chance(seed);
        auto together = members_of(chance);
        auto alone = members_of(chance);
        grouped.seen.forget();
        run_together(grouped, together);
        run_in_turn(model, alone);
        for (std::size_t i = 0; i < together.size(); ++i) {
            INFO("member " << i << ": "
                           << together[i].q.job->batch.requests.front().what->text(hawser::dialect::sqlite));
            REQUIRE(together[i].outcome() == alone[i].outcome());
            failed += together[i].failure ? 1 : 0;
        }
        REQUIRE(content(grouped) == content(model));
        std::size_t committed = 0;
        for (const auto& g : grouped.seen.seen().groups) committed += g.jobs;
        lost += committed < together.size() ? 1 : 0;
    }
    CHECK(lost > 30); // groups that SQLite rolled back
    CHECK(failed > 300);
}

TEST_CASE("survivors are run again once, in their order, wherever in the group the offender is", "[sqlite]") {
    const std::size_t at = GENERATE(0u, 1u, 4u, 7u);
    const std::size_t offenders = GENERATE(1u, 2u);
    test_database db(whole_groups());
    db.run(tables);
    db.run("insert into t (id, v) values (100, 0)");
    std::vector<member> all;
    for (std::size_t i = 0; i < 8; ++i)
        all.push_back({write("insert into t (id, v) values (?1, 0)", static_cast<int>(i))});
    for (std::size_t i = 0; i < offenders; ++i)
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(at),
                   {write("insert or rollback into t (id, v) values (100, 0)")});
    run_together(db, all);
    std::size_t refused = 0;
    for (const member& m : all) refused += m.failure == errc::unique_violation ? 1 : 0;
    CHECK(refused == offenders);
    CHECK(db.one("select n from tally") == "9"); // 100 and the eight
    CHECK(db.one("select group_concat(what, ' ') from (select what from journal order by n)") ==
          "+100 +0 +1 +2 +3 +4 +5 +6 +7");
}

TEST_CASE("a unit that had succeeded is run again as a whole, with the keys that it is told", "[sqlite]") {
    test_database db(whole_groups());
    db.run(tables);
    db.run("insert into t (id, v, name) values (1, 0, 'first')");
    question unit(batch_mode::atomic);
    unit.add("insert into p values (null)").last().generates_key = true;
    unit.add("insert into k (p) values (?1)").key_of(0);
    unit.add("update t set v = v + 1 where id = 1");
    std::vector<member> all;
    all.push_back({unit});
    all.push_back({write("insert or rollback into t (id, v) values (1, 0)")});
    all.push_back({write("insert into p values (null)")});
    run_together(db, all);
    CHECK_FALSE(all[0].failure);
    CHECK(all[1].failure == errc::unique_violation);
    CHECK(unit.job->batch.requests[0].key == 1);
    CHECK(unit.job->batch.requests[2].rows_affected == 1);
    CHECK(db.one("select group_concat(p) from k") == "1");
    CHECK(db.one("select v from t where id = 1") == "1");
    CHECK(db.one("select count(*) from p") == "2");
}
