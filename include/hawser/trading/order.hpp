#pragma once
// What was asked of a market.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <hawser/trading/side.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

enum class order_type : unsigned char { market, limit, stop, stop_limit };
BOOST_DESCRIBE_ENUM(order_type, market, limit, stop, stop_limit)
consteval auto hawser_words(of<order_type>) {
    return stored_as<order_type>("MARKET", "LIMIT", "STOP", "STOP_LIMIT");
}

enum class order_status : unsigned char { pending, open, partially_filled, filled, cancelled, rejected };
BOOST_DESCRIBE_ENUM(order_status, pending, open, partially_filled, filled, cancelled, rejected)
consteval auto hawser_words(of<order_status>) {
    return stored_as<order_status>("PENDING", "OPEN", "PARTIALLY_FILLED", "FILLED", "CANCELLED", "REJECTED");
}

struct order : timestamps, audited {
    std::int64_t id{};
    std::optional<std::int64_t> user_id;
    std::string order_id; // the client's own name for it, unique
    std::string symbol;
    trading::side side{};
    order_type type{};
    quantity_t quantity;          // above 0
    std::optional<price_t> price; // none: at the market
    order_status status{};
};
BOOST_DESCRIBE_STRUCT(order, (timestamps, audited),
                      (id, user_id, order_id, symbol, side, type, quantity, price, status))

consteval auto hawser_table(of<order>) {
    return table<order>(
        "orders", primary_key<&order::id>.generated(), unique<&order::order_id>.named("orders_order_id_uq"),
        index<&order::user_id>.named("idx_orders_user_id"), index<&order::symbol>.named("idx_orders_symbol"),
        index<&order::status>.named("idx_orders_status"),
        check("orders_quantity_positive", col<&order::quantity> > 0),
        validate<&order::order_id>(not_empty, max_length(100)),
        validate<&order::symbol>(not_empty, max_length(32)));
}

} // namespace hawser::trading
