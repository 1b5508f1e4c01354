// Conversations with the network failing at each byte: groups, what goes with BEGIN and COMMIT, bulk calls, and what a
// connection says for itself.
#include "broken_talk.hpp"
#include "numbers.hpp"
#include "postgres/control.hpp"
#include <memory>

using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace wire;

namespace {

using scene = broken_talk::scene;

std::string cold(const std::string& name, const std::string& sql, const pg::numbers& types = {},
                 const pg::values& values = {}) {
    return pg::parse(name, sql, types) + pg::describe('S', name) + pg::bind("", name, values) + pg::execute();
}

question control(verb what, unsigned level = 0) {
    question q(batch_mode::atomic);
    q.job->what = what;
    q.job->level = level;
    return q;
}

const std::string begin = cold("s1", "begin") + pg::sync();
const std::string begun = first_done("BEGIN", 'T');

std::string one(const char* tag) {
    return described({}, {}) + pg::bind_complete() + pg::command_complete(tag);
}

} // namespace

TEST_CASE("reads that share a Sync go again each where their connection breaks", "[postgres][broken]") {
    const bool fails = GENERATE(false, true);
    broken_talk([fails] {
        const std::string sql = "select v from t where v > $1";
        const auto bound = [](std::int64_t v) { return pg::bind("", "s1", {pg::int8(v)}) + pg::execute(); };
        const auto found = [](std::int64_t v) {
            return pg::bind_complete() + number_row(v) + pg::command_complete("SELECT 1");
        };
        const std::string together =
            pg::parse("s1", sql, {int8}) + pg::describe('S', "s1") + bound(1) + bound(2) + pg::sync();
        const std::string front = described({int8}, {{"v", int8}}) + found(11);
        const std::string refused = front + pg::bind_complete() + pg::error("22012", "division by zero");
        const std::string told = fails ? refused + pg::ready() : front + found(12) + pg::ready();
        scene s{.grouped = true,
                .turns = {{{support::read(sql, 1), support::read(sql, 2)}, together, told}},
                .fates = {like({0, told.size(), "again", "again", "none"}),
                          like({0, told.size(), "again", "again", "none"})}};
        if (!fails) return s;
        const std::string alone = found(21) + pg::ready();
        s.turns.push_back({{}, bound(1) + pg::sync(), alone});
        s.fates = {like({0, told.size() + alone.size(), "again", "again", "none"}),
                   like({0, told.size(), "again", "again", "out_of_range"})};
        return s;
    }).replay();
}

TEST_CASE("what goes with a BEGIN or a COMMIT whose connection breaks ends as that does",
          "[postgres][broken]") {
    broken_talk([] {
        question first = control(verb::begin), last = control(verb::commit);
        first.add("insert into t values (1)");
        last.add("insert into t values (2)");
        const std::string opens = cold("s1", "begin") + cold("s2", "insert into t values (1)") + pg::sync();
        const std::string opened = one("BEGIN") + one("INSERT 0 1") + pg::ready('T');
        const std::string ends = cold("s3", "insert into t values (2)") + cold("s4", "commit") + pg::sync();
        const std::string ended = one("INSERT 0 1") + one("COMMIT") + pg::ready();
        return scene{.leased = true,
                     .inside = true,
                     .turns = {{{first}, opens, opened}, {{last}, ends, ended}},
                     .fates = {like({0, opened.size(), "", "connection_lost", "none"}),
                               like({opens.size() + ends.size(), opened.size() + ended.size(),
                                     "connection_lost", "commit_unknown", "none"})}};
    }).replay();
}

TEST_CASE("a COMMIT whose own statement fails is surely not done once that is heard, and unknown before",
          "[postgres][broken]") {
    broken_talk([] {
        question last = control(verb::commit);
        last.add("insert into t values (2)");
        const std::string ends = cold("s2", "insert into t values (2)") + cold("s3", "commit") + pg::sync();
        const std::string failed = described({}, {}) + pg::bind_complete() + pg::error("23505", "twice");
        return scene{.leased = true,
                     .inside = true,
                     .turns = {{{control(verb::begin)}, begin, begun},
                               {{last}, ends, failed + pg::ready('E')},
                               {{}, cold("s4", "rollback") + pg::sync(), first_done("ROLLBACK")}},
                     .fates = {like({0, begun.size(), "", "connection_lost", "none"}),
                               like({begin.size() + ends.size(), begun.size() + failed.size(),
                                     "connection_lost", "commit_unknown", "unique_violation"})}};
    }).replay();
}

