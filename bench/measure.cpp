#include "measure.hpp"
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sys/resource.h>
#include <utility>

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

void tell(std::FILE* progress, const bench_case& c, int round, int rounds) {
    if (progress == nullptr) return;
    if (round < 0)
        std::fprintf(progress, "%s: warm-up\n", c.name.c_str());
    else
        std::fprintf(progress, "%s: round %d of %d\n", c.name.c_str(), round + 1, rounds);
}

} // namespace

extern "C" [[gnu::noinline]] void bench_counted(void (*work)(void*), void* with) {
    work(with);
    asm volatile(""); // so that it returns here
}

sample measure(std::uint64_t operations, const std::function<void(latencies&)>& work) {
    latencies each;
    auto call = [&] { work(each); };
    const double cpu_before = cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    bench_counted([](void* it) { (*static_cast<decltype(call)*>(it))(); }, &call);
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double cpu = cpu_seconds() - cpu_before;
    const auto n = static_cast<double>(operations);
    return {n / wall, cpu * 1e6 / n, quantile(each, 0.5), quantile(each, 0.99), 0};
}

std::vector<std::function<sample()>> parts_of(std::size_t parts, std::function<std::vector<sample>()> run) {
    struct last_run {
        std::function<std::vector<sample>()> run;
        std::vector<std::optional<sample>> left; // of the last run, not yet told
    };
    const auto last =
        std::make_shared<last_run>(last_run{std::move(run), std::vector<std::optional<sample>>(parts)});
    std::vector<std::function<sample()>> each;
    for (std::size_t part = 0; part < parts; ++part)
        each.emplace_back([last, part] {
            std::optional<sample>& own = last->left.at(part);
            if (!own) {
                const std::vector<sample> fresh = last->run();
                for (std::size_t i = 0; i < last->left.size(); ++i) last->left[i] = fresh.at(i);
            }
            return *std::exchange(own, std::nullopt);
        });
    return each;
}

case_result run_case(const bench_case& c, int rounds, bool warm_up, std::FILE* progress) {
    std::map<std::string, std::vector<sample>> runs;
    std::set<std::string> failed;
    case_result result{.name = c.name, .unit = c.unit, .notes = c.notes, .contenders = {}, .bars = {}};
    rounds = std::min(rounds, c.most_rounds);
    for (int round = warm_up && c.warms_up ? -1 : 0; round < rounds && !c.contenders.empty(); ++round) {
        tell(progress, c, round, rounds);
        for (std::size_t i = 0; i < c.contenders.size(); ++i) {
            const std::size_t first = static_cast<std::size_t>(std::max(round, 0));
            const contender& one = c.contenders[(first + i) % c.contenders.size()];
            if (failed.contains(one.name)) continue;
            try {
                const sample s = one.run();
                if (round >= 0) runs[one.name].push_back(s);
            } catch (const contender_failed& why) {
                failed.insert(one.name);
                result.notes.push_back(std::string("left out: ") + why.what());
            }
        }
    }
    for (const std::string& name : failed) runs.erase(name);
    for (const contender& one : c.contenders)
        if (const auto found = runs.find(one.name); found != runs.end())
            result.contenders.emplace_back(one.name, median_of(found->second));
    for (const bar& b : c.bars) {
        const auto ours = runs.find(b.contender), theirs = runs.find(b.against);
        if (ours == runs.end() || (theirs == runs.end() && !b.against.empty())) continue;
        result.bars.push_back(
            judge(b, ours->second, b.against.empty() ? std::vector<sample>{} : theirs->second));
    }
    return result;
}

} // namespace bench
