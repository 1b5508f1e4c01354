#pragma once
// The trades of a day: strategies that take ticks and commit a unit of work for each.
#include "acknowledgements.hpp"
#include "feed.hpp"
#include "latencies.hpp"
#include "options.hpp"
#include "progress.hpp"
#include "tick.hpp"
#include <hawser/trading/desk.hpp>
#include <map>
#include <string>

namespace day {

// Keys of the open positions by symbol.
using position_keys = std::map<std::string, std::int64_t, std::less<>>;

// Opens a position for each of the symbols.
[[nodiscard]] hawser::task<position_keys> open_positions(hawser::trading::desk desk,
                                                         const std::set<std::string>& symbols);

// What the strategies share.
struct market {
    hawser::trading::desk desk;
    feed<tick>& ticks;
    const position_keys& positions;
    const acknowledgements& acknowledge;
    latencies& units;
    progress& shown;
};

// Takes every tick of the market, each once; ends early when that is asked for or when a strategy fails,
// which is rethrown. Returns how many units were committed.
std::uint64_t trade_all(market& m, const options& o);

} // namespace day