TEST_CASE("savepoints whose connection breaks are gone with their transaction", "[postgres][broken]") {
    broken_talk([] {
        const std::string makes = pg::query("savepoint s1");
        const std::string undoes = pg::query("rollback to savepoint s1");
        const std::string releases = pg::query("release savepoint s1");
        const auto told = [](const char* tag) { return pg::command_complete(tag) + pg::ready('T'); };
        const std::size_t made = begun.size() + told("SAVEPOINT").size();
        const std::size_t undone = made + told("ROLLBACK").size();
        const std::size_t released = undone + told("RELEASE").size();
        return scene{.leased = true,
                     .inside = true,
                     .turns = {{{control(verb::begin)}, begin, begun},
                               {{control(verb::savepoint, 1)}, makes, told("SAVEPOINT")},
                               {{control(verb::rollback_to, 1), control(verb::release, 1)},
                                undoes + releases,
                                told("ROLLBACK") + told("RELEASE")}},
                     .fates = {like({0, begun.size(), "", "connection_lost", "none"}),
                               like({0, made, "", "connection_lost", "none"}),
                               like({0, undone, "", "connection_lost", "none"}),
                               like({0, released, "", "connection_lost", "none"})}};
    }).replay();
}

TEST_CASE("a script behind which a transaction may have ended is unknown, and so is what comes behind it",
          "[postgres][broken]") {
    broken_talk([] {
        const std::string first = pg::query("insert into t values (1); commit");
        const std::string second = pg::query("insert into t values (2)");
        const std::string told_first =
            pg::command_complete("INSERT 0 1") + pg::command_complete("COMMIT") + pg::ready();
        const std::string told_second = pg::command_complete("INSERT 0 1") + pg::ready();
        const std::size_t sent = begin.size() + first.size();
        const std::size_t heard = begun.size() + told_first.size();
        return scene{.leased = true,
                     .turns = {{{control(verb::begin)}, begin, begun},
                               {{support::script("insert into t values (1); commit"),
                                 support::script("insert into t values (2)")},
                                first + second,
                                told_first + told_second}},
                     .fates = {like({0, begun.size(), "", "connection_lost", "none"}),
                               like({sent, heard, "connection_lost", "commit_unknown", "none", true}),
                               like({sent + second.size(), heard + told_second.size(), "connection_lost",
                                     "commit_unknown", "none", true})}};
    }).replay();
}

TEST_CASE("each chunk of a bulk insert whose connection breaks is stored whole or not at all, and goes again "
          "where it has not left",
          "[postgres][broken]") {
    broken_talk([] {
        auto rows = std::make_shared<numbers>(5);
        const question first = rows->inserted(), second = rows->inserted();
        const std::string told_first = insert_described() + keys_given(1, 5) + pg::ready();
        const std::string told_second = keys_given(6, 5) + pg::ready();
        std::string one_chunk, next_chunk; // what they say is tested elsewhere
        {
            talk t;
            t.ask(rows->inserted());
            one_chunk = t.said_all();
            REQUIRE(t.hear(told_first));
            t.ask(rows->inserted());
            next_chunk = t.said_all();
        }
        return scene{
            .turns = {{{first}, one_chunk, told_first}, {{second}, next_chunk, told_second}},
            .fates = {like({one_chunk.size(), told_first.size(), "again", "commit_unknown", "none"}),
                      like({one_chunk.size() + next_chunk.size(), told_first.size() + told_second.size(),
                            "again", "commit_unknown", "none"})},
            .kept = rows};
    }).replay();
}

namespace {

constexpr std::uint32_t side = 50'001;
constexpr std::uint32_t side_array = 50'002;

struct words final : hawser::row_source {
    [[nodiscard]] std::size_t size() const override { return 2; }
    void encode(std::size_t index, hawser::parameters& to) const override {
        to.text(index == 0 ? "buy" : "sell");
    }
    void assigned(std::size_t, std::int64_t) override {}
};

const known_statement sides(
    R"(insert into "t" ("s") select _r._1 from unnest($1::app.side[]) with ordinality )"
    "as _r(_1, _n) order by _r._n");

// An enum, as the server answers the query of types.
std::string side_row() {
    const auto number = [](std::uint32_t v) { return pg::int4(static_cast<std::int32_t>(v)); };
    const std::string none = pg::int4(0) + pg::int4(0);
    return pg::data_row({number(side), "app", "side", "e", ",", number(0), number(side_array),
                         none + number(19), none + number(26)});
}

question with_sides(const std::shared_ptr<words>& rows) {
    question q(batch_mode::atomic);
    auto& r = q.job->batch.requests.emplace_back();
    r.what = &sides.what;
    r.bulk = rows.get();
    return q;
}

} // namespace

