#include "postgres/suite.hpp"
#include "programs.hpp"
#include "support/postgres_cluster.hpp"
#include <iterator>
#include <stdexcept>
#include <utility>

namespace bench {

command replay_program() {
    return {probe_program(), "postgres", "replay"};
}
command hawser_program() {
    return {probe_program(), "postgres", "hawser"};
}

std::optional<command> peer_program(const context& with, const std::string& name) {
    for (const peer& p : with.peers)
        if (p.name == name && p.skipped.empty()) return p.command;
    return {};
}

bench_case postgres_case(std::string name, const context& with, const postgres_place& at,
                         const postgres_work& w, const hawser_bars& bars) {
    bench_case c{.name = std::move(name), .contenders = {}, .bars = {}};
    const auto add = [&](const std::string& who, const command& program) {
        c.contenders.push_back({who, [=] { return timed(program, w, at); }});
    };
    add(hawser_name, hawser_program());
    c.bars = {{hawser_name, replay_name, bars.over_replay},
              {hawser_name, libpq_name, bars.over_libpq},
              {hawser_name, libpq_name, bars.cpu_of_libpq, sense::at_most, &sample::cpu_us_per_op},
              {hawser_name, asyncpg_name, bars.over_asyncpg}};
    add(replay_name, replay_program());
    for (const peer& p : with.peers) {
        if (!p.skipped.empty()) {
            c.notes.push_back("left out: " + p.name + ": " + p.skipped);
            continue;
        }
        add(p.name, p.command);
        c.bars.push_back({p.name, replay_name, {}});
    }
    return c;
}

cases postgres_suite(const context& with) {
    if (const std::string why = support::no_postgres(); !why.empty()) throw std::runtime_error(why);
    const postgres_place at(with.n.postgres_rows);
    cases all;
    for (auto* part : {postgres_read_cases, postgres_write_cases, postgres_row_cases, postgres_cost_cases}) {
        cases some = part(with, at);
        all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return all;
}

} // namespace bench
