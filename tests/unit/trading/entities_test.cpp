#include "fixture.hpp"
#include <hawser/mapping/ddl.hpp>

using namespace pack;

namespace {

struct named {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(named, (), (name))

template <class T>
void require_indexes(std::initializer_list<const char*> names, const std::string& kind = "index") {
    for (const char* name : names)
        for (const std::string_view script : {hawser::create_sqlite<T>, hawser::create_postgres<T>})
            REQUIRE_THAT(std::string(script),
                         support::contains_text("create " + kind + " if not exists \"" + name + "\" on"));
}

using names = std::vector<std::string>;

constexpr hawser::literal sqlite_tables =
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
    " and name not like 'quantum_%' order by name";
constexpr hawser::literal postgres_tables =
    "select tablename::text from pg_tables where schemaname = current_schema() order by 1";
task<names> tables_of(const hawser::database& db) {
    return is_postgres(db) ? db.query<std::string, postgres_tables>()
                           : db.query<std::string, sqlite_tables>();
}

// SQLite has no schemas: the name of one begins the table's.
constexpr hawser::literal sqlite_quantum_tables =
    "select substr(name, 9) from sqlite_schema where type = 'table' and name like 'quantum_%' order by name";
constexpr hawser::literal postgres_quantum_tables =
    "select tablename::text from pg_tables where schemaname = 'quantum' order by 1";
task<names> quantum_tables_of(const hawser::database& db) {
    return is_postgres(db) ? db.query<std::string, postgres_quantum_tables>()
                           : db.query<std::string, sqlite_quantum_tables>();
}

} // namespace

TEST_CASE("tables bear the names that users know") {
    on_desk([](const desk&, const hawser::database& db) -> task<> {
        const names known{"alerts", "holdings",        "market_data",   "ml_predictions",
                          "odds",   "orders",          "portfolios",    "positions",
                          "trades", "trading_signals", "user_profiles", "users"};
        const names plain = co_await tables_of(db);
        const names quantum = co_await quantum_tables_of(db);
        REQUIRE(plain == known);
        REQUIRE(quantum == names{"friction", "strategies", "teams"});
    });
}

TEST_CASE("indexes bear the names that users know") {
    require_indexes<holding>({"idx_portfolios_user_symbol"}, "unique index");
    require_indexes<market_bar>({"idx_market_data_symbol_timestamp"});
    require_indexes<trading_signal>({"idx_trading_signals_symbol_created"});
    require_indexes<trade>({"idx_trades_user_id", "idx_trades_executed_at", "idx_trades_status"});
    require_indexes<order>({"idx_orders_user_id", "idx_orders_status"});
    require_indexes<position>({"idx_positions_status"});
}

TEST_CASE("tables can be created again over what is there") {
    on_desk([](const desk& d, const hawser::database& db) -> task<> {
        position p = position_of("BTC");
        co_await d.positions.open_position(p);
        co_await create_tables(db);
        const auto open = co_await d.positions.open_positions();
        REQUIRE(open.size() == 1);
    });
}

TEST_CASE("enums are stored as upper-case words") {
    on_desk([](const desk& d, const hawser::database& db) -> task<> {
        order o = order_of("A-1", "BTC", 1, side::sell);
        o.type = order_type::stop_limit;
        o.status = order_status::partially_filled;
        co_await d.orders.insert(o);
        trade t = trade_of("BTC", 1, 1);
        co_await d.trades.insert(t);
        alert a;
        a.type = a.message = a.source = "x";
        a.severity = alert_severity::emergency;
        co_await d.alerts.insert(a);
        position p = position_of("BTC");
        co_await d.positions.insert(p);
        const auto words =
            co_await db
                .query_one<std::string, "select o.side || ' ' || o.type || ' ' || o.status || ' ' || t.side"
                                        " || ' ' || t.status || ' ' || a.severity || ' ' || p.status"
                                        " from orders o, trades t, alerts a, positions p">();
        REQUIRE(words == "SELL STOP_LIMIT PARTIALLY_FILLED BUY PENDING EMERGENCY OPEN");
    });
}

TEST_CASE("a row that breaks rules is refused with all of them") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        order o = order_of("", "", 1);
        o.order_id = std::string(101, 'x');
        const hawser::error e = co_await error_of(d.orders.insert(o));
        REQUIRE(e.kind() == hawser::errc::validation_failed);
        REQUIRE_THAT(e.message(), support::contains_text("order_id"));
        REQUIRE_THAT(e.message(), support::contains_text("symbol"));
    });
}

TEST_CASE("a symbol has at most 32 characters") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position longest = position_of("");
        longest.symbol = std::string(32, 'S');
        co_await d.positions.insert(longest);
        position longer = longest;
        longer.symbol += 'S';
        const hawser::error e = co_await error_of(d.positions.insert(longer));
        REQUIRE(e.kind() == hawser::errc::validation_failed);
    });
}

TEST_CASE("a quantity that is not above 0 is refused by the table") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        trade t = trade_of("BTC", 1, 0);
        const hawser::error e = co_await error_of(d.trades.insert(t));
        REQUIRE(e.kind() == hawser::errc::check_violation);
        REQUIRE(e.info().constraint == "trades_quantity_positive");
    });
}

TEST_CASE("one execution of an exchange is stored once") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        trade t = trade_of("BTC", 1, 1);
        t.exchange = "XNAS";
        t.exchange_id = "77";
        co_await d.trades.insert(t);
        trade again = t;
        const hawser::error e = co_await error_of(d.trades.insert(again));
        REQUIRE(e.violates<&trade::exchange, &trade::exchange_id>());
        again.exchange_id.reset();
        co_await d.trades.insert(again);
        trade nameless = again;
        co_await d.trades.insert(nameless);
        const auto count = co_await d.trades.count();
        REQUIRE(count == 3);
    });
}

TEST_CASE("a trade points to a position that is there") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        trade t = trade_of("BTC", 1, 1);
        t.position_id = 42;
        const hawser::error e = co_await error_of(d.trades.insert(t));
        REQUIRE(e.kind() == hawser::errc::foreign_key_violation);
    });
}

TEST_CASE(
    "a position's money has room for fourteen digits in front of the point, and its sum for twenty-two") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("SPY");
        p.notional = notional("-1629748401876000000000.0000000000000001");
        p.market_value = money_t::max();
        p.unrealized_pnl = money_t::min();
        co_await d.positions.insert(p);
        const position stored = co_await d.positions.get(p.id);
        REQUIRE(stored.notional.to_string() == "-1629748401876000000000.0000000000000001");
        REQUIRE(stored.market_value == money_t::max());
        REQUIRE(stored.unrealized_pnl == money_t::min());
    });
}
