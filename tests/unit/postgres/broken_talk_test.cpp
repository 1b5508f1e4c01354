// Conversations with the network failing at each byte: every job ends once, and is told the truth.
#include "broken_talk.hpp"
#include "numbers.hpp"
#include <memory>

using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace wire;

namespace {

using turn = broken_talk::turn;
using scene = broken_talk::scene;

std::string cold(const std::string& name, const std::string& sql, const pg::numbers& types = {},
                 const pg::values& values = {}) {
    return pg::parse(name, sql, types) + pg::describe('S', name) + pg::bind("", name, values) + pg::execute();
}

question control(verb what) {
    question q(batch_mode::atomic);
    q.job->what = what;
    return q;
}

const std::string begun = first_done("BEGIN", 'T');
const std::string committed = first_done("COMMIT");

} // namespace

TEST_CASE("a write whose connection breaks is unknown where all of it has left, and goes again where not",
          "[postgres][broken]") {
    broken_talk([] {
        const std::string client =
            cold("s1", "insert into t values ($1)", {int8}, {pg::int8(7)}) + pg::sync();
        const std::string server = first_done("INSERT 0 1", 'I', {int8});
        return scene{.turns = {{{support::write("insert into t values ($1)", 7)}, client, server}},
                     .fates = {like({client.size(), server.size(), "again", "commit_unknown", "none"})}};
    }).replay();
}

TEST_CASE("a read whose connection breaks goes again, however many of its rows have come",
          "[postgres][broken]") {
    broken_talk([] {
        const std::string client = cold("s1", "select v from t") + pg::sync();
        const std::string server = described({}, {{"v", int8}}) + pg::bind_complete() + number_row(1) +
                                   number_row(2) + pg::command_complete("SELECT 2") + pg::ready();
        return scene{.turns = {{{support::read("select v from t")}, client, server}},
                     .fates = {like({client.size(), server.size(), "again", "again", "none"})}};
    }).replay();
}

