#include <hawser/core/error.hpp>
#include <hawser/db/unit_of_work.hpp>
#include <hawser/trading/desk.hpp>

namespace hawser::trading {
namespace {

task<std::int64_t> open_position_of(const position_repository& positions, const std::string& symbol) {
    const std::optional<position> found = co_await positions.position_by_symbol(symbol);
    if (!found) throw_error(errc::not_found, "record_fill: no position of the trade's symbol is open");
    co_return found->id;
}

task<void> store_fill(executor_ref on, position_repository positions, order& asked, trade& done) {
    if (asked.symbol != done.symbol || asked.side != done.side)
        throw_error(errc::misuse, "record_fill: order and trade differ in symbol or side");
    const quantity_t change = done.side == side::buy ? done.quantity : -done.quantity;
    const auto worth = multiply<notional_t>(done.price, change);

    order filled = asked;
    filled.status = order_status::filled;
    trade executed = done;
    executed.status = trade_status::executed;
    executed.order_id = asked.order_id;
    if (!executed.position_id) executed.position_id = co_await open_position_of(positions, done.symbol);
    const std::int64_t id = *executed.position_id;

    unit_of_work unit(on, {.name = "trading.record_fill"});
    unit.expect<position>(
        col<&position::symbol> == done.symbol && col<&position::status> == position_status::open, id);
    const auto stored_order = unit.insert(filled);
    const auto stored_trade = unit.insert(executed);
    unit.update<position>(col<&position::id> == id,
                          set<&position::quantity>(col<&position::quantity> + change),
                          set<&position::notional>(col<&position::notional> + worth),
                          set<&position::low>(least(col<&position::low>, done.price)),
                          set<&position::high>(greatest(col<&position::high>, done.price)));
    co_await unit.commit();
    asked = stored_order.row();
    done = stored_trade.row();
}

task<void> store_user(executor_ref on, user& who, user_profile& shown) {
    unit_of_work unit(on, {.name = "trading.register_user"});
    const auto stored_user = unit.insert(who);
    const auto stored_profile = unit.insert(shown, bind<&user_profile::user_id>(stored_user.id()));
    co_await unit.commit();
    who = stored_user.row();
    shown = stored_profile.row();
}

task<void> store_playing(executor_ref on, std::span<team> playing, std::span<strategy> ways) {
    unit_of_work unit(on, {.name = "trading.store_teams"});
    std::vector<pending_row<team>> teams;
    std::vector<pending_row<strategy>> strategies;
    for (const team& t : playing) teams.push_back(unit.insert(t));
    for (const strategy& s : ways) strategies.push_back(unit.insert(s));
    co_await unit.commit();
    for (std::size_t i = 0; i < playing.size(); ++i) playing[i] = teams[i].row();
    for (std::size_t i = 0; i < ways.size(); ++i) ways[i] = strategies[i].row();
}

} // namespace

desk::desk(const executor_ref& on)

    : predictions(on),
      trades(on),
      positions(on),
      orders(on),
      portfolios(on),
      alerts(on),
      users(on),
      user_profiles(on),
      holdings(on),
      signals(on),
      market_data(on),
      odds(on),
      teams(on),
      frictions(on),
      strategies(on),
      db_(on) {}

task<void> desk::record_fill(order& asked, trade& done) const {
    return store_fill(db_, positions, asked, done);
}

task<void> desk::register_user(user& who, user_profile& shown) const {
    return store_user(db_, who, shown);
}

task<void> desk::store_teams(std::span<team> playing, std::span<strategy> ways) const {
    return store_playing(db_, playing, ways);
}

task<void> create_tables(const database& db) {
    return db.create_tables<user, user_profile, position, order, trade, holding, portfolio, trading_signal,
                            market_bar, ml_prediction, odds_quote, team, friction, strategy, alert>();
}

} // namespace hawser::trading
