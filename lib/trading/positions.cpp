#include "trading/changed.hpp"
#include <hawser/core/error.hpp>
#include <hawser/db/outcome.hpp>
#include <hawser/db/unit_of_work.hpp>
#include <hawser/trading/positions.hpp>

namespace hawser::trading {
namespace {

auto is_open(std::string symbol) {
    return col<&position::symbol> == std::move(symbol) && col<&position::status> == position_status::open;
}

// What follows the price: `price` is a value or an expression, as `entry_price` is.
auto worth_at(const auto& price) {
    return set<&position::market_value>(multiply_rounded<money_t>(col<&position::quantity>, price));
}
auto gain_at(const auto& price, const auto& entry_price) {
    return set<&position::unrealized_pnl>(
        multiply_rounded<money_t>(col<&position::quantity>, price - entry_price));
}

task<std::int64_t> store_prices(executor_ref on, std::span<const symbol_price> prices) {
    unit_of_work unit(on, {.name = "trading.update_prices"});
    for (const symbol_price& p : prices)
        unit.update<position>(is_open(p.symbol), set<&position::current_price>(p.price), worth_at(p.price),
                              gain_at(p.price, col<&position::entry_price>));
    const commit_result stored = co_await unit.commit();
    std::int64_t changed = 0;
    for (const operation_result& one : stored.operations) changed += one.rows;
    co_return changed;
}

// `price`: a value, or a column.
auto is_triggered(const auto& price) {
    const auto stop = col<&position::stop_loss>;
    const auto take = col<&position::take_profit>;
    const auto held = col<&position::quantity> >= 0 && (stop >= price || take <= price);
    const auto sold_short = col<&position::quantity> < 0 && (stop <= price || take >= price);
    return col<&position::status> == position_status::open && (held || sold_short);
}

// The closed row of the symbol becomes this one.
task<bool> reopen(const repository<position>& positions, position& row) {
    const auto closed =
        col<&position::symbol> == row.symbol && col<&position::status> == position_status::closed;
    const std::optional<position> before = co_await positions.where(closed).first();
    if (!before) co_return false;
    position again = row;
    again.id = before->id;
    again.created_at = before->created_at;
    again.row_version = before->row_version;
    // Of several that found it closed, the first one to get here wins; for the others its version is stale.
    const auto updated = co_await as_result(positions.update(again));
    if (!updated && updated.error().kind() == errc::stale_object) co_return false;
    if (!updated.value()) co_return false;
    row = again;
    co_return true;
}

task<void> open_or_reopen(repository<position> positions, position& row) {
    row.status = position_status::open;
    const auto inserted = co_await as_result(positions.insert(row));
    if (inserted) co_return;
    const error failure = inserted.error();
    if (failure.kind() == errc::unique_violation && co_await reopen(positions, row)) co_return;
    throw_error(failure.kind(), failure.message(), failure.info());
}

} // namespace

task<void> position_repository::open_position(position& row) const {
    return open_or_reopen(*this, row);
}

task<std::vector<position>> position_repository::open_positions() const {
    return where(col<&position::status> == position_status::open).order_by(asc<&position::symbol>).all();
}

task<std::optional<position>> position_repository::position_by_symbol(std::string symbol) const {
    return where(is_open(std::move(symbol))).first();
}

task<bool> position_repository::update_position(const std::string& symbol,
                                                const position_patch& patch) const {
    const auto price = coalesce(patch.current_price, col<&position::current_price>);
    const auto entry_price = coalesce(patch.entry_price, col<&position::entry_price>);
    return any_changed(
        where(is_open(symbol))
            .update(set<&position::current_price>(price), set<&position::entry_price>(entry_price),
                    set<&position::stop_loss>(coalesce(patch.stop_loss, col<&position::stop_loss>)),
                    set<&position::take_profit>(coalesce(patch.take_profit, col<&position::take_profit>)),
                    worth_at(price), gain_at(price, entry_price)));
}

task<std::int64_t> position_repository::update_prices(std::span<const symbol_price> prices) const {
    return store_prices(db_, prices);
}

task<std::vector<position>> position_repository::triggered(price_t price) const {
    return where(is_triggered(price)).order_by(asc<&position::symbol>).all();
}

task<std::vector<position>> position_repository::triggered() const {
    return where(is_triggered(col<&position::current_price>)).order_by(asc<&position::symbol>).all();
}

task<bool> position_repository::close_position(std::string symbol) const {
    return any_changed(where(is_open(std::move(symbol)))
                           .update(set<&position::status>(position_status::closed),
                                   set<&position::quantity>(0), set<&position::market_value>(0),
                                   set<&position::unrealized_pnl>(0)));
}

} // namespace hawser::trading
