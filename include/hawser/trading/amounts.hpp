#pragma once
// The exact numbers of the trading pack.
#include <hawser/core/decimal.hpp>

namespace hawser::trading {

// Prices and quantities: below ten thousand million, with eight digits behind the point.
using price_t = decimal<18, 8>;
using quantity_t = decimal<18, 8>;

// Money as it is shown: fourteen digits in front of the point, and four behind it.
using money_t = decimal<18, 4>;

// Sums of price * quantity, exact: a product has up to sixteen digits behind the point and twenty in front of it.
using notional_t = decimal<38, 16>;

// What a whole market trades: of small coins far more than ten digits.
using volume_t = decimal<28, 8>;

} // namespace hawser::trading
