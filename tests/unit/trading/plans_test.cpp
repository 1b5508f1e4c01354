// The statements that the repositories send are answered through indexes, and need no sorting.
#include "fixture.hpp"
#include "sqlite/functions.hpp"
#include "sqlite/number_functions.hpp"
#include "support/raw_sqlite.hpp"
#include "support/temporary_folder.hpp"
#include "support/volume.hpp"
#include <ranges>
#include <sqlite3.h>

using namespace pack;

namespace {

constexpr int million = support::rounds(1'000'000, 50'000); // the plans are the same
constexpr int some = 10'000;                                // rows of the other tables

// n rows made one by one, so that there is never a million of them in memory.
auto rows_of(int n, auto make) {
    return std::views::iota(0, n) | std::views::transform(make);
}

std::string number(int i) {
    return std::to_string(i);
}

hawser::timestamp second(int i) {
    return noon + std::chrono::seconds(i);
}

task<> load_millions(const desk& d) {
    auto trades = rows_of(million, [](int i) {
        trade t = trade_of("", 1, 1);
        t.symbol = "S" + number(i / 1000);
        t.user_id = i % 100;
        t.executed_at = second(i);
        t.status = i % 50 == 0 ? trade_status::failed : trade_status::settled;
        return t;
    });
    co_await d.trades.copy_in(trades);
    auto holdings = rows_of(million, [](int i) {
        holding h;
        h.user_id = 1 + i % some;
        h.symbol = "S" + number(i / some);
        return h;
    });
    co_await d.holdings.copy_in(holdings);
    auto bars = rows_of(million, [](int i) {
        market_bar b;
        b.venue = i % 2 == 0 ? "binance" : "kraken";
        b.symbol = "S" + number(i / 1000);
        b.at = second(i % 1000);
        return b;
    });
    co_await d.market_data.copy_in(bars);
    auto signals = rows_of(million, [](int i) {
        trading_signal s;
        s.symbol = "S" + number(i / 1000);
        s.source = "model";
        return s;
    });
    co_await d.signals.copy_in(signals);
}

task<> load_some(const desk& d) {
    auto users = rows_of(some, [](int i) { return user_of(number(i)); });
    co_await d.users.copy_in(users);
    auto profiles = rows_of(some, [](int i) {
        user_profile p;
        p.user_id = 1 + i;
        return p;
    });
    co_await d.user_profiles.copy_in(profiles);
    auto orders = rows_of(some, [](int i) {
        order o = order_of(number(i).c_str(), "S", 1);
        o.user_id = i % 100;
        o.status = i % 50 == 0 ? order_status::open : order_status::filled;
        return o;
    });
    co_await d.orders.copy_in(orders);
    auto positions = rows_of(some, [](int i) {
        position p = position_of(number(i).c_str());
        p.status = i % 2 == 0 ? position_status::open : position_status::closed;
        return p;
    });
    co_await d.positions.copy_in(positions);
    auto portfolios = rows_of(some, [](int i) {
        portfolio p;
        p.at = second(i);
        return p;
    });
    co_await d.portfolios.copy_in(portfolios);
    auto alerts = rows_of(some, [](int i) {
        alert a;
        a.type = a.source = a.message = "x";
        a.at = second(i);
        a.resolved = i % 10 != 0;
        return a;
    });
    co_await d.alerts.copy_in(alerts);
    auto predictions = rows_of(some, [](int i) {
        ml_prediction p;
        p.symbol = "S" + number(i % 10);
        p.model = "M" + number(i % 7);
        p.made_at = second(i);
        return p;
    });
    co_await d.predictions.copy_in(predictions);
    auto quotes = rows_of(some, [](int i) {
        odds_quote q;
        q.match = number(i / 10);
        q.market = number(i % 10);
        q.bookmaker = "average";
        q.price = 2;
        return q;
    });
    co_await d.odds.copy_in(quotes);
    auto teams = rows_of(some, [](int i) { return team_of(number(i), "L" + number(i / 20)); });
    co_await d.teams.copy_in(teams);
    auto frictions = rows_of(some - 1, [](int i) {
        friction f;
        f.home_id = 1 + i;
        f.away_id = 2 + i;
        return f;
    });
    co_await d.frictions.copy_in(frictions);
    auto strategies = rows_of(some, [](int i) {
        strategy s;
        s.name = number(i);
        s.active = i % 3 == 0;
        s.score = i % 100;
        return s;
    });
    co_await d.strategies.copy_in(strategies);
}

// How SQLite would answer a statement, one step a line.
std::vector<std::string> plan_of(support::raw_sqlite& db, const std::string& sql) {
    std::vector<std::string> steps;
    sqlite3_stmt* stmt = nullptr;
    const std::string explain = "explain query plan " + sql;
    REQUIRE(sqlite3_prepare_v2(db.handle(), explain.c_str(), -1, &stmt, nullptr) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        steps.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(stmt, 3)));
    sqlite3_finalize(stmt);
    return steps;
}

// What an operation sent, and the index that it is to be answered by.
struct expectation {
    std::string sql;
    std::string index;
    bool in_order_of_index; // reads the whole index from one end, until it has enough rows
};

class expectations {
public:
    explicit expectations(const testing::recorder& seen) : seen_(seen) {}

