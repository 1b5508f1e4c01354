#pragma once
// The row of the SQLite suite: about 105 bytes, as a model's prediction has.
#include <hawser/hawser.hpp>

namespace bench {

struct prediction : hawser::timestamps {
    std::int64_t id{};
    std::string symbol{};
    std::string model{};
    double value{};
    double confidence{};
    std::string features{};
};
BOOST_DESCRIBE_STRUCT(prediction, (hawser::timestamps), (id, symbol, model, value, confidence, features))
consteval auto hawser_table(hawser::of<prediction>) {
    return hawser::table<prediction>("predictions", hawser::primary_key<&prediction::id>.generated());
}

[[nodiscard]] std::vector<prediction> make_predictions(std::size_t count);

} // namespace bench
