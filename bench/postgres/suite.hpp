#pragma once
// The cases of the PostgreSQL suite, a file for each kind of work.
#include "postgres/program.hpp"
#include "postgres/server.hpp"
#include "sqlite/suite.hpp"
#include <optional>
#include <string>
#include <vector>

namespace bench {

[[nodiscard]] command replay_program();
[[nodiscard]] command hawser_program();
// None: it is not here.
[[nodiscard]] std::optional<command> peer_program(const context& with, const std::string& name);

inline const std::string hawser_name = "hawser";
inline const std::string libpq_name = "libpq";
inline const std::string asyncpg_name = "asyncpg";
inline const std::string replay_name = "raw: bytes made before";

// A case of contenders that are timed: ourselves, the raw side, and all peers, whose figures are told against the raw
// side's. Ratios of ours without a bar are told.
struct hawser_bars {
    std::optional<double> over_replay{};  // operations, at least
    std::optional<double> over_libpq{};   // same
    std::optional<double> cpu_of_libpq{}; // at most
    std::optional<double> over_asyncpg{};
};
[[nodiscard]] bench_case postgres_case(std::string name, const context& with, const postgres_place& at,
                                       const postgres_work& w, const hawser_bars& bars);

[[nodiscard]] cases postgres_read_cases(const context& with, const postgres_place& at);
[[nodiscard]] cases postgres_write_cases(const context& with, const postgres_place& at);
[[nodiscard]] cases postgres_row_cases(const context& with, const postgres_place& at);
[[nodiscard]] cases postgres_cost_cases(const context& with, const postgres_place& at);

// All of them. Throws where no server is installed.
[[nodiscard]] cases postgres_suite(const context& with);

} // namespace bench
