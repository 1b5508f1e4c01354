#pragma once
// What a market did.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <hawser/trading/position.hpp>
#include <hawser/trading/side.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

enum class trade_status : unsigned char { pending, executed, settled, cancelled, failed };
BOOST_DESCRIBE_ENUM(trade_status, pending, executed, settled, cancelled, failed)
consteval auto hawser_words(of<trade_status>) {
    return stored_as<trade_status>("PENDING", "EXECUTED", "SETTLED", "CANCELLED", "FAILED");
}

struct trade : timestamps {
    std::int64_t id{};
    std::optional<std::int64_t> user_id;
    std::optional<std::int64_t> position_id; // the position it changed
    std::optional<std::string> order_id;     // the order it filled, unique
    std::string symbol;
    trading::side side{};
    quantity_t quantity; // above 0
    price_t price;
    timestamp executed_at{};
    trade_status status{};
    std::optional<std::string> exchange;
    std::optional<std::string> exchange_id; // the exchange's own name for it, unique there
};
BOOST_DESCRIBE_STRUCT(trade, (timestamps),
                      (id, user_id, position_id, order_id, symbol, side, quantity, price, executed_at, status,
                       exchange, exchange_id))

consteval auto hawser_table(of<trade>) {
    return table<trade>("trades", primary_key<&trade::id>.generated(),
                        unique<&trade::order_id>.named("trades_order_id_uq"),
                        unique<&trade::exchange, &trade::exchange_id>.named("trades_exchange_uq"),
                        references<&trade::position_id, position>.named("trades_position_id_fk"),
                        index<&trade::user_id, &trade::executed_at>.named("idx_trades_user_id"),
                        index<&trade::executed_at>.named("idx_trades_executed_at"),
                        index<&trade::status, &trade::executed_at>.named("idx_trades_status"),
                        index<&trade::position_id, &trade::executed_at>.named("idx_trades_position_id"),
                        index<&trade::symbol, &trade::executed_at>.named("idx_trades_symbol_executed_at"),
                        check("trades_quantity_positive", col<&trade::quantity> > 0),
                        validate<&trade::order_id>(not_empty, max_length(100)),
                        validate<&trade::symbol>(not_empty, max_length(32)),
                        validate<&trade::exchange>(not_empty, max_length(50)),
                        validate<&trade::exchange_id>(not_empty, max_length(100)));
}

} // namespace hawser::trading
