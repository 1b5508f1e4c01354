#pragma once
// The feed of our own, for days without files: made up, and the same for the same seed.
#include "feed.hpp"
#include "random.hpp"
#include "tick.hpp"
#include <array>
#include <hawser/trading/ml_prediction.hpp>

namespace day {

// Six models forecast ten symbols; what they say with probability p comes true with probability p.
class own_predictions final : public feed<hawser::trading::ml_prediction> {
public:
    own_predictions(std::uint64_t seed, std::uint64_t rows) : random_(seed), rows_(rows) {}
    bool next(hawser::trading::ml_prediction& row) override;

private:
    random_numbers random_;
    std::uint64_t rows_;
    std::uint64_t made_ = 0;
};

// Ten prices that wander cent by cent.
class own_ticks final : public feed<tick> {
public:
    own_ticks(std::uint64_t seed, std::uint64_t rows);
    bool next(tick& row) override;

private:
    random_numbers random_;
    std::uint64_t rows_;
    std::uint64_t made_ = 0;
    std::array<std::int64_t, 10> cents_{};
};

} // namespace day
