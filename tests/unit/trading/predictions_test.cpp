#include "fixture.hpp"
#include <limits>
#include <list>

using namespace pack;

namespace {

ml_prediction prediction_of(const char* model, double value, std::optional<double> outcome = {}) {
    ml_prediction p;
    p.symbol = "BTC";
    p.model = model;
    p.prediction = value;
    p.outcome = outcome;
    p.made_at = noon;
    return p;
}

} // namespace

TEST_CASE("a logged prediction comes back to the last bit") {
    const double value = GENERATE(0.1, 1.0 / 3.0, 0.38878782492896111, 5e-324, 1.7976931348623157e308);
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        ml_prediction p = prediction_of("lstm", value);
        p.confidence = 0.75;
        p.features = hawser::json_text(R"({"a": [1, "ü"]})");
        co_await d.predictions.log_prediction(p);
        const ml_prediction stored = co_await d.predictions.get(p.id);
        REQUIRE(std::memcmp(&stored.prediction, &value, sizeof value) == 0);
        REQUIRE(stored.confidence == 0.75);
        REQUIRE(stored.features == p.features);
        REQUIRE(stored.made_at == p.made_at);
        REQUIRE_FALSE(stored.outcome.has_value());
    });
}

TEST_CASE("a confidence is from 0 to 1") {
    const double wrong = GENERATE(-0.001, 1.001, std::numeric_limits<double>::quiet_NaN());
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        ml_prediction p = prediction_of("lstm", 0.5);
        p.confidence = wrong;
        const hawser::error e = co_await error_of(d.predictions.log_prediction(p));
        REQUIRE(e.kind() == hawser::errc::validation_failed);
    });
}

TEST_CASE("predictions logged together are all stored or none") {
    testing::recorder seen;
    on_desk(
        [&](const desk& d, const hawser::database&) -> task<> {
            std::vector<ml_prediction> rows = testing::factory<ml_prediction>{}.build(10'000);
            const auto watch = seen.scope();
            const auto stored = co_await d.predictions.log_predictions(rows);
            watch.expect_queries(1);
            REQUIRE(stored == 10'000);
            rows.back().model.clear();
            const hawser::error e = co_await error_of(d.predictions.log_predictions(rows));
            REQUIRE(e.kind() == hawser::errc::validation_failed);
            const auto count = co_await d.predictions.count();
            REQUIRE(count == 10'000);
        },
        {.observer = &seen});
}

TEST_CASE("any range of predictions can be logged, and names the row that is wrong") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const auto made = testing::factory<ml_prediction>{}.build(9'000);
        std::list<ml_prediction> rows(made.begin(), made.end());
        const auto stored = co_await d.predictions.log_predictions(rows);
        REQUIRE(stored == 9'000);
        rows.back().symbol.clear();
        std::optional<std::size_t> row;
        try {
            co_await d.predictions.log_predictions(rows);
        } catch (const hawser::validation_error& e) { row = e.violations().front().row; }
        REQUIRE(row == 8'999);
        const auto count = co_await d.predictions.count();
        REQUIRE(count == 9'000);
    });
}

TEST_CASE("a prediction is settled by its outcome") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        ml_prediction p = prediction_of("lstm", 0.25);
        co_await d.predictions.log_prediction(p);
        const bool settled = co_await d.predictions.settle(p.id, 1.0);
        const bool missing = co_await d.predictions.settle(p.id + 1, 1.0);
        REQUIRE(settled);
        REQUIRE_FALSE(missing);
        const ml_prediction stored = co_await d.predictions.get(p.id);
        REQUIRE(stored.outcome == 1.0);
        REQUIRE(stored.prediction == 0.25);
    });
}

TEST_CASE("the Brier score is the mean squared error of what is settled") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const std::vector<ml_prediction> rows{prediction_of("b", 0.25, 1.0), prediction_of("b", 0.5, 0.0),
                                              prediction_of("b", 0.9), prediction_of("a", 1.0, 1.0),
                                              prediction_of("c", 0.5)};
        co_await d.predictions.log_predictions(rows);
        const auto scores = co_await d.predictions.brier();
        REQUIRE(scores.size() == 3);
        REQUIRE(scores[0].model == "a");
        REQUIRE(scores[0].brier == 0.0);
        REQUIRE(scores[1].rows == 3);
        REQUIRE(scores[1].settled == 2);
        REQUIRE(scores[1].brier == (0.5625 + 0.25) / 2);
        REQUIRE(scores[2].settled == 0);
        REQUIRE_FALSE(scores[2].brier.has_value());
        const auto one = co_await d.predictions.brier("b");
        const auto unsettled = co_await d.predictions.brier("c");
        const auto unknown = co_await d.predictions.brier("z");
        REQUIRE(one == (0.5625 + 0.25) / 2);
        REQUIRE_FALSE(unsettled.has_value());
        REQUIRE_FALSE(unknown.has_value());
    });
}

TEST_CASE("predictions of a symbol are listed, the latest first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const int hour : {1, 2, 0}) {
            ml_prediction p = prediction_of("lstm", 0.5);
            p.made_at = noon + std::chrono::hours(hour);
            if (hour == 0) p.symbol = "ETH";
            co_await d.predictions.log_prediction(p);
        }
        const auto both = co_await d.predictions.by_symbol("BTC");
        const auto one = co_await d.predictions.by_symbol("BTC", 1);
        REQUIRE(both.size() == 2);
        REQUIRE(both[0].id == 2);
        REQUIRE(both[1].id == 1);
        REQUIRE(one.size() == 1);
    });
}
