#include "prediction.hpp"

namespace bench {

prediction make_prediction(std::size_t i) {
    prediction p;
    p.symbol = i % 3 == 0 ? "BTCUSDT" : "ETHUSDT";
    p.model = "gradient-7";
    p.value = static_cast<double>(i % 1000) / 1000;
    p.confidence = 0.5;
    p.features =
        R"({"rsi":51.25,"macd":-0.125,"spread":0.0004,"depth":)" + std::to_string(1000 + i % 9000) + "}";
    return p;
}

std::vector<prediction> make_predictions(std::size_t count) {
    std::vector<prediction> rows;
    rows.reserve(count);
    for (std::size_t i = 0; i < count; ++i) rows.push_back(make_prediction(i));
    return rows;
}

} // namespace bench
