#include "prediction_file.hpp"
#include "csv_fields.hpp"
#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace day {
namespace {

enum column : std::size_t { model, seq, season, date, entity, opponent, metric, probability, outcome };
constexpr std::array<std::string_view, 9> columns{"model",    "seq",    "season",      "date",   "entity",
                                                  "opponent", "metric", "probability", "outcome"};

// 2018-01-09, or with a time and an offset as in 2014-11-04 23:12:08 -0500.
std::optional<hawser::timestamp> parse_date(std::string_view text) {
    constexpr std::size_t offset_at = 19, zoned = 25;
    if (text.size() != zoned || text[offset_at] != ' ') return hawser::try_parse_timestamp(text);
    std::string iso(text.substr(0, offset_at));
    iso.append(text.substr(offset_at + 1, 3)).append(":").append(text.substr(offset_at + 4, 2));
    return hawser::try_parse_timestamp(iso);
}

hawser::timestamp first_day_of(std::int64_t year) {
    return std::chrono::sys_days(std::chrono::year(static_cast<int>(year)) / 1 / 1);
}

void append_quoted(std::string& json, std::string_view text) {
    const auto needs_escape = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
    };
    if (std::none_of(text.begin(), text.end(), needs_escape))
        json.append("\"").append(text).append("\"");
    else
        json += boost::json::serialize(boost::json::string(text));
}

hawser::json_text features_of(std::int64_t number, std::int64_t year, std::string_view against,
                              std::string_view what) {
    std::string json = "{\"seq\":";
    json.append(std::to_string(number)).append(",\"season\":").append(std::to_string(year));
    json += ",\"opponent\":";
    append_quoted(json, against);
    json += ",\"metric\":";
    append_quoted(json, what);
    json += '}';
    return hawser::json_text::unchecked(std::move(json));
}

} // namespace

prediction_file::prediction_file(const std::string& path) : csv_(path, columns) {}

bool prediction_file::next(hawser::trading::ml_prediction& row) {
    if (!csv_.next()) return false;
    row.model = text_field(csv_, model, 50);
    row.symbol = text_field(csv_, entity, 32, empty_text::allowed);
    if (row.symbol.empty()) row.symbol = "-";
    row.prediction = real_field(csv_, probability, 0, 1);
    row.confidence = std::max(row.prediction, 1 - row.prediction);
    row.outcome = real_field(csv_, outcome, 0, 1);
    const std::int64_t year = integer_field(csv_, season, 1, 9999);
    if (csv_[date].empty()) {
        row.made_at = first_day_of(year);
    } else {
        const auto at = parse_date(csv_[date]);
        if (!at) csv_.reject(date, shown(csv_[date]) + " is no date");
        row.made_at = *at;
    }
    row.features =
        features_of(integer_field(csv_, seq, 0, INT64_MAX), year,
                    text_field(csv_, opponent, 200, empty_text::allowed), text_field(csv_, metric, 200));
    return true;
}

} // namespace day