    template <class T>
    task<> through(const char* index, task<T> operation) {
        return add(index, false, std::move(operation));
    }
    template <class T>
    task<> along(const char* index, task<T> operation) {
        return add(index, true, std::move(operation));
    }

    [[nodiscard]] const std::vector<expectation>& all() const { return all_; }

private:
    template <class T>
    task<> add(std::string index, bool in_order, task<T> operation) {
        const auto watch = seen_.scope();
        static_cast<void>(co_await hawser::as_result(std::move(operation)));
        watch.expect_queries(1);
        all_.push_back({watch.sql().front(), index, in_order});
    }

    const testing::recorder& seen_;
    std::vector<expectation> all_;
};

constexpr auto by_key = "INTEGER PRIMARY KEY";

task<> trade_by_trade(const desk& d, expectations& e) {
    const auto latest = d.trades.where(col<&trade::symbol> == "S7")
                            .order_by(hawser::desc<&trade::executed_at>, hawser::desc<&trade::id>)
                            .limit(10);
    const trade last = (co_await latest.all()).back();
    co_await e.through("idx_trades_symbol_executed_at", latest.after(last).all());
    co_await e.through("idx_trades_executed_at", d.trades.recent());
    co_await e.through("idx_trades_symbol_executed_at", d.trades.by_symbol("S7"));
    co_await e.through("idx_trades_status", d.trades.by_status(trade_status::failed));
    co_await e.through("idx_trades_user_id", d.trades.by_user(7));
    co_await e.through("idx_trades_position_id", d.trades.by_position(7));
    co_await e.through("sqlite_autoindex_orders_1", d.orders.by_order_id("7"));
    co_await e.through("idx_orders_user_id", d.orders.by_user(7));
    co_await e.through("idx_orders_symbol", d.orders.by_symbol("S"));
    co_await e.through("idx_orders_status", d.orders.by_status(order_status::open));
    co_await e.through(by_key, d.orders.fill(7));
    co_await e.through(by_key, d.orders.cancel(7));
}

task<> position_by_position(const desk& d, expectations& e) {
    const position_patch patch{.current_price = price_t(1)};
    const std::vector<symbol_price> prices{{"7", 1}};
    co_await e.through("idx_positions_status", d.positions.open_positions());
    co_await e.through("sqlite_autoindex_positions_1", d.positions.position_by_symbol("7"));
    co_await e.through("sqlite_autoindex_positions_1", d.positions.update_position("7", patch));
    co_await e.through("sqlite_autoindex_positions_1", d.positions.update_prices(prices));
    co_await e.through("sqlite_autoindex_positions_1", d.positions.close_position("7"));
    co_await e.through("idx_positions_status", d.positions.triggered(1));
    co_await e.through("idx_positions_status", d.positions.triggered());
    co_await e.along("idx_portfolios_at", d.portfolios.latest());
    co_await e.through("idx_portfolios_at", d.portfolios.history());
}

task<> user_by_user(const desk& d, expectations& e) {
    co_await e.through("sqlite_autoindex_users_1", d.users.by_username("7"));
    co_await e.through("sqlite_autoindex_users_2", d.users.by_email("7"));
    co_await e.through("idx_users_active", d.users.active());
    co_await e.through(by_key, d.users.deactivate(7));
    co_await e.through("sqlite_autoindex_user_profiles_1", d.user_profiles.by_user(7));
    co_await e.through("idx_portfolios_user_symbol", d.holdings.by_user(7));
    co_await e.through("idx_portfolios_user_symbol", d.holdings.by_user_and_symbol(7, "S7"));
    co_await e.through("idx_alerts_resolved_at", d.alerts.unresolved());
    co_await e.through("idx_alerts_severity", d.alerts.by_severity(alert_severity::critical));
    co_await e.through(by_key, d.alerts.resolve(7, "seen"));
}

task<> series_by_series(const desk& d, expectations& e) {
    co_await e.through("idx_trading_signals_symbol_created", d.signals.by_symbol("S7"));
    co_await e.through("idx_trading_signals_symbol_created", d.signals.latest("S7"));
    co_await e.through("sqlite_autoindex_market_data_1",
                       d.market_data.range("kraken", "S7", noon, second(9)));
    co_await e.through("idx_market_data_symbol_timestamp", d.market_data.range("S7", noon, second(9)));
    co_await e.through("sqlite_autoindex_market_data_1", d.market_data.latest("kraken", "S7"));
    co_await e.through("idx_ml_predictions_symbol_made_at", d.predictions.by_symbol("S7"));
    co_await e.through("idx_ml_predictions_model_made_at", d.predictions.brier("M1"));
    co_await e.along("idx_ml_predictions_model_made_at", d.predictions.brier());
    co_await e.through(by_key, d.predictions.settle(7, 1));
}

task<> team_by_team(const desk& d, expectations& e) {
    co_await e.through("sqlite_autoindex_odds_1", d.odds.by_match("7"));
    co_await e.through("sqlite_autoindex_quantum_teams_1", d.teams.by_name("L7", "7"));
    co_await e.through("sqlite_autoindex_quantum_teams_1", d.teams.by_league("L7"));
    co_await e.through("sqlite_autoindex_quantum_strategies_1", d.strategies.by_name("7"));
    co_await e.through("quantum_idx_strategies_status", d.strategies.by_status(strategy_status::draft));
    co_await e.through("quantum_idx_strategies_active_score", d.strategies.top_performers());
    co_await e.through("sqlite_autoindex_quantum_friction_1", d.frictions.get_friction(7, 8));
    // A team that is erased takes along the frictions in which it is away.
    co_await e.through("quantum_idx_friction_away_id", d.frictions.where(col<&friction::away_id> == 7).all());
}

void require_plan(const expectation& e, const std::vector<std::string>& plan) {
    INFO(e.sql);
    std::string steps;
    for (const std::string& step : plan) steps += step + '\n';
    INFO(steps);
    CHECK_THAT(steps,
               support::contains_text("USING " + std::string(e.index == by_key ? "" : "INDEX ") + e.index));
    CHECK(steps.find("TEMP B-TREE") == std::string::npos);
    if (!e.in_order_of_index) CHECK(steps.find("SCAN") == std::string::npos);
}

// Declared indexes that no operation was to be answered by.
std::string unused(support::raw_sqlite& db, const std::vector<expectation>& asked) {
    std::string names;
    for (const expectation& e : asked) names += "('" + e.index + "'), ";
    return db.text("select coalesce(group_concat(name, ' '), '') from sqlite_schema where type = 'index'"
                   " and sql is not null and name not in (values " +
                   names + "(''))");
}

} // namespace

