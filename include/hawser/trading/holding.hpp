#pragma once
// What a user has of a symbol, and what it cost.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <hawser/trading/user.hpp>
#include <string>

namespace hawser::trading {

// Versioned, so that of two that adjust one holding at once none is lost.
// The constraint is what upserts meet in; the index is unique as well, so that it is the one to be looked up through.
struct holding : timestamps, versioned {
    std::int64_t id{};
    std::int64_t user_id{};
    std::string symbol;
    quantity_t quantity;   // not below 0
    price_t average_price; // of what was bought, weighted by quantity; sales leave it
};
BOOST_DESCRIBE_STRUCT(holding, (timestamps, versioned), (id, user_id, symbol, quantity, average_price))

consteval auto hawser_table(of<holding>) {
    return table<holding>(
        "holdings", primary_key<&holding::id>.generated(),
        unique<&holding::symbol, &holding::user_id>.named("holdings_symbol_user_uq"),
        references<&holding::user_id, user>.named("holdings_user_id_fk"),
        index<&holding::user_id, &holding::symbol>.named("idx_portfolios_user_symbol").unique(),
        check("holdings_quantity_not_negative", col<&holding::quantity> >= 0),
        check("holdings_average_price_not_negative", col<&holding::average_price> >= 0),
        validate<&holding::symbol>(not_empty, max_length(32)));
}

} // namespace hawser::trading
