#include "in_flight.hpp"
#include "pinning.hpp"
#include "raw_sqlite.hpp"
#include "sqlite/database.hpp"
#include "sqlite/suite.hpp"
#include <optional>
#include <stdexcept>

namespace bench {
namespace {

struct task_of_reading {
    std::size_t rows, callers, each;
    [[nodiscard]] std::size_t count() const { return callers * each; }
    [[nodiscard]] std::int64_t key(std::size_t n, std::size_t i) const {
        return random_key(i * callers + n, rows);
    }
};

void require_all(const checksum& seen, const task_of_reading& t) {
    checksum expected;
    for (std::size_t i = 0; i < t.each; ++i)
        for (std::size_t n = 0; n < t.callers; ++n) {
            ++expected.rows;
            expected.ids += t.key(n, i);
        }
    if (seen.rows != expected.rows || seen.ids != expected.ids || seen.letters == 0)
        throw std::runtime_error("the wrong rows were read");
}

sample raw_reads(const filled_file& file, const task_of_reading& t) {
    raw_sqlite db(file.path());
    checksum seen;
    const sample s = measure(t.count(), [&](latencies& told) {
        told.reserve(t.count());
        for (std::size_t i = 0; i < t.each; ++i)
            for (std::size_t n = 0; n < t.callers; ++n) {
                const auto start = steady::now();
                seen.add(db.get(t.key(n, i)));
                told.push_back(microseconds_since(start));
            }
    });
    require_all(seen, t);
    return s;
}

sample hawser_reads(const filled_file& file, const task_of_reading& t, threading on, unsigned readers) {
    const hawser::database db = open_database(file.path(), {.on = on, .readers = readers});
    const hawser::repository<prediction> predictions{db};
    checksum seen;
    sample s;
    {
        std::optional<split_pins> pins;
        if (on == threading::thread) pins.emplace();
        s = measure(t.count(), [&](latencies& told) {
            const auto get = [&](std::size_t n, std::size_t i) { return predictions.get(t.key(n, i)); };
            run_in_flight(t.callers, t.each, 1, told, get, [&](const prediction& p) { seen.add(p); });
        });
    }
    hawser::run(db.close());
    require_all(seen, t);
    return s;
}

} // namespace

cases point_read_cases(const context& with) {
    const sizes& n = with.n;
    const task_of_reading t{n.rows, n.in_flight, n.reads_each};
    const std::string raw = "raw: prepared select by key, one at a time";
    const over_file over(n.rows);
    bench_case c{.name = "point reads by key, 256 in flight, 1 M rows", .contenders = {}, .bars = {}};
    const auto add = [&](const std::string& name, threading on, unsigned readers, double at_least) {
        c.contenders.push_back(
            {name, over([=](const filled_file& f) { return hawser_reads(f, t, on, readers); })});
        c.bars.push_back({name, raw, at_least});
    };
    add("hawser, 1 reader thread", threading::thread, 1, 1.0);
    add("hawser, 4 reader threads (default)", threading::thread, 4, 1.0);
    add("hawser, inline", threading::inline_, 1, 1.25);
    c.contenders.push_back({raw, over([=](const filled_file& f) { return raw_reads(f, t); })});
    add_peers(c, with, ": one at a time", raw, [=](const peer& p) {
        return over([=](const filled_file& f) { return peer_reads(p, "reads", t.count(), f); })();
    });
    return {std::move(c)};
}

} // namespace bench
