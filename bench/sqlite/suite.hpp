#pragma once
// The cases of the SQLite suite, a file for each kind of work.
#include "measure.hpp"
#include "options.hpp"
#include "peers.hpp"
#include "raw_sqlite.hpp"
#include <vector>

namespace bench {

using cases = std::vector<bench_case>;

struct context {
    sizes n;
    std::vector<peer> peers;
};

// Adds a contender for each peer: run(peer) -> sample. Its figure is told against that contender.
template <class Run>
void add_peers(bench_case& c, const context& with, const std::string& suffix, const std::string& against,
               Run run) {
    for (const peer& p : with.peers) {
        if (!p.skipped.empty()) {
            c.notes.push_back("left out: " + p.name + ": " + p.skipped);
            continue;
        }
        if (!p.sqlite.empty() && p.sqlite != sqlite_version())
            c.notes.push_back(p.name + " has another SQLite than all others: " + p.sqlite);
        c.contenders.push_back({p.name + suffix, [=] { return run(p); }});
        c.bars.push_back({p.name + suffix, against, {}});
    }
}

[[nodiscard]] cases bulk_insert_cases(const context& with);
[[nodiscard]] cases awaited_insert_cases(const context& with);
[[nodiscard]] cases point_read_cases(const context& with);
[[nodiscard]] cases scan_cases(const context& with);
[[nodiscard]] cases checkpoint_cases(const context& with);
[[nodiscard]] cases io_thread_cases(const context& with);
[[nodiscard]] cases reader_beside_cases(const context& with);
[[nodiscard]] cases layer_cases(const context& with);
[[nodiscard]] cases compile_cases(const context& with);

// All of them.
[[nodiscard]] cases sqlite_suite(const context& with);

} // namespace bench
