#include "measure.hpp"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <sys/resource.h>

namespace bench {
namespace {

double cpu_seconds() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(use.ru_utime) + seconds(use.ru_stime);
}

template <class T>
double quantile(std::vector<T>& values, double q) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return static_cast<double>(values[static_cast<std::size_t>(at)]);
}

double median(std::vector<double> values) {
    return quantile(values, 0.5);
}

sample median_of(const std::vector<sample>& runs) {
    const auto of = [&](double sample::* figure) {
        std::vector<double> values;
        for (const sample& s : runs) values.push_back(s.*figure);
        return median(std::move(values));
    };
    return {of(&sample::ops_per_s), of(&sample::cpu_us_per_op), of(&sample::p50_us), of(&sample::p99_us)};
}

// A miss smaller than the spread of the rounds decides nothing.
judged_bar judge(const bar& b, const std::vector<sample>& ours, const std::vector<sample>& theirs) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i].ops_per_s / theirs[i].ops_per_s);
    const auto [least, greatest] = std::minmax_element(ratios.begin(), ratios.end());
    judged_bar j{.of = b, .spread = *greatest - *least};
    j.ratio = median(ratios);
    if (j.ratio >= b.at_least)
        j.verdict = verdict::held;
    else
        j.verdict = b.at_least - j.ratio < j.spread ? verdict::undecided : verdict::missed;
    return j;
}

} // namespace

sample measure(std::uint64_t operations, const std::function<void(latencies&)>& work) {
    latencies each;
    const double cpu_before = cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    work(each);
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double cpu = cpu_seconds() - cpu_before;
    const auto n = static_cast<double>(operations);
    return {n / wall, cpu * 1e6 / n, quantile(each, 0.5), quantile(each, 0.99)};
}

case_result run_case(const bench_case& c, int rounds) {
    std::map<std::string, std::vector<sample>> runs;
    for (int round = -1; round < rounds; ++round) {
        for (const contender& one : c.contenders) {
            const sample s = one.run();
            if (round >= 0) runs[one.name].push_back(s);
        }
        std::fprintf(stderr, "%s: %s %d of %d\n", c.name.c_str(), round < 0 ? "warm-up," : "round", round + 1,
                     rounds);
    }
    case_result result{.name = c.name, .contenders = {}, .bars = {}};
    for (const contender& one : c.contenders)
        result.contenders.emplace_back(one.name, median_of(runs.at(one.name)));
    for (const bar& b : c.bars) result.bars.push_back(judge(b, runs.at(b.contender), runs.at(b.against)));
    return result;
}

} // namespace bench
