// docs/coming_from_python.md: select().
#include "unit/db/on_each_market.hpp"

using namespace market;
using hawser::asc;
using hawser::desc;

namespace {

// [volume]
struct volume {
    std::string symbol;
    std::int64_t trades;
    std::optional<hawser::decimal<38, 8>> total;
};
BOOST_DESCRIBE_STRUCT(volume, (), (symbol, trades, total))
// [/volume]

// Positions BTC and ETH; four trades of BTC at 10, 20, 30, 40, settled but for the last, and one of ETH at 5.
task<> fill(hawser::database db) {
    hawser::repository<position> positions{db};
    position btc = make_position("BTC", 1), eth = make_position("ETH");
    co_await positions.insert(btc);
    co_await positions.insert(eth);
    std::vector<trade> rows;
    for (const char* price : {"10", "20", "30", "40"}) {
        rows.push_back(make_trade(btc.id, "BTC", price));
        rows.back().settled = rows.size() < 4;
    }
    rows.push_back(make_trade(eth.id, "ETH", "5"));
    rows.back().fee = 0.5;
    co_await hawser::repository<trade>{db}.bulk_insert(rows);
}

} // namespace

TEST_CASE("what select() says with where, order_by and limit, a repository says", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        const auto since = hawser::parse_timestamp("2026-01-01");
        // [select]
        hawser::repository<trade> trades{db};
        const auto btc = trades.where(col<&trade::symbol> == "BTC" && col<&trade::executed_at> >= since);
        std::vector<trade> rows =
            co_await btc.order_by(desc<&trade::executed_at>, desc<&trade::id>).limit(3).all();
        std::optional<trade> latest = co_await btc.order_by(desc<&trade::id>).first();
        trade only = co_await trades.where(col<&trade::symbol> == "ETH").one();
        std::int64_t n = co_await btc.count();
        bool any = co_await trades.where(col<&trade::fee>.is_not_null()).exists();
        std::vector<std::int64_t> ids = co_await btc.order_by(asc<&trade::id>).pluck<&trade::id>();
        // [/select]
        CHECK(rows.size() == 3);
        CHECK(rows[0].price == 40);
        CHECK(latest->price == 40);
        CHECK(only.price == 5);
        CHECK(n == 4);
        CHECK(any);
        CHECK(ids.size() == 4);
    });
}

TEST_CASE("SQLAlchemy's operators have their counterparts", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const std::vector<std::string> watched{"BTC", "SOL"};
        const std::optional<std::string> wanted;
        const bool only_settled = true;
        // [operators]
        const auto rows =
            co_await trades
                .where(col<&trade::symbol>.in(watched) && !(col<&trade::price> == 10) &&
                       (col<&trade::fee>.is_null() || col<&trade::fee>.is_distinct_from(0.5)) &&
                       col<&trade::price>.between(5, 50) && col<&trade::symbol>.ilike("b%") &&
                       col<&trade::symbol>.starts_with("B") &&
                       hawser::coalesce(col<&trade::fee>, 0.0) < 1.0 &&
                       col<&trade::symbol>.equals_if(wanted) && // no condition where it is empty
                       hawser::when(only_settled, col<&trade::settled> == true))
                .all();
        // [/operators]
        CHECK(rows.size() == 2);
    });
}

TEST_CASE("pages are asked for by the last row, and rows are streamed", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        std::int64_t seen = 0;
        // [pages]
        const auto by_time = trades.order_by(desc<&trade::executed_at>, desc<&trade::id>).limit(2);
        auto page = co_await by_time.all();
        const trade last = page.back();
        page = co_await by_time.after(last).all(); // the rows behind it; offset(n) exists too

        auto rows = trades.where(col<&trade::price> > 5).stream(100);
        while (const trade* t = co_await rows.next()) seen += t->id;
        // [/pages]
        REQUIRE(page.size() == 2);
        CHECK(page[0].id == 3);
        CHECK(seen == 1 + 2 + 3 + 4);
    });
}

TEST_CASE("relations are loaded where it is said, in one statement each", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<position> positions{db};
        hawser::repository<trade> trades{db};
        // [relations]
        // joinedload, to one: tuples of both rows
        const auto pairs =
            co_await trades.where(col<&trade::price> > 20).include<&trade::position_id>().all();
        for (const auto& [t, p] : pairs) CHECK(t.position_id == p.id);
        // selectinload, to many: rows by key
        const auto held = co_await positions.order_by(asc<&position::symbol>).all();
        const auto by_position = co_await hawser::load_related<trade, &trade::position_id>(db, held);
        for (const position& p : held) CHECK(by_position.at(p.id).size() == (p.symbol == "BTC" ? 4 : 1));
        // join
        const auto big =
            co_await trades.join<&trade::position_id>().where(col<&position::quantity> > 0).all();
        // [/relations]
        CHECK(pairs.size() == 2);
        CHECK(big.size() == 4);
    });
}

TEST_CASE("columns and aggregates fill a struct, a tuple or a value", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        // [aggregates]
        std::vector<volume> volumes =
            co_await trades
                .select<volume>(col<&trade::symbol>, hawser::count_all(), hawser::sum(col<&trade::quantity>))
                .group_by(col<&trade::symbol>)
                .having(hawser::count_all() > 1)
                .order_by(hawser::sum(col<&trade::quantity>).desc())
                .all();
        using pair = std::tuple<std::int64_t, std::string>;
        std::vector<pair> pairs = co_await trades.select<pair>(col<&trade::id>, col<&trade::symbol>).all();
        auto top = co_await trades.max<&trade::price>(); // std::optional: there may be no rows
        auto symbols = co_await trades.distinct().pluck<&trade::symbol>();
        // [/aggregates]
        REQUIRE(volumes.size() == 1);
        CHECK(volumes[0].trades == 4);
        CHECK(volumes[0].total == hawser::decimal<38, 8>(4));
        CHECK(pairs.size() == 5);
        CHECK(top == hawser::decimal<18, 8>(40));
        CHECK(symbols.size() == 2);
    });
}
