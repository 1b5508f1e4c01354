#pragma once
// What a bookmaker pays.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/core/decimal.hpp>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <string>

namespace hawser::trading {

// Decimal odds: what comes back for one that was staked, the stake included.
using odds_t = decimal<10, 4>;

// The natural key is (match, market, bookmaker, at).
struct odds_quote : timestamps {
    std::int64_t id{};
    std::string match;     // the caller's name for it: "2023-08-11 Burnley - Man City"
    std::string market;    // what is bet on: "home_win", "over_2.5"
    std::string bookmaker; // or what stands for many: "market_average"
    odds_t price;          // not below 1
    timestamp at{};        // when it was quoted
};
BOOST_DESCRIBE_STRUCT(odds_quote, (timestamps), (id, match, market, bookmaker, price, at))

consteval auto hawser_table(of<odds_quote>) {
    return table<odds_quote>(
        "odds", primary_key<&odds_quote::id>.generated(),
        unique<&odds_quote::match, &odds_quote::market, &odds_quote::bookmaker, &odds_quote::at>.named(
            "odds_quote_uq"),
        check("odds_price_at_least_one", col<&odds_quote::price> >= 1),
        validate<&odds_quote::match>(not_empty, max_length(200)),
        validate<&odds_quote::market>(not_empty, max_length(50)),
        validate<&odds_quote::bookmaker>(not_empty, max_length(50)));
}

} // namespace hawser::trading
