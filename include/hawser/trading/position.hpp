#pragma once
// What is held of a symbol: one row each, opened, closed and opened again.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

enum class position_status : unsigned char { open, closed };
BOOST_DESCRIBE_ENUM(position_status, open, closed)
consteval auto hawser_words(of<position_status>) {
    return stored_as<position_status>("OPEN", "CLOSED");
}

// `notional` is the sum of price * quantity over its trades, bought less sold; `low` and `high` are the
// extremes of their prices.
//
// Versioned: update(row) of a copy that is out of date is stale_object. Updates by expressions (record_fill)
// take no version, so any number of them add to one position without conflicts.
struct position : timestamps, versioned, audited {
    std::int64_t id{};
    std::string symbol;
    quantity_t quantity; // below 0: sold short
    price_t entry_price;
    price_t current_price;
    money_t market_value;   // quantity * current_price, as of the last change of the price
    money_t unrealized_pnl; // quantity * (current_price - entry_price), as of the last change of the price
    std::optional<price_t> low;
    std::optional<price_t> high;
    notional_t notional;
    position_status status{};
    std::optional<price_t> stop_loss;
    std::optional<price_t> take_profit;
};
BOOST_DESCRIBE_STRUCT(position, (timestamps, versioned, audited),
                      (id, symbol, quantity, entry_price, current_price, market_value, unrealized_pnl, low,
                       high, notional, status, stop_loss, take_profit))

consteval auto hawser_table(of<position>) {
    return table<position>("positions", primary_key<&position::id>.generated(),
                           unique<&position::symbol>.named("positions_symbol_uq"),
                           index<&position::status, &position::symbol>.named("idx_positions_status"),
                           validate<&position::symbol>(not_empty, max_length(32)));
}

// Gives the position this current_price; market_value and unrealized_pnl follow, rounded to four digits. For
// positions that are read, changed and stored together:
//     positions.bulk_update<&position::current_price, &position::market_value, &position::unrealized_pnl>(span)
// Throws out_of_range where they have no place in money_t; the position is as it was then.
void follow_price(position& p, price_t price);

} // namespace hawser::trading
