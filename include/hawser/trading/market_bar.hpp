#pragma once
// What a market did within one interval of time: open, high, low, close, volume.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <string>

namespace hawser::trading {

// The table holds bars of one length; the natural key is (venue, symbol, at).
struct market_bar : timestamps {
    std::int64_t id{};
    std::string venue; // "binance"
    std::string symbol;
    timestamp at{}; // when the interval begins
    price_t open;
    price_t high;
    price_t low;
    price_t close;
    volume_t volume; // traded within the interval, in units of the symbol
};
BOOST_DESCRIBE_STRUCT(market_bar, (timestamps), (id, venue, symbol, at, open, high, low, close, volume))

consteval auto hawser_table(of<market_bar>) {
    return table<market_bar>(
        "market_data", primary_key<&market_bar::id>.generated(),
        unique<&market_bar::venue, &market_bar::symbol, &market_bar::at>.named("market_data_bar_uq"),
        index<&market_bar::symbol, &market_bar::at>.named("idx_market_data_symbol_timestamp"),
        check("market_data_low_to_high", col<&market_bar::low> <= col<&market_bar::high>),
        check("market_data_volume_not_negative", col<&market_bar::volume> >= 0),
        validate<&market_bar::venue>(not_empty, max_length(50)),
        validate<&market_bar::symbol>(not_empty, max_length(32)));
}

} // namespace hawser::trading
