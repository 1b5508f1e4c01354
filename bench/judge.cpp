#include "judge.hpp"
#include <algorithm>
#include <cstddef>
#include <limits>

namespace bench {
namespace {

template <class T>
double pick(std::vector<T>& values, double q) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return static_cast<double>(values[static_cast<std::size_t>(at)]);
}

bool meets(double ratio, double value, sense s) {
    return s == sense::at_least ? ratio >= value : ratio <= value;
}

double ratio_of(double ours, double theirs) {
    if (ours == theirs) return 1; // also where there is nothing on both sides
    return theirs == 0 ? std::numeric_limits<double>::infinity() : ours / theirs;
}

} // namespace

const char* name_of(double sample::* figure) noexcept {
    if (figure == &sample::ops_per_s) return "ops_per_s";
    if (figure == &sample::cpu_us_per_op) return "cpu_us_per_op";
    if (figure == &sample::p50_us) return "p50_us";
    if (figure == &sample::p99_us) return "p99_us";
    return "figure";
}

double quantile(std::vector<float>& values, double q) {
    return pick(values, q);
}

sample median_of(const std::vector<sample>& runs) {
    const auto of = [&](double sample::* figure) {
        std::vector<double> values;
        values.reserve(runs.size());
        for (const sample& s : runs) values.push_back(s.*figure);
        return pick(values, 0.5);
    };
    return {of(&sample::ops_per_s), of(&sample::cpu_us_per_op), of(&sample::p50_us), of(&sample::p99_us),
            of(&sample::figure)};
}

judged_bar judge(const bar& b, const std::vector<sample>& ours, const std::vector<sample>& theirs) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i)
        ratios.push_back(b.against.empty() ? ours[i].*b.of : ratio_of(ours[i].*b.of, theirs.at(i).*b.of));
    judged_bar j;
    j.of = b;
    if (ratios.empty()) return j;
    const auto [least, greatest] = std::minmax_element(ratios.begin(), ratios.end());
    j.spread = *greatest - *least;
    j.ratio = pick(ratios, 0.5);
    if (!b.value) return j;
    const double miss = b.sense == sense::at_least ? *b.value - j.ratio : j.ratio - *b.value;
    if (ratios.size() < rounds_that_decide)
        j.verdict = verdict::undecided;
    else if (meets(j.ratio, *b.value, b.sense))
        j.verdict = verdict::held;
    else
        j.verdict = miss < j.spread ? verdict::undecided : verdict::missed;
    return j;
}

} // namespace bench
