// docs/coming_from_python.md: models.
#include "unit/db/on_each_market.hpp"

// [model]
namespace app {

enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)
consteval auto hawser_words(hawser::of<side>) {
    return hawser::stored_as<side>("BUY", "SELL");
}

struct position : hawser::timestamps, hawser::versioned {
    std::int64_t id{};
    std::string symbol{};
    hawser::decimal<18, 8> quantity{};
    std::optional<std::string> note{}; // NULL or not: the type says it
};
BOOST_DESCRIBE_STRUCT(position, (hawser::timestamps, hawser::versioned), (id, symbol, quantity, note))
consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>(
        "positions", hawser::primary_key<&position::id>.generated(),
        hawser::rename<&position::note>("remark"),
        hawser::unique<&position::symbol>.named("positions_symbol_uq"),
        hawser::validate<&position::symbol>(hawser::not_empty, hawser::max_length(32)));
}

struct trade {
    hawser::uuid id{};
    std::int64_t position_id{};
    std::string venue = "XNAS";
    app::side side{};
    hawser::decimal<18, 8> price{};
    hawser::timestamp executed_at{};
    hawser::json_text extra{};
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, position_id, venue, side, price, executed_at, extra))
consteval auto hawser_table(hawser::of<trade>) {
    return hawser::table<trade>(
        "trades", hawser::primary_key<&trade::id>, hawser::default_<&trade::id>(hawser::uuid_v7),
        hawser::default_<&trade::venue>("XNAS"),
        hawser::references<&trade::position_id, position>.on_delete(hawser::cascade),
        hawser::index<&trade::position_id, &trade::executed_at>.named("idx_trades_executed"),
        hawser::check("trades_price_positive", hawser::col<&trade::price> > 0));
}

} // namespace app
// [/model]

using namespace market; // task, error_of

TEST_CASE("a described struct is what a declarative model is: columns, constraints, defaults, version",
          "[db][docs]") {
    const auto body = [](hawser::database db) -> task<> {
        hawser::repository<app::position> positions{db};
        app::position p;
        const auto empty = co_await error_of(positions.insert(p));
        CHECK(empty.kind() == hawser::errc::validation_failed);
        p.symbol = "BTC";
        co_await positions.insert(p);
        CHECK(p.row_version == 1);
        CHECK(p.created_at > hawser::timestamp{});
        app::position again = p;
        const auto taken = co_await error_of(positions.insert(again));
        CHECK(taken.violates<&app::position::symbol>());
        app::trade t;
        t.position_id = p.id;
        const auto free = co_await error_of(hawser::repository<app::trade>{db}.insert(t));
        CHECK(free.info().constraint == "trades_price_positive");
        t.price = 1;
        co_await hawser::repository<app::trade>{db}.insert(t);
        const auto word = co_await db.query_one<std::string, "select side from trades">();
        CHECK(word == "BUY");
        CHECK(t.id != hawser::uuid{});
        const hawser::sql beside(
            is_postgres(db) ? "insert into trades (id, position_id, side, price, executed_at, extra) "
                              "values (gen_random_uuid(), $1, 'SELL', 5, now(), '{}')"
                            : "insert into trades (id, position_id, side, price, executed_at, extra) "
                              "values (randomblob(16), $1, 'SELL', 5, 0, '{}')");
        co_await db.execute(beside, p.id);
        const auto at_home =
            co_await db.query_one<std::int64_t, "select count(*) from trades where venue = 'XNAS'">();
        CHECK(at_home == 2);
        const hawser::sql columns(is_postgres(db)
                                      ? "select column_name::text from information_schema.columns "
                                        "where table_name = 'positions' order by ordinal_position"
                                      : "select name from pragma_table_info('positions')");
        const auto names = co_await db.query<std::string>(columns);
        CHECK(names == std::vector<std::string>{"id", "symbol", "quantity", "remark", "created_at",
                                                "updated_at", "row_version"});
        co_await positions.erase(p.id);
        const auto left = co_await hawser::repository<app::trade>{db}.count();
        CHECK(left == 0);
    };
    on_each_with<app::position, app::trade>(each_engine(place::memory), body);
}
