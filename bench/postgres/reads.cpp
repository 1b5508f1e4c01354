#include "postgres/suite.hpp"

namespace bench {
namespace {

// Its terms differ, so its name says so, and nothing is judged by it.
void add_pgbench(bench_case& c, const postgres_place& at, const postgres_work& w) {
    const std::size_t depth = w.in_flight / w.connections;
    const std::string name =
        depth == 1 ? "pgbench, text" : "pgbench, text, one Sync for " + std::to_string(depth);
    if (pgbench_program().empty()) {
        c.notes.emplace_back("left out: pgbench: not installed");
        return;
    }
    c.contenders.push_back({name, [=] { return pgbench_reads(w, at); }});
    c.bars.push_back({name, replay_name, {}});
}

} // namespace

cases postgres_read_cases(const context& with, const postgres_place& at) {
    const sizes& n = with.n;
    const postgres_work one{.name = "reads", .count = n.postgres_single_reads};
    const postgres_work deep{.name = "reads", .count = n.postgres_reads, .in_flight = 64};
    const postgres_work wide{.name = "reads", .count = n.postgres_reads, .in_flight = 256, .connections = 4};
    cases all;
    all.push_back(postgres_case("point reads by key, one at a time, 1 connection", with, at, one, {}));
    add_pgbench(all.back(), at, one);
    all.push_back(postgres_case("point reads by key, 64 in flight, 1 connection", with, at, deep,
                                {.over_libpq = 1.0, .cpu_of_libpq = 0.75}));
    add_pgbench(all.back(), at, deep);
    all.push_back(postgres_case("point reads by key, 256 in flight, 4 connections", with, at, wide,
                                {.over_libpq = 1.05, .over_asyncpg = 10}));
    add_pgbench(all.back(), at, wide);
    return all;
}

} // namespace bench
