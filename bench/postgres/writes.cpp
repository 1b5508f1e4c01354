#include "child.hpp"
#include "folder.hpp"
#include "postgres/suite.hpp"
#include "prediction.hpp"
#include "support/postgres_files.hpp"
#include <fstream>
#include <stdexcept>

namespace bench {
namespace {

// psql's \copy of a file with the rows as text, timed from outside: it starts and connects too, which is little here.
sample psql_copy(const postgres_work& w, const postgres_place& at) {
    const std::string url = (*at).to_write();
    const fresh_folder folder;
    {
        std::ofstream rows(folder.file());
        for (std::size_t i = 0; i < w.count; ++i) {
            const prediction p = make_prediction(i);
            rows << p.symbol << '\t' << p.model << '\t' << p.value << '\t' << p.confidence << '\t'
                 << p.features << "\t2026-01-01 00:00:00+00\t2026-01-01 00:00:00+00\n";
        }
    }
    const child_outcome o = run_child(
        {(support::postgres_programs() / "psql").string(), "-X", "-q", url, "-c",
         "\\copy predictions (symbol, model, value, confidence, features, created_at, updated_at) from '" +
             folder.file() + '\''});
    if (o.exit_code != 0) throw contender_failed("psql: " + o.err.substr(0, o.err.find('\n')));
    if ((*at).written() != w.count) throw contender_failed("psql: rows are missing");
    const auto n = static_cast<double>(w.count);
    return {n / o.wall_s, o.cpu_s * 1e6 / n, 0, 0, 0};
}

} // namespace

cases postgres_write_cases(const context& with, const postgres_place& at) {
    const sizes& n = with.n;
    const postgres_work one{.name = "inserts", .count = n.postgres_inserts / 8};
    const postgres_work deep{.name = "inserts", .count = n.postgres_inserts, .in_flight = 64};
    const postgres_work wide{
        .name = "inserts", .count = n.postgres_inserts, .in_flight = 256, .connections = 4};
    const postgres_work copy{.name = "copy", .count = n.postgres_copied};
    cases all;
    all.push_back(postgres_case("durable inserts of a row, one at a time, 1 connection", with, at, one, {}));
    all.push_back(postgres_case("durable inserts of a row, 64 in flight, 1 connection", with, at, deep, {}));
    all.push_back(
        postgres_case("durable inserts of a row, 256 in flight, 4 connections", with, at, wide, {}));
    all.push_back(postgres_case("binary COPY in of 500 k rows", with, at, copy, {.over_replay = 0.95}));
    const std::string psql = "psql \\copy, text";
    all.back().contenders.push_back({psql, [=] { return psql_copy(copy, at); }});
    all.back().bars.push_back({hawser_name, psql, 1.1});
    all.back().bars.push_back({psql, replay_name, {}});
    return all;
}

} // namespace bench
