// What the layers above the driver, and the observe seam, add: counted, not timed.
#include "child.hpp"
#include "programs.hpp"
#include "sqlite/suite.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace bench {
namespace {

struct work {
    std::string layer, what;
    threading on;
    std::size_t operations;
};

// On threads one at a time: how many share a group is then no matter of chance.
std::size_t callers(const work& w) {
    return w.on == threading::thread ? 1 : 64;
}
std::size_t each(const work& w, std::size_t times) {
    return times * w.operations / callers(w) + 1;
}
std::size_t operations(const work& w, std::size_t times) {
    return each(w, times) * callers(w);
}

child_outcome run_probe(const work& w, std::size_t times, std::vector<std::string> under) {
    for (const std::string& word :
         {probe_program(), w.layer, w.what, std::to_string(callers(w)), std::to_string(each(w, times)),
          std::string(w.on == threading::thread ? "thread" : "inline")})
        under.push_back(word);
    child_outcome o = run_child(under);
    if (o.exit_code != 0) throw std::runtime_error("the probe failed: " + o.err);
    return o;
}

double instructions(const std::string& valgrind, const work& w, std::size_t times) {
    const child_outcome o =
        run_probe(w, times, {valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"});
    const std::string word = "Collected : ";
    const auto at = o.err.find(word);
    if (at == std::string::npos) throw std::runtime_error("callgrind told no instructions: " + o.err);
    return std::stod(o.err.substr(at + word.size()));
}

// Of two runs of different lengths, so that opening and closing drop out.
template <class Count>
sample per_operation(const work& w, Count count) {
    const double more = count(w, 3), less = count(w, 1);
    sample s;
    s.figure = (more - less) / static_cast<double>(operations(w, 3) - operations(w, 1));
    return s;
}

sample cost(const work& w, const std::string& valgrind) {
    if (valgrind.empty())
        return per_operation(
            w, [](const work& one, std::size_t times) { return run_probe(one, times, {}).cpu_s * 1e6; });
    return per_operation(
        w, [&](const work& one, std::size_t times) { return instructions(valgrind, one, times); });
}

// Of an operation at least, to two digits: containers that grow are no cost of an operation.
sample allocations(const work& w) {
    constexpr int runs = 3;
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < runs; ++i)
        least = std::min(least, std::stod(run_probe(w, 1, {}).out) / static_cast<double>(operations(w, 1)));
    sample s;
    s.figure = std::round(least * 100) / 100;
    return s;
}

bench_case compared(const std::string& name, const work& upper, const work& lower, double at_most,
                    const std::string& valgrind) {
    const bool counts = !valgrind.empty();
    bench_case c{
        .name = name, .contenders = {}, .bars = {}, .unit = counts ? "user instructions/op" : "us CPU/op"};
    c.contenders = {{upper.layer, [=] { return cost(upper, valgrind); }},
                    {lower.layer, [=] { return cost(lower, valgrind); }}};
    c.bars = {{upper.layer, lower.layer, at_most, sense::at_most, &sample::figure}};
    c.most_rounds = 3;
    c.warms_up = false;
    return c;
}

bench_case allocated(const std::string& name, const work& upper, const work& lower) {
    bench_case c{.name = name, .contenders = {}, .bars = {}, .unit = "allocations/op"};
    c.contenders = {{upper.layer, [=] { return allocations(upper); }},
                    {lower.layer, [=] { return allocations(lower); }}};
    c.bars = {{upper.layer, lower.layer, 1, sense::at_most, &sample::figure}};
    c.most_rounds = 3;
    c.warms_up = false;
    return c;
}

} // namespace

cases layer_cases(const context& with) {
    const std::size_t count = with.n.counted;
    const std::string valgrind = with.n.counts_instructions ? find_program("valgrind") : std::string();
    cases all;
    for (const threading on : {threading::inline_, threading::thread})
        for (const std::string what : {"insert", "get"}) {
            const work driver{"driver", what, on, count}, repository{"repository", what, on, count},
                observed{"observed", what, on, count};
            const std::string how =
                what + (on == threading::thread ? ", one at a time, threads" : ", 64 in flight, inline");
            all.push_back(compared("repository over driver: " + how, repository, driver, 1.10, valgrind));
            all.push_back(compared("observer over none: " + how, observed, repository, 1.03, valgrind));
            if (on == threading::inline_) // where no thread's timing decides what is recycled
                all.push_back(allocated("allocations, observer over none: " + how, observed, repository));
        }
    return all;
}

} // namespace bench
