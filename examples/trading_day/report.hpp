#pragma once
#include "aggregates.hpp"
#include <hawser/trading/predictions.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace day {

// A day in figures. What is summed up was summed up by the database.
struct report {
    std::uint64_t predictions = 0;
    double predictions_seconds = 0;
    std::vector<hawser::trading::model_score> by_model;

    std::uint64_t trades = 0;
    double trades_seconds = 0;
    std::vector<symbol_sums> by_symbol;

    double unit_p50 = 0; // microseconds
    double unit_p99 = 0;
    std::string integrity;
};

void print_table(const report& r, std::ostream& to);
// One JSON object and a line feed.
void print_json(const report& r, std::ostream& to);

} // namespace day
