#include <hawser/core/error.hpp>
#include <hawser/db/database.hpp>
#include <hawser/db/outcome.hpp>
#include <hawser/trading/positions.hpp>

namespace hawser::trading {
namespace {

constexpr literal sqlite_patch =
    "update positions set"
    " current_price = coalesce($2, current_price), entry_price = coalesce($3, entry_price),"
    " stop_loss = coalesce($4, stop_loss), take_profit = coalesce($5, take_profit),"
    " market_value = dec_mul(quantity, coalesce($2, current_price), 12),"
    " unrealized_pnl = dec_mul(quantity, coalesce($2, current_price) - coalesce($3, entry_price), 12),"
    " updated_at = $6, row_version = row_version + 1"
    " where symbol = $1 and status = 'OPEN'";

constexpr literal postgres_patch =
    "update positions set"
    " current_price = coalesce($2, current_price), entry_price = coalesce($3, entry_price),"
    " stop_loss = coalesce($4, stop_loss), take_profit = coalesce($5, take_profit),"
    " market_value = round(quantity * coalesce($2, current_price), 4),"
    " unrealized_pnl = round(quantity * (coalesce($2, current_price) - coalesce($3, entry_price)), 4),"
    " updated_at = $6, row_version = row_version + 1"
    " where symbol = $1 and status = 'OPEN'";

task<bool> any_changed(task<std::int64_t> change) {
    co_return co_await std::move(change) > 0;
}

auto is_open(std::string symbol) {
    return col<&position::symbol> == std::move(symbol) && col<&position::status> == position_status::open;
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
    const bool sqlite = on_.database->engine->describe().dialect == dialect::sqlite;
    return any_changed(sqlite ? db_.execute<sqlite_patch>(symbol, patch.current_price, patch.entry_price,
                                                          patch.stop_loss, patch.take_profit, on_.now())
                              : db_.execute<postgres_patch>(symbol, patch.current_price, patch.entry_price,
                                                            patch.stop_loss, patch.take_profit, on_.now()));
}

task<bool> position_repository::close_position(std::string symbol) const {
    return any_changed(where(is_open(std::move(symbol)))
                           .update(set<&position::status>(position_status::closed),
                                   set<&position::quantity>(0), set<&position::market_value>(0),
                                   set<&position::unrealized_pnl>(0)));
}

} // namespace hawser::trading
