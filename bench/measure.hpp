#pragma once
// Timing of contenders that do the same work, one after the other within a round.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

// One run of one contender.
struct sample {
    double ops_per_s = 0;
    double cpu_us_per_op = 0; // of the whole process: the caller's threads and the driver's
    double p50_us = 0;        // of single operations; 0 where there are none to tell apart
    double p99_us = 0;
};

// What a contender's run reports about its single operations, in microseconds. May stay empty.
using latencies = std::vector<float>;

// Runs work, which does `operations` operations, and times it.
[[nodiscard]] sample measure(std::uint64_t operations, const std::function<void(latencies&)>& work);

struct contender {
    std::string name;
    std::function<sample()> run;
};

// The figure that a bar speaks of: this contender against the other, within one round.
struct bar {
    std::string contender;
    std::string against;
    double at_least;
};

struct bench_case {
    std::string name;
    std::vector<contender> contenders;
    std::vector<bar> bars;
};

enum class verdict : unsigned char { held, missed, undecided };

struct judged_bar {
    bar of;
    double ratio = 0;  // median of the same-round ratios
    double spread = 0; // greatest less least of them
    bench::verdict verdict = verdict::undecided;
};

struct case_result {
    std::string name;
    std::vector<std::pair<std::string, sample>> contenders; // medians, each figure by itself
    std::vector<judged_bar> bars;
};

// Contenders alternate within each round, after one round that does not count.
[[nodiscard]] case_result run_case(const bench_case& c, int rounds);

} // namespace bench
