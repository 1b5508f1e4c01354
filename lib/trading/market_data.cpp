#include <hawser/trading/market_data.hpp>

namespace hawser::trading {
namespace {

auto is_within(timestamp from, timestamp to) {
    return col<&market_bar::at> >= from && col<&market_bar::at> < to;
}

auto is_of(std::string venue, std::string symbol) {
    return col<&market_bar::venue> == std::move(venue) && col<&market_bar::symbol> == std::move(symbol);
}

} // namespace

task<std::vector<market_bar>> market_data_repository::range(std::string venue, std::string symbol,
                                                            timestamp from, timestamp to) const {
    return where(is_of(std::move(venue), std::move(symbol)) && is_within(from, to))
        .order_by(asc<&market_bar::at>)
        .all();
}

task<std::vector<market_bar>> market_data_repository::range(std::string symbol, timestamp from,
                                                            timestamp to) const {
    return where(col<&market_bar::symbol> == std::move(symbol) && is_within(from, to))
        .order_by(asc<&market_bar::at>, asc<&market_bar::id>)
        .all();
}

task<std::optional<market_bar>> market_data_repository::latest(std::string venue, std::string symbol) const {
    return where(is_of(std::move(venue), std::move(symbol))).order_by(desc<&market_bar::at>).first();
}

} // namespace hawser::trading
