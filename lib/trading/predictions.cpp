#include <hawser/trading/predictions.hpp>

namespace hawser::trading {
namespace {

auto mean_squared_error() {
    const auto miss = col<&ml_prediction::prediction> - col<&ml_prediction::outcome>;
    return avg(miss * miss);
}

} // namespace

task<void> prediction_repository::log_prediction(ml_prediction& row) const {
    return insert(row);
}

task<std::int64_t> prediction_repository::log_predictions(std::span<const ml_prediction> rows) const {
    return copy_in(rows);
}

task<std::vector<ml_prediction>> prediction_repository::by_symbol(std::string symbol,
                                                                  std::int64_t limit) const {
    return where(col<&ml_prediction::symbol> == std::move(symbol))
        .order_by(desc<&ml_prediction::made_at>, desc<&ml_prediction::id>)
        .limit(limit)
        .all();
}

task<bool> prediction_repository::settle(std::int64_t id, double outcome) const {
    return update(id, set<&ml_prediction::outcome>(outcome));
}

task<std::vector<model_score>> prediction_repository::brier() const {
    return query()
        .select<model_score>(col<&ml_prediction::model>, count_all(),
                             hawser::count(col<&ml_prediction::outcome>), mean_squared_error())
        .group_by(col<&ml_prediction::model>)
        .order_by(asc<&ml_prediction::model>)
        .all();
}

task<std::optional<double>> prediction_repository::brier(const std::string& model) const {
    return where(col<&ml_prediction::model> == model)
        .select<std::optional<double>>(mean_squared_error())
        .one();
}

} // namespace hawser::trading
