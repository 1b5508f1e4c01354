#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/ml_prediction.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hawser::trading {

// How well a model forecasts: the mean of (prediction - outcome)^2 over what is settled. 0 is perfect; a
// model that always says 0.5 has 0.25.
struct model_score {
    std::string model;
    std::int64_t rows{};         // all predictions
    std::int64_t settled{};      // those with an outcome
    std::optional<double> brier; // none: nothing is settled
};
BOOST_DESCRIBE_STRUCT(model_score, (), (model, rows, settled, brier))

class prediction_repository : public repository<ml_prediction> {
public:
    using repository::repository;

    // Key and timestamps are written back.
    [[nodiscard]] task<void> log_prediction(ml_prediction& row) const;
    // All or none, without keys: see copy_in. Number of rows.
    [[nodiscard]] task<std::int64_t> log_predictions(std::span<const ml_prediction> rows) const;
    // Same for any input range of ml_prediction, in bounded memory. The range is borrowed until the task
    // completes.
    template <class Range>
        requires(!std::convertible_to<Range&, std::span<const ml_prediction>>)
    [[nodiscard]] task<std::int64_t> log_predictions(Range& rows) const {
        return copy_in(rows);
    }
    // The latest first.
    [[nodiscard]] task<std::vector<ml_prediction>> by_symbol(std::string symbol,
                                                             std::int64_t limit = 100) const;
    // How it turned out. False: no such prediction.
    [[nodiscard]] task<bool> settle(std::int64_t id, double outcome) const;

    // Computed by the database over all that is stored, by model.
    [[nodiscard]] task<std::vector<model_score>> brier() const;
    // Empty where nothing of the model is settled.
    [[nodiscard]] task<std::optional<double>> brier(const std::string& model) const;
};

} // namespace hawser::trading
