#include <hawser/trading/position.hpp>

namespace hawser::trading {

void follow_price(position& p, price_t price) {
    const auto market_value = multiply_rounded<money_t>(p.quantity, price);
    const auto unrealized_pnl = multiply_rounded<money_t>(p.quantity, price - p.entry_price);
    p.current_price = price;
    p.market_value = market_value;
    p.unrealized_pnl = unrealized_pnl;
}

} // namespace hawser::trading
