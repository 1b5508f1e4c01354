#pragma once
// All of the trading pack over one database.
#include <hawser/db/database.hpp>
#include <hawser/trading/alerts.hpp>
#include <hawser/trading/frictions.hpp>
#include <hawser/trading/holdings.hpp>
#include <hawser/trading/market_data.hpp>
#include <hawser/trading/odds.hpp>
#include <hawser/trading/orders.hpp>
#include <hawser/trading/portfolios.hpp>
#include <hawser/trading/positions.hpp>
#include <hawser/trading/predictions.hpp>
#include <hawser/trading/strategies.hpp>
#include <hawser/trading/teams.hpp>
#include <hawser/trading/trades.hpp>
#include <hawser/trading/trading_signals.hpp>
#include <hawser/trading/user_profiles.hpp>
#include <hawser/trading/users.hpp>
#include <span>

namespace hawser::trading {

// A facade over the repositories, and what goes across them. Cheap to make and to copy; safe to use from any
// thread.
class desk {
public:
    // Over a database, a session or a transaction, whose handle it copies.
    explicit desk(const executor_ref& on);

    prediction_repository predictions;
    trade_repository trades;
    position_repository positions;
    order_repository orders;
    portfolio_repository portfolios;
    alert_repository alerts;
    user_repository users;
    user_profile_repository user_profiles;
    holding_repository holdings;
    trading_signal_repository signals;
    market_data_repository market_data;
    odds_repository odds;
    team_repository teams;
    friction_repository frictions;
    strategy_repository strategies;

    // An order and the trade that fills it, in one unit of work with the position that they change:
    //     quantity + q, notional + price * q (q below 0 for a sale), low and high of the trade's price.
    // The position is changed by expressions, so any number of fills may add to one at once and none is lost.
    //
    // The order is stored as FILLED, the trade as EXECUTED under the order's order_id. trade.position_id
    // names the position; if it is empty the open one of the symbol is looked up first. Keys and timestamps
    // are written back; on failure both objects are as they were and nothing is stored. Both are borrowed
    // until the task completes.
    //
    // Throws misuse where symbol or side of the two differ, out_of_range where the notional has no place
    // in notional_t, not_found where no position of the symbol is open, precondition_failed where
    // position_id is not an open one of the symbol, and what a unit of work throws.
    [[nodiscard]] task<void> record_fill(order& asked, trade& done) const;

    // A user and the user's profile, in one unit of work: the profile gets the key that the user is given. Keys
    // and timestamps are written back; on failure both objects are as they were and nothing is stored. Both are
    // borrowed until the task completes. Throws unique_violation where username or email is taken.
    [[nodiscard]] task<void> register_user(user& who, user_profile& shown) const;
    // Any number of teams and the strategies that play on them, in one unit of work. Keys, timestamps and versions
    // are written back; on failure all are as they were and nothing is stored. Both spans are borrowed until the
    // task completes.
    [[nodiscard]] task<void> store_teams(std::span<team> playing, std::span<strategy> ways) const;

private:
    executor_ref db_;
};

// The tables of all entities, where they are missing. For tests and demos: production migrates.
[[nodiscard]] task<void> create_tables(const database& db);

} // namespace hawser::trading