TEST_CASE("every operation is answered through its index, on a million rows") {
    const support::temporary_folder folder;
    const std::string path = folder.file("plans.db");
    testing::recorder seen;
    expectations asked(seen);
    auto main = [&]() -> task<> {
        hawser::open_options options;
        options.sqlite.durability = hawser::durability::normal;
        options.observer = &seen;
        const hawser::database db = co_await hawser::open("sqlite:" + path, options);
        co_await create_tables(db);
        const desk d(db);
        co_await load_some(d);
        co_await load_millions(d);
        co_await trade_by_trade(d, asked);
        co_await position_by_position(d, asked);
        co_await user_by_user(d, asked);
        co_await series_by_series(d, asked);
        co_await team_by_team(d, asked);
        co_await db.close();
    };
    hawser::run(main());
    support::raw_sqlite raw(path);
    hawser::sqlite::register_functions(raw.handle());
    hawser::sqlite::register_number_functions(raw.handle());
    REQUIRE(raw.integer("select count(*) from trades") == million);
    CHECK(unused(raw, asked.all()) == "");
    for (const expectation& e : asked.all()) require_plan(e, plan_of(raw, e.sql));
    // And when SQLite has counted what is in the tables.
    raw.exec("pragma analysis_limit = 1000; analyze");
    for (const expectation& e : asked.all()) require_plan(e, plan_of(raw, e.sql));
}
