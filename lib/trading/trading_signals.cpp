#include <hawser/trading/trading_signals.hpp>

namespace hawser::trading {
namespace {

auto latest_of(const repository<trading_signal>& signals, std::string symbol) {
    return signals.where(col<&trading_signal::symbol> == std::move(symbol))
        .order_by(desc<&trading_signal::created_at>, desc<&trading_signal::id>);
}

} // namespace

task<std::vector<trading_signal>> trading_signal_repository::by_symbol(std::string symbol,
                                                                       std::int64_t limit) const {
    return latest_of(*this, std::move(symbol)).limit(limit).all();
}

task<std::optional<trading_signal>> trading_signal_repository::latest(std::string symbol) const {
    return latest_of(*this, std::move(symbol)).first();
}

} // namespace hawser::trading
