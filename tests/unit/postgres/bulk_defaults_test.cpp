// Rows that have nothing but a generated key.
#include "fixture.hpp"
#include <algorithm>
#include <set>
#include <string>
#include <vector>

using hawser::task;

namespace {

struct ticket {
    std::int64_t number{};
};
BOOST_DESCRIBE_STRUCT(ticket, (), (number))
consteval auto hawser_table(hawser::of<ticket>) {
    return hawser::table<ticket>("tickets", hawser::primary_key<&ticket::number>.generated());
}

task<> check_bulk(hawser::database& db, std::size_t count) {
    co_await db.create_tables<ticket>();
    hawser::repository<ticket> tickets{db};
    const std::vector<ticket> rows(count);
    const auto ids = co_await tickets.bulk_insert(rows);
    REQUIRE(ids.size() == count);
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == count);
    const auto stored = co_await tickets.count();
    CHECK(static_cast<std::size_t>(stored) == count);
    const ticket last = co_await tickets.get(ids.back());
    CHECK(last.number == ids.back());
    const auto copied = co_await tickets.copy_in(rows);
    CHECK(static_cast<std::size_t>(copied) == count);
    const auto twice = co_await tickets.count();
    CHECK(static_cast<std::size_t>(twice) == 2 * count);
}

} // namespace

TEST_CASE("a bulk of rows with nothing but a generated key stores each of them on PostgreSQL",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    const std::size_t count = GENERATE(1u, 3u, 2500u);
    market::on_postgres([count](hawser::database& db, const support::fresh_database&) -> task<> {
        co_await check_bulk(db, count);
    });
}

TEST_CASE("a bulk of rows with nothing but a generated key stores each of them on SQLite", "[sqlite][bulk]") {
    const std::size_t count = GENERATE(1u, 3u, 2500u);
    market::on_market(market::where::memory,
                      [count](hawser::database db) -> task<> { co_await check_bulk(db, count); });
}
