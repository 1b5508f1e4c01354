#include "files.hpp"
#include "own_feeds.hpp"
#include "support/catch.hpp"

namespace {

template <class Feed, class Row>
std::vector<Row> all_of(Feed feed) {
    std::vector<Row> all;
    for (Row row; feed.next(row);) all.push_back(row);
    return all;
}

std::vector<day::tick> ticks(std::uint64_t seed) {
    return all_of<day::own_ticks, day::tick>(day::own_ticks(seed, 1000));
}

bool same(const std::vector<day::tick>& a, const std::vector<day::tick>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const day::tick& x, const day::tick& y) {
        return x.symbol == y.symbol && x.at == y.at && x.price == y.price && x.size == y.size;
    });
}

} // namespace

TEST_CASE("the feed of our own is the same for the same seed and another for another") {
    CHECK(same(ticks(1), ticks(1)));
    CHECK_FALSE(same(ticks(1), ticks(2)));
    CHECK(ticks(1).size() == 1000);
}

TEST_CASE("forecasts of our own are probabilities that come true as often as they say") {
    using hawser::trading::ml_prediction;
    const auto rows = all_of<day::own_predictions, ml_prediction>(day::own_predictions(1, 20'000));
    REQUIRE(rows.size() == 20'000);
    double said = 0, came = 0;
    for (const ml_prediction& p : rows) {
        REQUIRE((p.prediction >= 0 && p.prediction < 1));
        REQUIRE(hawser::json_text::is_valid(p.features.text()));
        said += p.prediction;
        came += *p.outcome;
    }
    CHECK(close_to(came, said, 0.02));
}
