#include "latencies.hpp"
#include <bit>
#include <cmath>

namespace day {

std::size_t latencies::bucket_of(std::uint64_t microseconds) noexcept {
    if (microseconds < exact) return static_cast<std::size_t>(microseconds);
    const auto shift = static_cast<unsigned>(std::bit_width(microseconds)) - exact_bits;
    return shift * (exact / 2) + static_cast<std::size_t>(microseconds >> shift);
}

double latencies::middle_of(std::size_t bucket) noexcept {
    if (bucket < exact) return static_cast<double>(bucket);
    const std::size_t shift = bucket / (exact / 2) - 1;
    const auto low = static_cast<double>(bucket % (exact / 2) + exact / 2);
    return std::ldexp(low + 0.5, static_cast<int>(shift));
}

void latencies::add(std::chrono::nanoseconds took) noexcept {
    const auto microseconds = static_cast<std::uint64_t>(took.count() < 0 ? 0 : took.count() / 1000);
    counts_[bucket_of(microseconds)].fetch_add(1, std::memory_order_relaxed);
}

double latencies::quantile(double share) const noexcept {
    std::uint64_t all = 0;
    for (const auto& count : counts_) all += count.load(std::memory_order_relaxed);
    if (all == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        seen += counts_[bucket].load(std::memory_order_relaxed);
        if (seen > 0 && seen >= wanted) return middle_of(bucket);
    }
    return 0;
}

} // namespace day