TEST_CASE("an atomic batch whose connection breaks is stored whole or not at all", "[postgres][broken]") {
    const bool fails = GENERATE(false, true);
    broken_talk([fails] {
        question q(batch_mode::atomic);
        q.add("insert into t values ($1)").value(1).add("insert into u values ($1)").value(2);
        q.add("insert into v values (3)");
        const std::string client = cold("s1", "insert into t values ($1)", {int8}, {pg::int8(1)}) +
                                   cold("s2", "insert into u values ($1)", {int8}, {pg::int8(2)}) +
                                   cold("s3", "insert into v values (3)") + pg::sync();
        const std::string first =
            described({int8}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1");
        const std::string refused =
            first + described({int8}, {}) + pg::bind_complete() + pg::error("23505", "twice");
        const std::string server = fails ? refused + pg::ready()
                                         : first + first + described({}, {}) + pg::bind_complete() +
                                               pg::command_complete("INSERT 0 1") + pg::ready();
        return scene{.turns = {{{q}, client, server}},
                     .fates = {like({client.size(), fails ? refused.size() : server.size(), "again",
                                     "commit_unknown", fails ? "unique_violation" : "none"})}};
    }).replay();
}

TEST_CASE("independent statements whose connection breaks have their own ends where one is known",
          "[postgres][broken]") {
    broken_talk([] {
        question q(batch_mode::independent);
        q.add("insert into t values ($1)").value(1).add("insert into u values ($1)").value(2);
        const std::string one = cold("s1", "insert into t values ($1)", {int8}, {pg::int8(1)}) + pg::sync();
        const std::string two = cold("s2", "insert into u values ($1)", {int8}, {pg::int8(2)}) + pg::sync();
        const std::string told_one = first_done("INSERT 0 1", 'I', {int8});
        const judge fates = [=](const reach& r) -> std::string {
            if (r.heard >= 2 * told_one.size()) return "none,none,none";
            if (r.heard >= told_one.size()) return "none,none,commit_unknown";
            return r.may_have_run(one.size()) ? "commit_unknown" : "again";
        };
        return scene{.turns = {{{q}, one + two, told_one + told_one}}, .fates = {fates}};
    }).replay();
}

TEST_CASE("those who share a connection that breaks end each in their own way", "[postgres][broken]") {
    broken_talk([] {
        const std::string first = cold("s1", "insert into t values (1)") + pg::sync();
        const std::string second = cold("s2", "select v from t") + pg::sync();
        const std::string third = cold("s3", "delete from t") + pg::sync();
        const std::string told_first = first_done("INSERT 0 1");
        const std::string told_second = described({}, {{"v", int8}}) + pg::bind_complete() + number_row(1) +
                                        pg::command_complete("SELECT 1") + pg::ready();
        const std::string told_third =
            described({}, {}) + pg::bind_complete() + pg::error("42501", "not yours");
        const std::string client = first + second + third;
        return scene{
            .turns = {{{support::write("insert into t values (1)"), support::read("select v from t"),
                        support::write("delete from t")},
                       client,
                       told_first + told_second + told_third + pg::ready()}},
            .fates = {like({first.size(), told_first.size(), "again", "commit_unknown", "none"}),
                      like({0, told_first.size() + told_second.size(), "again", "again", "none"}),
                      like({client.size(), told_first.size() + told_second.size() + told_third.size(),
                            "again", "commit_unknown", "permission_denied"})}};
    }).replay();
}

TEST_CASE("a batch of an isolation whose connection breaks is known from the answer to its COMMIT on",
          "[postgres][broken]") {
    const bool fails = GENERATE(false, true);
    broken_talk([fails] {
        auto q = support::write("insert into t values (1)");
        q.job->modes.isolation = hawser::isolation::serializable;
        const std::string unit = cold("s1", "begin isolation level serializable") +
                                 cold("s2", "insert into t values (1)") + cold("s3", "commit") + pg::sync();
        const std::string end = cold("s4", "rollback") + pg::sync();
        const auto one = [](const char* tag) {
            return described({}, {}) + pg::bind_complete() + pg::command_complete(tag);
        };
        const std::string refused =
            one("BEGIN") + described({}, {}) + pg::bind_complete() + pg::error("40001", "no order");
        const std::string unit_told =
            fails ? refused + pg::ready('E') : one("BEGIN") + one("INSERT 0 1") + one("COMMIT") + pg::ready();
        const std::string server = unit_told + one("ROLLBACK") + pg::ready();
        return scene{.turns = {{{q}, unit + end, server}},
                     .fates = {like({unit.size(), fails ? refused.size() : unit_told.size(), "again",
                                     "commit_unknown", fails ? "serialization_failure" : "none"})}};
    }).replay();
}

TEST_CASE("a transaction whose connection breaks is rolled back, but for a COMMIT that has left",
          "[postgres][broken]") {
    broken_talk([] {
        const std::string begin = cold("s1", "begin") + pg::sync();
        const std::string insert = cold("s2", "insert into t values (1)") + pg::sync();
        const std::string commit = cold("s3", "commit") + pg::sync();
        const std::string inserted = first_done("INSERT 0 1", 'T');
        const std::size_t all = begin.size() + insert.size() + commit.size();
        const std::size_t told_insert = begun.size() + inserted.size();
        return scene{.leased = true,
                     .inside = true,
                     .turns = {{{control(verb::begin)}, begin, begun},
                               {{support::write("insert into t values (1)"), control(verb::commit)},
                                insert + commit,
                                inserted + committed}},
                     .fates = {like({0, begun.size(), "", "connection_lost", "none"}),
                               like({0, told_insert, "", "connection_lost", "none"}),
                               like({all, told_insert + committed.size(), "connection_lost", "commit_unknown",
                                     "none"})}};
    }).replay();
}

TEST_CASE("a bulk insert of several parts whose connection breaks is stored whole or not at all",
          "[postgres][broken]") {
    broken_talk([] {
        auto rows = std::make_shared<numbers>(1001);
        const auto bulk = rows->inserted();
        std::string client; // what it says is tested elsewhere
        {
            talk t;
            t.ask(rows->inserted());
            client = t.said_all();
        }
        const std::string server = described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                                   insert_described() + keys_given(1, 1000) + keys_given(1001, 1) + committed;
        return scene{
            .turns = {{{bulk}, client, server}},
            .fates = {like({client.size(), server.size(), "connection_lost", "commit_unknown", "none"})},
            .kept = rows};
    }).replay();
}

namespace {

struct letters final : hawser::row_source {
    std::size_t size() const override { return 2; }
    void encode(std::size_t index, hawser::parameters& to) const override {
        to.integer(static_cast<std::int64_t>(index));
    }
    void assigned(std::size_t, std::int64_t) override {}
};
const hawser::table_info table{.name = "t", .constraints = {}};
const hawser::statement copy_statement({.name = "t.copy_in",
                                        .sqlite = {},
                                        .postgres = "copy \"t\" (\"n\") from stdin (format binary)",
                                        .parameters = 1,
                                        .table = &table});

} // namespace

TEST_CASE("a copy_in whose connection breaks is stored whole or not at all", "[postgres][broken]") {
    broken_talk([] {
        auto rows = std::make_shared<letters>();
        question q(batch_mode::atomic);
        auto& r = q.job->batch.requests.emplace_back();
        r.what = &copy_statement;
        r.bulk = rows.get();
        r.bulk_as = hawser::engine::bulk_verb::copy;
        const std::string asks = cold("s1", "begin") + pg::parse("", "select \"n\" from \"t\"", {}) +
                                 pg::describe('S', "") + pg::sync();
        const std::string told_asked = described({}, {}) + pg::bind_complete() +
                                       pg::command_complete("BEGIN") + described({}, {{"n", int8}}) +
                                       pg::ready('T');
        const std::string signature("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
        const auto tuple = [](std::int64_t n) { return pg::int2(1) + pg::int4(8) + pg::int8(n); };
        const std::string copies = pg::parse("", "copy \"t\" (\"n\") from stdin (format binary)", {}) +
                                   pg::describe('S', "") + pg::bind("", "", {}, {}, {}) + pg::execute() +
                                   pg::copy_data(signature) +
                                   pg::copy_data(tuple(0) + tuple(1) + pg::int2(-1)) + pg::copy_done() +
                                   cold("s2", "commit") + pg::sync();
        const std::string told_copied = described({}, {}) + pg::bind_complete() + pg::copy_in_response({1}) +
                                        pg::command_complete("COPY 2") + committed;
        return scene{.leased = true,
                     .turns = {{{q}, asks, told_asked}, {{}, copies, told_copied}},
                     .fates = {like({asks.size() + copies.size(), told_asked.size() + told_copied.size(),
                                     "connection_lost", "commit_unknown", "none"})},
                     .kept = rows};
    }).replay();
}

TEST_CASE("a stream whose connection breaks ends with its transaction, at whichever of its parts",
          "[postgres][broken]") {
    broken_talk([] {
        const auto held = std::make_shared<hawser::engine::cursor>();
        question first = support::read("select v from t");
        first.job->what = verb::open_cursor;
        first.job->cursor = held;
        first.last().most_rows = 2;
        question second(batch_mode::read);
        second.job->what = verb::fetch;
        second.job->cursor = held;
        second.job->batch.requests.emplace_back().most_rows = 2;
        second.rows_wanted();
        const std::string begin = cold("s1", "begin") + pg::sync();
        const std::string opens = pg::parse("s2", "select v from t", {}) + pg::describe('S', "s2") +
                                  pg::bind("c1", "s2", {}) + pg::execute("c1", 2) + pg::sync();
        const std::string fetches = pg::execute("c1", 2) + pg::sync();
        const std::string opened = described({}, {{"v", int8}}) + pg::bind_complete() + number_row(1) +
                                   number_row(2) + pg::portal_suspended() + pg::ready('T');
        const std::string fetched = number_row(3) + pg::command_complete("SELECT 1") + pg::ready('T');
        const std::size_t all = begun.size() + opened.size();
        return scene{.leased = true,
                     .inside = true,
                     .turns = {{{control(verb::begin)}, begin, begun},
                               {{first}, opens, opened},
                               {{second}, fetches, fetched}},
                     .fates = {like({0, begun.size(), "", "connection_lost", "none"}),
                               like({0, all, "", "connection_lost", "none"}),
                               like({0, all + fetched.size(), "", "connection_lost", "none"})},
                     .kept = held};
    }).replay();
}

TEST_CASE("a stale row whose probe breaks is stale", "[postgres][broken]") {
    static const known_statement probe("select 1 from t where id = $1", true);
    static const std::string sql =
        "with u as (update t set v = 1 where id = $1 returning 1) select 1/count(*) from u";
    broken_talk([] {
        auto q = support::write(sql, 7);
        q.last().when_no_row = hawser::errc::stale_object;
        q.last().probe = &probe.what;
        q.last().probe_count = 1;
        const std::string update = cold("s1", sql, {int8}, {pg::int8(7)}) + pg::sync();
        const std::string refused = described({int8}, {{"?column?", int8}}) + pg::bind_complete() +
                                    pg::error("22012", "division by zero");
        const std::string looks =
            cold("s2", "select 1 from t where id = $1", {int8}, {pg::int8(7)}) + pg::sync();
        const std::string looked = described({int8}, {{"?column?", 23}}) + pg::bind_complete() +
                                   pg::command_complete("SELECT 0") + pg::ready();
        return scene{
            .turns = {{{q}, update, refused + pg::ready()}, {{}, looks, looked}},
            .fates = {like({update.size(), refused.size(), "again", "commit_unknown", "stale_object"})}};
    }).replay();
}

TEST_CASE(
    "whoever ran within another's transaction when the connection broke was rolled back, and is not told "
    "that it may be stored",
    "[postgres][broken]") {
    broken_talk([] {
        const std::string first = cold("s1", "call opens_one()") + pg::sync();
        const std::string second = cold("s2", "insert into t values (1)") + pg::sync();
        const std::string opened = first_done("CALL", 'T');
        const std::string inserted = first_done("INSERT 0 1", 'T');
        const std::string undoes = cold("s3", "rollback") + pg::sync();
        const std::string undoes_again = pg::bind("", "s3", {}) + pg::execute() + pg::sync();
        const std::string undone = first_done("ROLLBACK");
        const std::string undone_again = done("ROLLBACK");
        const std::string anew = pg::bind("", "s2", {}) + pg::execute() + pg::sync();
        const std::string told_anew = done("INSERT 0 1");
        const std::size_t before = first.size() + second.size() + undoes.size() + undoes_again.size();
        const std::size_t heard_before =
            opened.size() + inserted.size() + undone.size() + undone_again.size();
        const judge carried = [=](const reach& r) -> std::string {
            if (r.heard >= heard_before + told_anew.size()) return "none";
            if (r.heard >= heard_before)
                return r.may_have_run(before + anew.size()) ? "commit_unknown" : "again";
            if (r.heard >= opened.size() + inserted.size()) return "again"; // undone, whatever else
            if (r.heard >= opened.size()) return "connection_lost";
            return r.may_have_run(first.size() + second.size()) ? "commit_unknown" : "again";
        };
        return scene{
            .turns = {{{support::write("call opens_one()"), support::write("insert into t values (1)")},
                       first + second,
                       opened + inserted},
                      {{}, undoes + undoes_again, undone + undone_again},
                      {{}, anew, told_anew}},
            .fates = {like({first.size(), opened.size(), "again", "commit_unknown", "permission_denied"}),
                      carried}};
    }).replay();
}

TEST_CASE("a batch of an isolation that was sent anew is not taken for done by the answers to its first try",
          "[postgres][broken]") {
    broken_talk([] {
        auto q = support::write("insert into t values ($1)", 7);
        q.job->modes.isolation = hawser::isolation::serializable;
        const std::string first = cold("s1", "begin isolation level serializable") +
                                  cold("s2", "insert into t values ($1)", {int8}, {pg::int8(7)}) +
                                  cold("s3", "commit") + pg::sync();
        const std::string mistyped = described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                                     pg::error("42804", "of another type");
        const std::string undone = pg::ready('E') + first_done("ROLLBACK");
        const std::string second = pg::bind("", "s1", {}) + pg::execute() +
                                   pg::parse("s5", "insert into t values ($1)", {0}) +
                                   pg::describe('S', "s5") + pg::bind("", "s5", {"7"}, {0}) + pg::execute() +
                                   cold("s6", "commit") + pg::sync();
        const std::string committed_now = pg::bind_complete() + pg::command_complete("BEGIN") +
                                          described({int8}, {}) + pg::bind_complete() +
                                          pg::command_complete("INSERT 0 1") + described({}, {}) +
                                          pg::bind_complete() + pg::command_complete("COMMIT") + pg::ready();
        const std::string end = cold("s4", "rollback") + pg::sync();
        const std::string ends = pg::bind("", "s4", {}) + pg::execute() + pg::sync();
        const std::size_t before = first.size() + end.size();
        const std::size_t heard_before = mistyped.size() + undone.size();
        const judge fates = [=](const reach& r) -> std::string {
            if (r.heard >= heard_before + committed_now.size()) return "none";
            if (r.heard >= heard_before)
                return r.may_have_run(before + second.size()) ? "commit_unknown" : "again";
            if (r.heard >= mistyped.size()) return "again";
            return r.may_have_run(first.size()) ? "commit_unknown" : "again";
        };
        return scene{.turns = {{{q}, first + end, mistyped + undone},
                               {{}, second + ends, committed_now + done("ROLLBACK")}},
                     .fates = {fates}};
    }).replay();
}

TEST_CASE(
    "a statement that is sent anew since its plan was outdated is not unknown where its connection breaks "
    "before that has left",
    "[postgres][broken]") {
    static const known_statement insert("insert into t values ($1)");
    broken_talk([] {
        const std::string first = cold("s1", "insert into t values ($1)", {int8}, {pg::int8(1)}) + pg::sync();
        const std::string second = pg::bind("", "s1", {pg::int8(2)}) + pg::execute() + pg::sync();
        const std::string anew = cold("s2", "insert into t values ($1)", {int8}, {pg::int8(2)}) + pg::sync();
        const std::string inserted = first_done("INSERT 0 1", 'I', {int8});
        const std::string forgotten = pg::error("26000", "prepared statement \"s1\" does not exist");
        const std::size_t sent = first.size() + second.size();
        const std::size_t heard = inserted.size() + forgotten.size();
        const judge fates = [=](const reach& r) -> std::string {
            if (r.heard >= heard + pg::ready().size() + inserted.size()) return "none";
            if (r.heard >= heard) return r.may_have_run(sent + anew.size()) ? "commit_unknown" : "again";
            return r.may_have_run(sent) ? "commit_unknown" : "again";
        };
        return scene{
            .turns = {{{insert.with(1)}, first, inserted},
                      {{insert.with(2)}, second, forgotten + pg::ready()},
                      {{}, anew, inserted}},
            .fates = {like({first.size(), inserted.size(), "again", "commit_unknown", "none"}), fates}};
    }).replay();
}
