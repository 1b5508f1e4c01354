#pragma once
// Forecasts from a CSV file.
#include "csv_reader.hpp"
#include "feed.hpp"
#include <hawser/trading/ml_prediction.hpp>

namespace day {

// model,seq,season,date,entity,opponent,metric,probability,outcome
//
// symbol is the entity ("-" where the file names none), made_at the date, or 1 January of the season where
// there is none; features hold seq, season, opponent and metric, confidence is the probability of the
// likelier side.
class prediction_file final : public feed<hawser::trading::ml_prediction> {
public:
    explicit prediction_file(const std::string& path);
    bool next(hawser::trading::ml_prediction& row) override;

private:
    csv_reader csv_;
};

} // namespace day
