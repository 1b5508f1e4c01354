// A unit of work whose rows need no keys of each other: one write, one answer.
#include "fixture.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"

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
