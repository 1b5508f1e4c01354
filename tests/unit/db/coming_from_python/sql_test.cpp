// docs/coming_from_python.md: text().
#include "unit/db/fixture.hpp"

using namespace market;

TEST_CASE("text() is a literal that is checked while compiling, or hawser::sql", "[db][docs]") {
    on_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const std::vector<position> rows{make_position("BTC", 1), make_position("ETH", 2)};
        co_await positions.bulk_insert(rows);
        const std::vector<std::int64_t> ids{1, 2, 3};
        const std::string text = "select symbol, quantity from positions where id = $1";
        // [text]
        using row = std::tuple<std::int64_t, std::string>;
        auto all = co_await db.query<row, "select id, symbol from positions where id > $1 order by id">(0);
        auto n = co_await db.query_one<std::int64_t, "select count(*) from positions">();
        auto p = co_await db.query_optional<position, "select * from positions where symbol = $1">("SOL");
        auto changed = co_await db.execute<"update positions set note = $1 where id = $2">("x", 1);

        auto listed = co_await db.query<position, "select * from positions where id in "
                                                  "(select value from json_each($1))">(ids);
        const hawser::result any = co_await db.query(hawser::sql(text), 1); // text of run time
        std::string symbol = any[0]["symbol"].as<std::string>();
        co_await db.run_script("create view held as select * from positions; analyze;");
        // [/text]
        CHECK(all == std::vector<row>{{1, "BTC"}, {2, "ETH"}});
        CHECK(n == 2);
        CHECK_FALSE(p.has_value());
        CHECK(changed == 1);
        CHECK(listed.size() == 2);
        CHECK(symbol == "BTC");
    });
}
