#include "report.hpp"
#include "texts.hpp"
#include <algorithm>
#include <charconv>
#include <iomanip>
#include <optional>
#include <ostream>
#include <utility>

namespace day {
namespace {

std::string score_text(const std::optional<double>& brier) {
    return brier ? json_number(*brier) : "null";
}

// The comma between the members of an object, from the second on.
class separator {
public:
    const char* operator()() { return std::exchange(text_, ","); }

private:
    const char* text_ = "";
};

template <class Rows>
int width_of(const Rows& rows, auto member) {
    std::size_t widest = 6;
    for (const auto& row : rows) widest = std::max(widest, (row.*member).size());
    return static_cast<int>(widest) + 2;
}

std::string fixed(double value, int digits) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits).ptr;
    return std::string(text, static_cast<std::size_t>(end - text));
}

} // namespace

void print_table(const report& r, std::ostream& to) {
    to << '\n'
       << "predictions  " << grouped(r.predictions) << " rows in " << fixed(r.predictions_seconds, 2)
       << " s, " << rate_text(r.predictions, r.predictions_seconds) << '\n';
    const int model_width = width_of(r.by_model, &hawser::trading::model_score::model);
    for (const auto& m : r.by_model)
        to << "  " << std::left << std::setw(model_width) << m.model << std::right << std::setw(12)
           << grouped(static_cast<std::uint64_t>(m.rows)) << "   Brier " << score_text(m.brier) << '\n';
    to << "trades       " << grouped(r.trades) << " units in " << fixed(r.trades_seconds, 2) << " s, "
       << rate_text(r.trades, r.trades_seconds) << "; one unit p50 " << fixed(r.unit_p50, 0) << " us, p99 "
       << fixed(r.unit_p99, 0) << " us\n";
    const int symbol_width = width_of(r.by_symbol, &symbol_sums::symbol);
    const int quantity_width = width_of(r.by_symbol, &symbol_sums::quantity);
    const int notional_width = width_of(r.by_symbol, &symbol_sums::notional);
    for (const auto& s : r.by_symbol)
        to << "  " << std::left << std::setw(symbol_width) << s.symbol << std::right << std::setw(12)
           << grouped(static_cast<std::uint64_t>(s.trades)) << "   quantity " << std::setw(quantity_width)
           << s.quantity << "   notional " << std::setw(notional_width) << s.notional << "   low " << s.low
           << "   high " << s.high << '\n';
    to << "integrity    " << r.integrity << std::endl;
}

void print_json(const report& r, std::ostream& to) {
    to << R"({"predictions":{"rows":)" << r.predictions << R"(,"rows_per_s":)"
       << json_number(rate(r.predictions, r.predictions_seconds)) << R"(,"by_model":{)";
    separator model_separator, symbol_separator;
    for (const auto& m : r.by_model)
        to << model_separator() << json_string(m.model) << R"(:{"rows":)" << m.rows << R"(,"brier":)"
           << score_text(m.brier) << '}';
    to << R"(}},"trades":{"rows":)" << r.trades << R"(,"units_per_s":)"
       << json_number(rate(r.trades, r.trades_seconds)) << R"(,"by_symbol":{)";
    for (const auto& s : r.by_symbol)
        to << symbol_separator() << json_string(s.symbol) << R"(:{"trades":)" << s.trades
           << R"(,"quantity":")" << s.quantity << R"(","notional":")" << s.notional << R"(","low":")" << s.low
           << R"(","high":")" << s.high << R"("})";
    to << R"(}},"latency_us":{"unit_p50":)" << json_number(r.unit_p50) << R"(,"unit_p99":)"
       << json_number(r.unit_p99) << R"(},"integrity":)" << json_string(r.integrity) << "}" << std::endl;
}

} // namespace day
