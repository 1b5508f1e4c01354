// docs/coming_from_python.md: asyncpg.
#include "unit/db/on_each_market.hpp"
#include <ranges>

using namespace market;
using namespace std::chrono_literals;

TEST_CASE("each call of asyncpg has its counterpart", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<trade> trades{db};
        hawser::repository<position> positions{db};
        position held = make_position("BTC");
        co_await positions.insert(held);
        std::vector<trade> rows;
        for (const char* price : {"10", "20", "30"}) rows.push_back(make_trade(held.id, "BTC", price));
        std::int64_t seen = 0;
        // [fetch]
        using pair = std::tuple<std::int64_t, std::string>;
        auto all = co_await db.query<pair, "select id, symbol from positions where id > $1">(0);
        auto row = co_await db.query_optional<pair, "select id, symbol from positions where id = $1">(1);
        auto n = co_await db.query_one<std::int64_t, "select count(*) from positions">();
        auto status = co_await db.execute<"update positions set note = $1">("x"); // rows, not "UPDATE 1"
        auto quick = co_await db.with({.timeout = 500ms}).query_one<std::int64_t, "select 1">();
        const hawser::result records = co_await db.query(hawser::sql("select id, symbol from positions"));
        auto symbol = records[0]["symbol"].as<std::string>();
        // [/fetch]
        // [copy]
        co_await trades.bulk_insert(rows); // executemany, with ids
        co_await trades.copy_in(rows);     // copy_records_to_table: spans, lists, generated ranges
        auto made = std::views::iota(1, 4) |
                    std::views::transform([&](int i) { return make_trade(held.id, "BTC", "1", i); });
        co_await trades.copy_in(made, {.atomic = false, .chunk = 1000});
        // [/copy]
        // [cursor]
        const auto body = [&](hawser::transaction& tx) -> task<> {
            auto cursor = hawser::repository<trade>{tx}.order_by(hawser::asc<&trade::id>).stream(50);
            while (const trade* t = co_await cursor.next()) seen += t->id;
        };
        co_await db.transaction(body, {.isolation = hawser::isolation::serializable});
        // [/cursor]
        CHECK(all.size() == 1);
        CHECK(row == pair{1, "BTC"});
        CHECK(n == 1);
        CHECK(status == 1);
        CHECK(quick == 1);
        CHECK(symbol == "BTC");
        CHECK(seen == 45);
    });
}
