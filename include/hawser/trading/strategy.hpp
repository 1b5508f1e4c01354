#pragma once
// A way of trading, and how well it does.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <limits>
#include <string>

namespace hawser::trading {

// How far it has come on its way into the market, and out of it.
enum class strategy_status : unsigned char { draft, testing, live, paused, retired };
BOOST_DESCRIBE_ENUM(strategy_status, draft, testing, live, paused, retired)
consteval auto hawser_words(of<strategy_status>) {
    return stored_as<strategy_status>("DRAFT", "TESTING", "LIVE", "PAUSED", "RETIRED");
}

// In the schema `quantum`.
struct strategy : timestamps, versioned {
    std::int64_t id{};
    std::string name; // unique
    strategy_status status{};
    bool active{};  // takes part in the ranking and may be given money
    double score{}; // how well it does, by the caller's own scale: higher is better
};
BOOST_DESCRIBE_STRUCT(strategy, (timestamps, versioned), (id, name, status, active, score))

consteval auto hawser_table(of<strategy>) {
    return table<strategy>("strategies", primary_key<&strategy::id>.generated(),
                           unique<&strategy::name>.named("strategies_name_uq"),
                           index<&strategy::status, &strategy::score>.named("idx_strategies_status"),
                           index<&strategy::active, &strategy::score>.named("idx_strategies_active_score"),
                           validate<&strategy::name>(not_empty, max_length(100)),
                           validate<&strategy::score>(range(std::numeric_limits<double>::lowest(),
                                                            std::numeric_limits<double>::max())))
        .in_schema("quantum");
}

} // namespace hawser::trading
