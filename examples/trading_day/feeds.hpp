#pragma once
// The feeds of a day, as its options ask for them.
#include "feed.hpp"
#include "options.hpp"
#include "tick.hpp"
#include <hawser/trading/ml_prediction.hpp>
#include <memory>

namespace day {

// Each call gives the feed anew, from its first row; null where the day has none.
[[nodiscard]] std::unique_ptr<feed<hawser::trading::ml_prediction>> predictions_of(const options& o);
[[nodiscard]] std::unique_ptr<feed<tick>> ticks_of(const options& o);

// Reads through a feed to its end and stores nothing. Throws input_error at the first row that is wrong.
[[nodiscard]] feed_facts look_through(feed<hawser::trading::ml_prediction>& all);
[[nodiscard]] feed_facts look_through(feed<tick>& all);

} // namespace day
