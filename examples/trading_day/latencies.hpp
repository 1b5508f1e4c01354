#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace day {

// How long things took, in microseconds, to within one percent; of fixed size. Any thread may add.
class latencies {
public:
    void add(std::chrono::nanoseconds took) noexcept;
    // The duration that this share (0 to 1) of all did not exceed; 0 where there are none.
    [[nodiscard]] double quantile(double share) const noexcept;

private:
    // Exact below 128; from there on 64 buckets for each power of two.
    static constexpr unsigned exact_bits = 7;
    static constexpr std::size_t exact = std::size_t{1} << exact_bits;
    static constexpr std::size_t buckets = exact + (64 - exact_bits) * (exact / 2);
    static std::size_t bucket_of(std::uint64_t microseconds) noexcept;
    static double middle_of(std::size_t bucket) noexcept;

    std::array<std::atomic<std::uint64_t>, buckets> counts_{};
};

} // namespace day
