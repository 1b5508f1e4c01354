// Units of work on the wire: one write and one answer for each level of keys that the server makes, and nothing more
// for a transaction that resolves its COMMIT.
#include "fixture.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include <functional>

using namespace market;
namespace pg = support::pg;

namespace {

struct tick {
    std::string symbol{};
    std::int64_t lots{};
};
BOOST_DESCRIBE_STRUCT(tick, (), (symbol, lots))
consteval auto hawser_table(hawser::of<tick>) {
    return hawser::table<tick>("ticks", hawser::primary_key<&tick::symbol>);
}

struct order {
    std::int64_t id{};
    std::string symbol{};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, symbol))
consteval auto hawser_table(hawser::of<order>) {
    return hawser::table<order>("orders", hawser::primary_key<&order::id>.generated());
}

struct leg {
    std::int64_t id{};
    std::int64_t order_id{};
};
BOOST_DESCRIBE_STRUCT(leg, (), (id, order_id))
consteval auto hawser_table(hawser::of<leg>) {
    return hawser::table<leg>("legs", hawser::primary_key<&leg::id>.generated(),
                              hawser::references<&leg::order_id, order>);
}

std::string cold(const std::string& name, const std::string& sql, const pg::numbers& types,
                 const pg::values& values) {
    return pg::parse(name, sql, types) + pg::describe('S', name) + pg::bind("", name, values) + pg::execute();
}
std::string warm(const std::string& name, const pg::values& values) {
    return pg::bind("", name, values) + pg::execute();
}
std::string first_time(const pg::numbers& types, const std::vector<pg::column>& columns) {
    return pg::parse_complete() + pg::parameter_description(types) +
           (columns.empty() ? pg::no_data() : pg::row_description(columns));
}

constexpr std::uint32_t text = 25;
constexpr std::uint32_t int8 = 20;

const std::string inserts = R"(insert into "ticks" ("symbol", "lots") values ($1, $2))";
const std::string updates = R"(update "ticks" set "lots" = ("lots" + $1) where "symbol" = $2)";
const std::string guards =
    R"(select 1/count(*) from (select 1 from "ticks" where "symbol" = $1 and "lots" > $2 for update) g)";

} // namespace

TEST_CASE("a unit of work without keys of its own is one write of these bytes, and one answer",
          "[postgres]") {
    const std::string unit = cold("s1", inserts, {text, int8}, {"A", pg::int8(1)}) +
                             warm("s1", {"B", pg::int8(2)}) +
                             cold("s2", updates, {int8, text}, {pg::int8(5), "A"}) +
                             cold("s3", guards, {text, int8}, {"A", pg::int8(5)}) + pg::sync();
    const std::string inserted = pg::bind_complete() + pg::command_complete("INSERT 0 1");
    const std::string answer = first_time({text, int8}, {}) + inserted + inserted +
                               first_time({int8, text}, {}) + pg::bind_complete() +
                               pg::command_complete("UPDATE 1") +
                               first_time({text, int8}, {{"?column?", int8}}) + pg::bind_complete() +
                               pg::data_row({pg::int8(1)}) + pg::command_complete("SELECT 1") + pg::ready();
    const std::string again = warm("s1", {"C", pg::int8(3)}) + warm("s1", {"D", pg::int8(4)}) + pg::sync();
    support::fake_server server(support::dialogue()
                                    .login()
                                    .expect(pg::sync())
                                    .answer(pg::ready())
                                    .expect(unit)
                                    .answer(answer)
                                    .expect(again)
                                    .answer(inserted + inserted + pg::ready())
                                    .expect(pg::terminate())
                                    .expect_end(),
                                support::fake_server::listens::tcp);
    const auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(server.url());
        hawser::unit_of_work first{db};
        first.insert(tick{"A", 1});
        first.insert(tick{"B", 2});
        first.update<tick>(col<&tick::symbol> == "A", hawser::set<&tick::lots>(col<&tick::lots> + 5));
        first.expect<tick>(col<&tick::lots> > 5, std::string("A"));
        const auto done = co_await first.commit();
        CHECK(done.round_trips == 1);
        CHECK(done.operations.size() == 4);
        hawser::unit_of_work second{db};
        second.insert(tick{"C", 3});
        second.insert(tick{"D", 4});
        const auto more = co_await second.commit();
        CHECK(more.round_trips == 1);
        co_await db.close();
    };
    try {
        hawser::run(main());
    } catch (const hawser::error&) {
        server.finish(); // says what came instead
        throw;
    }
    server.finish();
    CHECK(server.connections() == 1);
    CHECK(server.writes() == 5); // start-up, Sync, two units, farewell
}

