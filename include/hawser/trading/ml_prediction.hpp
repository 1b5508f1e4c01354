#pragma once
// What a model said, and later how it turned out.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/core/json_text.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

struct ml_prediction : timestamps {
    std::int64_t id{};
    std::string symbol;
    std::string model;
    double prediction{};
    std::optional<double> confidence; // 0 to 1
    json_text features;               // what the model was told
    timestamp made_at{};
    std::optional<double> outcome; // none: not settled yet
};
BOOST_DESCRIBE_STRUCT(ml_prediction, (timestamps),
                      (id, symbol, model, prediction, confidence, features, made_at, outcome))

consteval auto hawser_table(of<ml_prediction>) {
    return table<ml_prediction>(
        "ml_predictions", primary_key<&ml_prediction::id>.generated(),
        index<&ml_prediction::symbol, &ml_prediction::made_at>.named("idx_ml_predictions_symbol_made_at"),
        index<&ml_prediction::model, &ml_prediction::made_at>.named("idx_ml_predictions_model_made_at"),
        validate<&ml_prediction::symbol>(not_empty, max_length(32)),
        validate<&ml_prediction::model>(not_empty, max_length(50)),
        validate<&ml_prediction::confidence>(range(0.0, 1.0)));
}

} // namespace hawser::trading
