#pragma once
// From the figures of several rounds to a verdict. Pure: no clock, no work.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

// One run of one contender.
struct sample {
    double ops_per_s = 0;
    double cpu_us_per_op = 0; // of the whole process: the caller's threads and the driver's
    double p50_us = 0;        // of single operations; 0 where there are none to tell apart
    double p99_us = 0;
    double figure = 0; // of a case that measures something else: see bench_case::unit
};

enum class sense : unsigned char { at_least, at_most };

// A figure of one contender against that of another in the same round, and what it has to be.
struct bar {
    std::string contender;
    std::string against;         // empty: the figure by itself
    std::optional<double> value; // none: the ratio is told, and not judged
    bench::sense sense = sense::at_least;
    double sample::* of = &sample::ops_per_s;
};

enum class verdict : unsigned char { held, missed, undecided };

struct judged_bar {
    bar of;
    double ratio = 0;                      // median of the same-round ratios; infinite against nothing at all
    double spread = 0;                     // greatest less least of them
    std::optional<bench::verdict> verdict; // of a bar with a value
};

// With fewer rounds nothing is known of the spread.
inline constexpr std::size_t rounds_that_decide = 3;

// Rounds in order; `theirs` is not looked at where the bar is against nothing.
// Fewer than rounds_that_decide decide nothing, and a miss smaller than the spread does not either.
[[nodiscard]] judged_bar judge(const bar& b, const std::vector<sample>& ours,
                               const std::vector<sample>& theirs);

// The name of a figure, as the JSON has it.
[[nodiscard]] const char* name_of(double sample::* figure) noexcept;

// Each figure by itself.
[[nodiscard]] sample median_of(const std::vector<sample>& runs);

// The value below which a part q of them lies, one of them; 0 of none. Reorders them.
[[nodiscard]] double quantile(std::vector<float>& values, double q);

} // namespace bench
