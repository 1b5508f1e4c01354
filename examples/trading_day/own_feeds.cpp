#include "own_feeds.hpp"
#include <algorithm>
#include <string_view>

namespace day {
namespace {

constexpr std::array<std::string_view, 10> symbols{"AUD", "BRL", "CAD", "CHF", "EUR",
                                                   "GBP", "JPY", "NOK", "SEK", "USD"};
constexpr std::array<std::string_view, 6> models{"arima", "boosted", "forest", "lstm", "naive", "ridge"};
constexpr std::array<std::string_view, 4> exchanges{"NORTH", "EAST", "SOUTH", "WEST"};

constexpr hawser::timestamp opening = std::chrono::sys_days(std::chrono::year(2024) / 1 / 2);

hawser::timestamp after_opening(std::uint64_t milliseconds) {
    return opening + std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

} // namespace

bool own_predictions::next(hawser::trading::ml_prediction& row) {
    if (made_ == rows_) return false;
    row.symbol = symbols[random_.below(symbols.size())];
    row.model = models[random_.below(models.size())];
    row.prediction = random_.unit();
    row.confidence = std::max(row.prediction, 1 - row.prediction);
    row.outcome = random_.unit() < row.prediction ? 1.0 : 0.0;
    row.features = hawser::json_text::unchecked(
        "{\"seq\":" + std::to_string(made_) + ",\"horizon\":" + std::to_string(1 + random_.below(60)) + "}");
    row.made_at = after_opening(10 * made_++);
    return true;
}

own_ticks::own_ticks(std::uint64_t seed, std::uint64_t rows) : random_(~seed), rows_(rows) {
    for (std::int64_t& cents : cents_) cents = 1000 + static_cast<std::int64_t>(random_.below(20'000));
}

bool own_ticks::next(tick& row) {
    if (made_ == rows_) return false;
    const std::size_t which = random_.below(symbols.size());
    std::int64_t& cents = cents_[which];
    cents = std::max<std::int64_t>(1, cents + static_cast<std::int64_t>(random_.below(3)) - 1);
    constexpr std::int64_t scaled_cent = 1'000'000;
    row.symbol = symbols[which];
    row.price = hawser::decimal<18, 8>::from_scaled(cents * scaled_cent);
    row.size = hawser::decimal<18, 8>(100 * (1 + random_.below(10)));
    row.exchange = exchanges[random_.below(exchanges.size())];
    row.at = after_opening(20 * made_++);
    return true;
}

} // namespace day
