#include <hawser/trading/predictions.hpp>

namespace hawser::trading {

task<void> prediction_repository::log_prediction(ml_prediction& row) const {
    return insert(row);
}

task<std::int64_t> prediction_repository::log_predictions(std::span<const ml_prediction> rows) const {
    return detail::copy_contiguous<ml_prediction>(on_, rows.data(), rows.size());
}

task<bool> prediction_repository::settle(std::int64_t id, double outcome) const {
    return update(id, set<&ml_prediction::outcome>(outcome));
}

task<std::vector<model_score>> prediction_repository::brier() const {
    return db_.query<model_score, "select model, count(*) as rows, count(outcome) as settled,"
                                  " avg((prediction - outcome) * (prediction - outcome)) as brier"
                                  " from ml_predictions group by model order by model">();
}

task<std::optional<double>> prediction_repository::brier(const std::string& model) const {
    return db_.query_one<std::optional<double>, "select avg((prediction - outcome) * (prediction - outcome))"
                                                " from ml_predictions where model = $1">(model);
}

} // namespace hawser::trading
