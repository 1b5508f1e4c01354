#pragma once
// What a strategy or a model advises.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

enum class signal_direction : unsigned char { buy, sell, hold };
BOOST_DESCRIBE_ENUM(signal_direction, buy, sell, hold)
consteval auto hawser_words(of<signal_direction>) {
    return stored_as<signal_direction>("BUY", "SELL", "HOLD");
}

// It is as old as its row: created_at.
struct trading_signal : timestamps {
    std::int64_t id{};
    std::string symbol;
    signal_direction direction{};
    double strength{};            // 0, hardly, to 1, certainly
    std::string source;           // who advises: a strategy, a model, an analyst
    std::optional<price_t> price; // of the market when the advice was given
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(trading_signal, (timestamps), (id, symbol, direction, strength, source, price, reason))

consteval auto hawser_table(of<trading_signal>) {
    return table<trading_signal>("trading_signals", primary_key<&trading_signal::id>.generated(),
                                 index<&trading_signal::symbol, &trading_signal::created_at>.named(
                                     "idx_trading_signals_symbol_created"),
                                 validate<&trading_signal::symbol>(not_empty, max_length(32)),
                                 validate<&trading_signal::strength>(range(0.0, 1.0)),
                                 validate<&trading_signal::source>(not_empty, max_length(50)));
}

} // namespace hawser::trading
