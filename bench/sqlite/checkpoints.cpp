// What a checkpoint does to the latency of the inserts that it meets.
#include "in_flight.hpp"
#include "pinning.hpp"
#include "raw_sqlite.hpp"
#include "sqlite/database.hpp"
#include "sqlite/suite.hpp"
#include <algorithm>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace bench {
namespace {

using hawser::durability;

struct interval {
    steady::time_point from, to;
};

// Ends of checkpoints are told; their beginnings follow.
class checkpoint_times final : public hawser::observer {
public:
    void on(const hawser::checkpointed& e) noexcept override {
        const auto now = steady::now();
        const std::lock_guard lock(guard_);
        all_.push_back({now - e.duration, now});
    }
    std::vector<interval> all() const {
        const std::lock_guard lock(guard_);
        return all_;
    }

private:
    mutable std::mutex guard_;
    std::vector<interval> all_;
};

bool meets(const interval& one, const std::vector<interval>& sorted) {
    const auto ends_later = [](const interval& c, steady::time_point at) { return c.to < at; };
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), one.from, ends_later);
    return at != sorted.end() && at->from <= one.to;
}

float microseconds(const interval& i) {
    return std::chrono::duration<float, std::micro>(i.to - i.from).count();
}

// The latencies of those that meet a checkpoint and of the others: a rate or CPU of its own neither of them has.
std::vector<sample> hawser_inserts(std::size_t callers, std::size_t each, durability d) {
    fresh_folder folder;
    checkpoint_times checkpoints;
    std::vector<prediction> rows = make_predictions(callers * each);
    const hawser::database db = open_database(folder.file(), {.durability = d, .observer = &checkpoints});
    const hawser::repository<prediction> predictions{db};
    std::vector<interval> calls;
    calls.reserve(rows.size());
    {
        const split_pins pins;
        run_callers(callers, 1, [&](std::size_t n) -> hawser::task<> {
            for (std::size_t i = 0; i < each; ++i) {
                const auto start = steady::now();
                co_await predictions.insert(rows[i * callers + n]);
                calls.push_back({start, steady::now()});
            }
        });
    }
    hawser::run(db.close());
    const std::vector<interval> busy = checkpoints.all();
    latencies during, quiet;
    for (const interval& one : calls) (meets(one, busy) ? during : quiet).push_back(microseconds(one));
    const auto told = [](latencies& of) { return sample{0, 0, quantile(of, 0.5), quantile(of, 0.99), 0}; };
    return {told(during), told(quiet)};
}

// SQLite copies the log back within the COMMIT that makes it 1000 pages long; the slowest hundredth is those. Each row
// of a transaction waits as long as the whole of it.
sample raw_transactions(std::size_t callers, std::size_t each, durability d) {
    fresh_folder folder;
    const std::vector<prediction> rows = make_predictions(callers * each);
    raw_sqlite db(folder.file(), d);
    return measure(rows.size(), [&](latencies& told) {
        for (std::size_t at = 0; at < rows.size(); at += callers) {
            const auto start = steady::now();
            db.begin();
            db.insert(std::span(rows).subspan(at, callers));
            db.commit();
            told.push_back(microseconds_since(start));
        }
    });
}

} // namespace

cases checkpoint_cases(const context& with) {
    const std::size_t callers = with.n.in_flight;
    cases all;
    for (const auto& [name, level, count] : {std::tuple{"FULL", durability::full, with.n.durable_each},
                                             std::tuple{"NORMAL", durability::normal, with.n.normal_each}}) {
        const durability d = level;
        const std::size_t each = count;
        const std::string quiet = "hawser, inserts beside no checkpoint",
                          during = "hawser, inserts during one",
                          raw = "raw: transactions of 256 rows, checkpoints within";
        const auto hawser_parts = parts_of(2, [=] { return hawser_inserts(callers, each, d); });
        all.push_back({.name = std::string("inserts while a checkpoint runs, 256 in flight, ") + name,
                       .contenders = {{during, hawser_parts[0]},
                                      {quiet, hawser_parts[1]},
                                      {raw, [=] { return raw_transactions(callers, each, d); }}},
                       .bars = {{during, quiet, {}, sense::at_most, &sample::p99_us},
                                {during, raw, {}, sense::at_most, &sample::p99_us}}});
    }
    return all;
}

} // namespace bench
