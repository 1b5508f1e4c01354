// One io_context that eight threads run, against one thread.
#include "in_flight.hpp"
#include "sqlite/awaited.hpp"
#include "sqlite/suite.hpp"
#include <atomic>
#include <stdexcept>

namespace bench {
namespace {

constexpr unsigned many = 8;

sample reads(const filled_file& file, std::size_t callers, std::size_t each, unsigned io_threads) {
    const hawser::database db = open_database(file.path(), {.readers = 4});
    const hawser::repository<prediction> predictions{db};
    std::atomic<std::int64_t> ids = 0;
    const auto key = [&](std::size_t n, std::size_t i) { return random_key(i * callers + n, file.rows()); };
    const sample s = measure(callers * each, [&](latencies& told) {
        const auto get = [&](std::size_t n, std::size_t i) { return predictions.get(key(n, i)); };
        const auto take = [&](const prediction& p) { ids.fetch_add(p.id, std::memory_order_relaxed); };
        run_in_flight(callers, each, io_threads, told, get, take);
    });
    hawser::run(db.close());
    std::int64_t expected = 0;
    for (std::size_t i = 0; i < callers * each; ++i) expected += random_key(i, file.rows());
    if (ids != expected) throw std::runtime_error("the wrong rows were read");
    return s;
}

} // namespace

cases io_thread_cases(const context& with) {
    const sizes& n = with.n;
    const over_file on(n.rows);
    const std::string eight = "hawser, 8 io threads", one = "hawser, 1 io thread";
    const auto insert = [&](unsigned threads) {
        const inserting how{.callers = n.in_flight,
                            .each = n.normal_each / 2,
                            .durability = hawser::durability::normal,
                            .io_threads = threads,
                            .pinned = false};
        return [how] { return awaited_inserts(how); };
    };
    const auto read = [&](unsigned threads) {
        return on([callers = n.in_flight, each = n.reads_each / 2, threads](const filled_file& f) {
            return reads(f, callers, each, threads);
        });
    };
    return {{.name = "io threads: awaited inserts, 256 in flight, NORMAL",
             .contenders = {{eight, insert(many)}, {one, insert(1)}},
             .bars = {{eight, one, {}}}},
            {.name = "io threads: point reads, 256 in flight, 4 readers",
             .contenders = {{eight, read(many)}, {one, read(1)}},
             .bars = {{eight, one, {}}}}};
}

} // namespace bench
