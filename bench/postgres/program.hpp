#pragma once
// Every contender of the PostgreSQL suite is a program of its own, ourselves too: timed by itself, and counted from
// outside. See peers/README.md for what it is told and what it tells.
#include "measure.hpp"
#include "postgres/server.hpp"
#include <cstddef>
#include <string>
#include <vector>

namespace bench {

struct postgres_work {
    std::string name;      // reads, inserts, copy, rows
    std::size_t count = 0; // operations; of `copy` and `rows` rows
    std::size_t in_flight = 1;
    std::size_t connections = 1;

    [[nodiscard]] bool writes() const { return name == "inserts" || name == "copy"; }
};

using command = std::vector<std::string>;

// Runs it, and looks whether it has done the work.
[[nodiscard]] sample timed(const command& program, const postgres_work& w, const postgres_place& at);

// Of an operation, by the difference between two runs, of which one does three times the work: what starting and
// connecting cost drops out. Instructions are those within bench_counted(), so none of what is prepared. Throws contender_failed where the tool does not run here.
[[nodiscard]] sample instructions(const std::string& valgrind, const command& program, const postgres_work& w,
                                  const postgres_place& at);
// By a tool of call_counter().
[[nodiscard]] sample system_calls(const std::string& tool, const command& program, const postgres_work& w,
                                  const postgres_place& at);
// perf where it may count them here, which costs the program next to nothing; else strace, which slows it down, so that
// more comes at once; empty: neither is here.
[[nodiscard]] std::string call_counter();

// pgbench, whose terms are its own: text results, keys of its own choice, in a pipeline one Sync for all in flight.
[[nodiscard]] sample pgbench_reads(const postgres_work& w, const postgres_place& at);
[[nodiscard]] std::string pgbench_program();

} // namespace bench