TEST_CASE(
    "a bulk insert that asks for types first, and whose connection breaks, is stored whole or not at all",
    "[postgres][broken]") {
    broken_talk([] {
        const auto rows = std::make_shared<words>();
        const std::vector<pg::column> columns{{"oid", 26},   {"nspname", 19},  {"typname", 19},
                                              {"case", 18},  {"typdelim", 18}, {"part", 26},
                                              {"array", 26}, {"names", 1003},  {"types", 1028}};
        const std::string answers[] = {one("BEGIN") + described({side}, {}) + pg::ready('T'),
                                       described({1016}, columns) + pg::bind_complete() + side_row() +
                                           pg::command_complete("SELECT 1") + pg::ready('T'),
                                       described({side_array}, {}) + pg::bind_complete() +
                                           pg::command_complete("INSERT 0 2") + one("COMMIT") + pg::ready()};
        scene s{.kept = rows};
        talk t; // what it says is tested elsewhere
        t.ask(with_sides(rows));
        std::size_t asked = 0, told = 0;
        for (const std::string& answer : answers) {
            s.turns.push_back({{}, t.said_all(), answer});
            asked += s.turns.back().client.size();
            told += answer.size();
            REQUIRE(t.hear(answer));
        }
        s.turns.front().asked.push_back(with_sides(rows));
        s.fates = {like({asked, told, "connection_lost", "commit_unknown", "none"})};
        return s;
    }).replay();
}

TEST_CASE("a stream of a session whose connection breaks is lost, and nothing is unknown of it",
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
        const std::string opens = cold("s1", "declare c1 no scroll cursor with hold for select v from t") +
                                  pg::describe('P', "c1") + pg::execute("c1", 2) + pg::sync();
        const std::string opened = described({}, {}) + pg::bind_complete() +
                                   pg::command_complete("DECLARE CURSOR") +
                                   pg::row_description({{"v", int8, 0}}) + pg::data_row({"2"}) +
                                   pg::data_row({"3"}) + pg::portal_suspended() + pg::ready();
        const std::string fetches = pg::execute("c1", 2) + pg::sync();
        const std::string fetched = pg::data_row({"4"}) + pg::command_complete("SELECT 1") + pg::ready();
        return scene{.leased = true,
                     .turns = {{{first}, opens, opened}, {{second}, fetches, fetched}},
                     .fates = {like({0, opened.size(), "", "connection_lost", "none"}),
                               like({0, opened.size() + fetched.size(), "", "connection_lost", "none"})},
                     .kept = held};
    }).replay();
}

TEST_CASE("housekeeping whose connection breaks ends once", "[postgres][broken]") {
    broken_talk([] {
        const std::string insert = cold("s1", "insert into t values (1)") + pg::sync();
        const std::string inserted = first_done("INSERT 0 1");
        const std::string forgets = pg::close('S', "s1") + pg::sync();
        const std::string forgot = pg::close_complete() + pg::ready();
        const std::string gives_back = pg::query("rollback") + pg::query("discard all");
        const std::string cleared = pg::command_complete("ROLLBACK") + pg::ready() +
                                    pg::command_complete("DISCARD ALL") + pg::ready();
        const std::size_t told = inserted.size() + forgot.size();
        return scene{
            .leased = true,
            .turns = {{{support::write("insert into t values (1)")}, insert, inserted},
                      {{control(verb::forget_statements)}, forgets, forgot},
                      {{control(verb::hand_back)}, gives_back, cleared}},
            .fates = {like({insert.size(), inserted.size(), "connection_lost", "commit_unknown", "none"}),
                      like({0, told, "", "connection_lost", "none"}),
                      // Nobody waits for it.
                      like({insert.size() + forgets.size() + pg::query("rollback").size(),
                            told + cleared.size(), "connection_lost", "commit_unknown", "none", true})}};
    }).replay();
}
