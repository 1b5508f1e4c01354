#pragma once
// What everything was worth at one moment.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/trading/amounts.hpp>

namespace hawser::trading {

struct portfolio : timestamps {
    std::int64_t id{};
    money_t total_value;
    money_t cash_balance;
    timestamp at{};
};
BOOST_DESCRIBE_STRUCT(portfolio, (timestamps), (id, total_value, cash_balance, at))

consteval auto hawser_table(of<portfolio>) {
    return table<portfolio>("portfolios", primary_key<&portfolio::id>.generated(),
                            index<&portfolio::at>.named("idx_portfolios_at"));
}

} // namespace hawser::trading
