#pragma once
// Other libraries that do the same work, each a program of its own: see peers/README.md.
#include "measure.hpp"
#include "sqlite/database.hpp"
#include <cstddef>
#include <string>
#include <vector>

namespace bench {

struct peer {
    std::string name;
    std::vector<std::string> command;
    std::string library; // with its version
    std::string skipped; // why it is left out
    std::string sqlite;  // version of the SQLite that it runs with; empty where it has not told
};

// What peers/prepare.py has found. Throws where the file is no such thing.
[[nodiscard]] std::vector<peer> read_peers(const std::string& file);

// The version of its SQLite, which may not be that of all others; empty where it does not run.
[[nodiscard]] std::string sqlite_of(const peer& p);

// Of the works that README.md there lists, on a new file or on one that is filled.
[[nodiscard]] sample peer_writes(const peer& p, const std::string& work, std::size_t count,
                                 hawser::durability d);
[[nodiscard]] sample peer_reads(const peer& p, const std::string& work, std::size_t count,
                                const filled_file& file);

} // namespace bench
