#pragma once
#include <cstdint>

namespace day {

// SplitMix64: the same numbers everywhere for the same seed.
class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() noexcept {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    // From 0 to below `bound`, which is small.
    std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
    // From 0 to below 1.
    double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t state_;
};

} // namespace day