namespace {

const std::string order_inserts = R"(insert into "orders" ("symbol") values ($1) returning "id")";
const std::string leg_inserts = R"(insert into "legs" ("order_id") values ($1) returning "id")";

// What cannot be sent anew in a transaction leaves its texts' types to the server.
std::string cold_text(const std::string& name, const std::string& value) {
    return pg::parse(name, order_inserts, {0}) + pg::describe('S', name) + pg::bind("", name, {value}, {0}) +
           pg::execute();
}

std::string key_given(std::int64_t key) {
    return pg::bind_complete() + pg::data_row({pg::int8(key)}) + pg::command_complete("INSERT 0 1");
}
std::string said(const std::string& tag) {
    return pg::bind_complete() + pg::command_complete(tag);
}

// The question for the transaction's number.
std::string numbered(const std::string& name) {
    return pg::parse(
               name,
               "select pg_current_xact_id()::text, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || "
               "' ' || (select extract(epoch from stats_reset)::text from pg_stat_bgwriter)") +
           pg::describe('S', name) + pg::bind("", name, {}, {1}, {0}) + pg::execute();
}
std::string number_given() {
    return first_time({}, {{"pg_current_xact_id", text}, {"?column?", text}}) + pg::bind_complete() +
           pg::data_row({"742", "00000001 1.5"}) + pg::command_complete("SELECT 1");
}

// The lane's connection is made by open(), and this one by whoever needs a transaction.
support::dialogue lent() {
    return support::dialogue().login().expect(pg::sync()).answer(pg::ready()).login(4712);
}

void run(support::fake_server& server, const std::function<task<>(const hawser::database&)>& body) {
    const auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(server.url());
        co_await body(db);
        co_await db.close();
    };
    try {
        hawser::run(main());
    } catch (const hawser::error&) {
        server.finish(); // says what came instead
        throw;
    }
    server.finish();
}

} // namespace

TEST_CASE("a unit of work of two levels of keys is two writes of these bytes, with BEGIN and COMMIT in them",
          "[postgres]") {
    const std::vector<pg::column> id{{"id", int8}};
    support::dialogue s = lent();
    s.expect(cold("s1", "begin", {}, {}) + cold_text("s2", "A") + pg::bind("", "s2", {"B"}, {0}) +
             pg::execute() + pg::sync())
        .answer(first_time({}, {}) + said("BEGIN") + first_time({text}, id) + key_given(7) + key_given(8) +
                pg::ready('T'));
    s.expect(cold("s3", leg_inserts, {int8}, {pg::int8(7)}) + warm("s3", {pg::int8(8)}) +
             cold("s4", "commit", {}, {}) + pg::sync())
        .answer(first_time({int8}, id) + key_given(71) + key_given(81) + first_time({}, {}) + said("COMMIT") +
                pg::ready());
    s.expect(warm("s1", {}) + warm("s2", {"C"}) + pg::sync())
        .answer(said("BEGIN") + key_given(9) + pg::ready('T'));
    s.expect(warm("s3", {pg::int8(9)}) + warm("s4", {}) + pg::sync())
        .answer(key_given(91) + said("COMMIT") + pg::ready());
    support::fake_server server(s, support::fake_server::listens::tcp);
    const auto body = [](const hawser::database& db) -> task<> {
        hawser::unit_of_work first{db};
        const auto a = first.insert(order{.symbol = "A"});
        const auto of_a = first.insert(leg{}, hawser::bind<&leg::order_id>(a.id()));
        const auto b = first.insert(order{.symbol = "B"});
        const auto of_b = first.insert(leg{}, hawser::bind<&leg::order_id>(b.id()));
        const auto done = co_await first.commit();
        CHECK(done.round_trips == 2);
        CHECK(of_a.row().order_id == 7);
        CHECK(of_b.row().id == 81);
        hawser::unit_of_work second{db};
        const auto c = second.insert(order{.symbol = "C"});
        second.insert(leg{}, hawser::bind<&leg::order_id>(c.id()));
        const auto more = co_await second.commit();
        CHECK(more.round_trips == 2);
    };
    run(server, body);
    CHECK(server.connections() == 2);
    CHECK(server.writes(1) == 6); // start-up, four levels, farewell
}

TEST_CASE("a unit of work whose last level of keys fails is undone by a ROLLBACK in a write of its own",
          "[postgres]") {
    const std::vector<pg::column> id{{"id", int8}};
    support::dialogue s = lent();
    s.expect(cold("s1", "begin", {}, {}) + cold_text("s2", "A") + pg::sync())
        .answer(first_time({}, {}) + said("BEGIN") + first_time({text}, id) + key_given(7) + pg::ready('T'));
    s.expect(cold("s3", leg_inserts, {int8}, {pg::int8(7)}) + cold("s4", "commit", {}, {}) + pg::sync())
        .answer(first_time({int8}, id) + pg::bind_complete() + pg::error("23503", "no such order") +
                pg::ready('E'));
    s.expect(cold("s5", "rollback", {}, {}) + pg::sync())
        .answer(first_time({}, {}) + said("ROLLBACK") + pg::ready());
    s.expect(warm("s1", {}) + warm("s2", {"B"}) + pg::sync())
        .answer(said("BEGIN") + key_given(8) + pg::ready('T'));
    s.expect(warm("s3", {pg::int8(8)}) + cold("s6", "commit", {}, {}) + pg::sync())
        .answer(key_given(81) + first_time({}, {}) + said("COMMIT") + pg::ready());
    support::fake_server server(s, support::fake_server::listens::tcp);
    const auto body = [](const hawser::database& db) -> task<> {
        hawser::unit_of_work first{db};
        const auto a = first.insert(order{.symbol = "A"});
        first.insert(leg{}, hawser::bind<&leg::order_id>(a.id()));
        const auto e = co_await error_of(first.commit());
        CHECK(e.kind() == hawser::errc::foreign_key_violation);
        CHECK(e.info().statement_index == 1u);
        CHECK_FALSE(e.may_have_executed());
        CHECK_THROWS_AS(a.id().value(), hawser::error);
        hawser::unit_of_work second{db}; // the same connection serves again
        const auto b = second.insert(order{.symbol = "B"});
        second.insert(leg{}, hawser::bind<&leg::order_id>(b.id()));
        co_await second.commit();
    };
    run(server, body);
}

