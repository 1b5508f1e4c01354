#pragma once
// Timing of contenders that do the same work, one after the other within a round.
#include "judge.hpp"
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bench {

// What a contender's run reports about its single operations, in microseconds. May stay empty.
using latencies = std::vector<float>;

// Calls work(with), and is what tools know by name that count instructions from outside: only what is within it counts.
extern "C" void bench_counted(void (*work)(void*), void* with);

// Runs work, which does `operations` operations, and times it.
[[nodiscard]] sample measure(std::uint64_t operations, const std::function<void(latencies&)>& work);

// Thrown by a contender that the others can do without: it is left out, with this word.
class contender_failed : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct contender {
    std::string name;
    std::function<sample()> run;
};

// Several parts of the figures of one run, a contender's work for each: whichever is asked first in a round runs it.
[[nodiscard]] std::vector<std::function<sample()>> parts_of(std::size_t parts,
                                                            std::function<std::vector<sample>()> run);

struct bench_case {
    std::string name;
    std::vector<contender> contenders;
    std::vector<bar> bars;
    std::string unit{};               // of sample::figure, where the case measures that instead of operations
    std::vector<std::string> notes{}; // of contenders, or who is left out and why
    int most_rounds = 99;             // of a case whose figures hardly vary, or that takes long
    bool warms_up = true;
};

struct case_result {
    std::string name;
    std::string unit;
    std::vector<std::string> notes;
    std::vector<std::pair<std::string, sample>> contenders; // medians, each figure by itself
    std::vector<judged_bar> bars;                           // of contenders that have run
};

// Contenders alternate within each round, after one round that does not count. Each round begins with the next of
// them, so that none always finds the machine as the same other one has left it.
[[nodiscard]] case_result run_case(const bench_case& c, int rounds, bool warm_up = true,
                                   std::FILE* progress = nullptr);

} // namespace bench
