#pragma once
// The exact numbers of the trading pack.
#include <hawser/core/decimal.hpp>

namespace hawser::trading {

// Prices and quantities: below ten thousand million, with eight digits behind the point.
using price_t = decimal<18, 8>;
using quantity_t = decimal<18, 8>;

// Money: sums of price * quantity outgrow ten digits in front of the point within a day, so they have
// fourteen, and four behind it.
using money_t = decimal<18, 4>;

} // namespace hawser::trading