TEST_CASE("a unit of work that resolves its COMMIT has one statement more in the write of its BEGIN, and no "
          "more writes",
          "[postgres]") {
    const bool resolves = GENERATE(false, true);
    const std::vector<pg::column> id{{"id", int8}};
    support::dialogue s = lent();
    s.expect(cold("s1", "begin", {}, {}) + cold_text("s2", "A") +
             (resolves ? numbered("s3") : std::string()) + pg::sync())
        .answer(first_time({}, {}) + said("BEGIN") + first_time({text}, id) + key_given(7) +
                (resolves ? number_given() : std::string()) + pg::ready('T'));
    s.expect(cold(resolves ? "s4" : "s3", leg_inserts, {int8}, {pg::int8(7)}) +
             cold(resolves ? "s5" : "s4", "commit", {}, {}) + pg::sync())
        .answer(first_time({int8}, id) + key_given(71) + first_time({}, {}) + said("COMMIT") + pg::ready());
    support::fake_server server(s, support::fake_server::listens::tcp);
    const auto body = [resolves](const hawser::database& db) -> task<> {
        hawser::unit_of_work unit{db};
        const auto a = unit.insert(order{.symbol = "A"});
        const auto of_a = unit.insert(leg{}, hawser::bind<&leg::order_id>(a.id()));
        const auto done = co_await unit.commit({.resolve_commit = resolves});
        CHECK(done.round_trips == 2);
        CHECK(done.operations.size() == 2);
        CHECK(of_a.row().id == 71);
    };
    run(server, body);
    CHECK(server.writes(1) == 4); // start-up, two levels, farewell
}

TEST_CASE("a unit of work that leaves in one piece asks for no number, with resolve_commit or without",
          "[postgres]") {
    const bool resolves = GENERATE(false, true);
    support::fake_server server(
        support::dialogue()
            .login()
            .expect(pg::sync())
            .answer(pg::ready())
            .expect(cold("s1", inserts, {text, int8}, {"A", pg::int8(1)}) + warm("s1", {"B", pg::int8(2)}) +
                    pg::sync())
            .answer(first_time({text, int8}, {}) + said("INSERT 0 1") + said("INSERT 0 1") + pg::ready())
            .expect(pg::terminate())
            .expect_end(),
        support::fake_server::listens::tcp);
    const auto body = [resolves](const hawser::database& db) -> task<> {
        hawser::unit_of_work unit{db};
        unit.insert(tick{"A", 1});
        unit.insert(tick{"B", 2});
        const auto done = co_await unit.commit({.resolve_commit = resolves});
        CHECK(done.round_trips == 1);
    };
    run(server, body);
    CHECK(server.writes() == 4); // start-up, Sync, the unit, farewell
}

TEST_CASE("a transaction that resolves its COMMIT has one statement more in the write of its BEGIN, and no "
          "more writes",
          "[postgres]") {
    const bool resolves = GENERATE(false, true);
    support::dialogue s = lent();
    const std::vector<pg::column> id{{"id", int8}};
    s.expect(cold("s1", "begin", {}, {}) + (resolves ? numbered("s2") : std::string()) + pg::sync())
        .answer(first_time({}, {}) + said("BEGIN") + (resolves ? number_given() : std::string()) +
                pg::ready('T'));
    s.expect(cold_text(resolves ? "s3" : "s2", "A") + pg::sync())
        .answer(first_time({text}, id) + key_given(7) + pg::ready('T'));
    s.expect(cold(resolves ? "s4" : "s3", "commit", {}, {}) + pg::sync())
        .answer(first_time({}, {}) + said("COMMIT") + pg::ready());
    support::fake_server server(s, support::fake_server::listens::tcp);
    const auto body = [resolves](const hawser::database& db) -> task<> {
        hawser::transaction tx = co_await db.begin({.resolve_commit = resolves});
        order a{.symbol = "A"};
        co_await hawser::repository<order>{tx}.insert(a);
        co_await tx.commit();
        CHECK(a.id == 7);
    };
    run(server, body);
    CHECK(server.writes(1) == 5); // start-up, BEGIN, the row, COMMIT, farewell
}
