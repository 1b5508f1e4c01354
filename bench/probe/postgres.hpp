#pragma once
// The contenders of the PostgreSQL suite that are compiled here. Each does one kind of work, times it by itself, and
// tells as peers do: see peers/README.md.
#include "measure.hpp"
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace probe {

struct postgres_work {
    std::string what; // reads, inserts, copy, rows
    std::string url;
    std::size_t count = 0;
    std::size_t rows = 0; // of the table that is read
    std::size_t in_flight = 1;
    std::size_t connections = 1;
};

// What was done: the suite judges it.
struct postgres_told {
    bench::sample figures;
    std::size_t rows = 0;
    std::int64_t ids = 0;
};

// The bytes of all requests are made before; nothing is decoded but the keys of rows that came.
[[nodiscard]] postgres_told replay(const postgres_work& w);
// Repositories, as programs use them.
[[nodiscard]] postgres_told hawser(const postgres_work& w);

// postgres CONTENDER WORK URL COUNT ROWS IN_FLIGHT CONNECTIONS
void run_postgres(const std::vector<std::string>& arguments);

} // namespace probe
