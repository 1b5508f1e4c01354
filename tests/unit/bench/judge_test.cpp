#include "support/catch.hpp"
#include "../../../bench/judge.hpp"

using bench::bar;
using bench::judge;
using bench::sample;
using bench::sense;
using bench::verdict;

namespace {

std::vector<sample> rates(std::initializer_list<double> of) {
    std::vector<sample> all;
    for (const double r : of) all.push_back({.ops_per_s = r});
    return all;
}

bar at_least(double value) {
    return {.contender = "ours", .against = "theirs", .value = value};
}

} // namespace

TEST_CASE("the ratio is the median of the ratios of the same round, the spread what lies between them") {
    const auto j = judge(at_least(1), rates({200, 330, 100}), rates({100, 300, 100}));
    CHECK(j.ratio == Approx(1.1));
    CHECK(j.spread == Approx(1.0));
    CHECK(j.verdict == verdict::held);
}

TEST_CASE("a miss smaller than the spread is undecided, a larger one is missed") {
    const auto theirs = rates({100, 100, 100});
    CHECK(judge(at_least(1), rates({95, 105, 99}), theirs).verdict == verdict::undecided);
    CHECK(judge(at_least(1), rates({80, 81, 82}), theirs).verdict == verdict::missed);
    CHECK(judge(at_least(1), rates({80, 80, 80}), theirs).verdict == verdict::missed);
}

TEST_CASE("a figure that meets its bar exactly has held it, whatever the spread") {
    CHECK(judge(at_least(1), rates({50, 100, 150}), rates({100, 100, 100})).verdict == verdict::held);
    bar b = at_least(1);
    b.sense = sense::at_most;
    CHECK(judge(b, rates({50, 100, 150}), rates({100, 100, 100})).verdict == verdict::held);
}

TEST_CASE("a bar from above is held below it and missed above it") {
    bar b{.contender = "ours", .against = "", .value = 8, .sense = sense::at_most, .of = &sample::figure};
    CHECK(judge(b, {{.figure = 7.5}, {.figure = 7.6}, {.figure = 7.4}}, {}).verdict == verdict::held);
    CHECK(judge(b, {{.figure = 7.5}}, {}).ratio == Approx(7.5));
    CHECK(judge(b, {{.figure = 8.5}, {.figure = 8.6}, {.figure = 8.7}}, {}).verdict == verdict::missed);
    CHECK(judge(b, {{.figure = 7.0}, {.figure = 8.2}, {.figure = 9.0}}, {}).verdict == verdict::undecided);
}

TEST_CASE("a bar without a value has a ratio and no verdict") {
    const bar b{.contender = "ours", .against = "theirs", .value = {}};
    const auto j = judge(b, rates({150}), rates({100}));
    CHECK(j.ratio == Approx(1.5));
    CHECK_FALSE(j.verdict);
}

TEST_CASE("fewer than three rounds decide nothing, whatever they show") {
    for (const double ours : {50.0, 100.0, 300.0}) {
        CHECK(judge(at_least(1), rates({ours}), rates({100})).verdict == verdict::undecided);
        CHECK(judge(at_least(1), rates({ours, ours}), rates({100, 100})).verdict == verdict::undecided);
    }
    CHECK(judge(at_least(1), rates({300, 300, 300}), rates({100, 100, 100})).verdict == verdict::held);
    CHECK(judge(at_least(1), rates({50, 50, 50}), rates({100, 100, 100})).verdict == verdict::missed);
}

TEST_CASE("nothing against nothing is the same, something against nothing is missed from above") {
    bar b = at_least(1);
    b.sense = sense::at_most;
    CHECK(judge(b, rates({0, 0, 0}), rates({0, 0, 0})).ratio == 1);
    CHECK(judge(b, rates({0, 0, 0}), rates({0, 0, 0})).verdict == verdict::held);
    CHECK(judge(b, rates({1, 1, 1}), rates({0, 0, 0})).verdict == verdict::missed);
}

TEST_CASE("each figure has its name") {
    CHECK(bench::name_of(&sample::ops_per_s) == std::string("ops_per_s"));
    CHECK(bench::name_of(&sample::cpu_us_per_op) == std::string("cpu_us_per_op"));
    CHECK(bench::name_of(&sample::p50_us) == std::string("p50_us"));
    CHECK(bench::name_of(&sample::p99_us) == std::string("p99_us"));
    CHECK(bench::name_of(&sample::figure) == std::string("figure"));
}

TEST_CASE("the median of samples is taken of each figure by itself") {
    const sample m = bench::median_of({{1, 30, 5, 7, 0}, {2, 10, 6, 9, 0}, {3, 20, 4, 8, 0}});
    CHECK(m.ops_per_s == 2);
    CHECK(m.cpu_us_per_op == 20);
    CHECK(m.p50_us == 5);
    CHECK(m.p99_us == 8);
}

TEST_CASE("a quantile is one of the values") {
    std::vector<float> hundred;
    for (int i = 100; i > 0; --i) hundred.push_back(static_cast<float>(i));
    CHECK(bench::quantile(hundred, 0.99) == 99);
    CHECK(bench::quantile(hundred, 0) == 1);
    CHECK(bench::quantile(hundred, 1) == 100);
    std::vector<float> none;
    CHECK(bench::quantile(none, 0.5) == 0);
}
