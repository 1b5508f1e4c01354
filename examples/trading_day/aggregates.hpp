#pragma once
// What the database makes of the day that it holds.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/db/database.hpp>
#include <hawser/trading/predictions.hpp>
#include <string>
#include <vector>

namespace day {

// As prediction_repository::brier(), where predictions and outcomes are from 0 to 1, and the same on every engine to the
// last bit.
[[nodiscard]] hawser::task<std::vector<hawser::trading::model_score>> scores_by_model(hawser::database db);

// Sums over the trades of one symbol: exact, as text with eight digits behind the point.
struct symbol_sums {
    std::string symbol;
    std::int64_t trades{};
    std::string quantity;
    std::string notional;
    std::string low;
    std::string high;
};
BOOST_DESCRIBE_STRUCT(symbol_sums, (), (symbol, trades, quantity, notional, low, high))

[[nodiscard]] hawser::task<std::vector<symbol_sums>> sums_by_symbol(hawser::database db);

// Whether a table of the day has a row already.
[[nodiscard]] hawser::task<bool> holds_a_day(hawser::database db);

// "ok", or what is wrong: the engine's own check of the file, orders and trades that do not belong together,
// and positions that differ from the sums of their trades.
[[nodiscard]] hawser::task<std::string> integrity_of(hawser::database db);

} // namespace day
