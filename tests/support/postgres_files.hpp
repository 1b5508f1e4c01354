#pragma once
// What a throw-away PostgreSQL server is made of: its programs, and the files of an empty cluster.
#include "support/guardian.hpp"
#include <filesystem>

namespace support {

// The folder of initdb and postgres: what HAWSER_TEST_POSTGRES names, else version 15 or the newest other where Debian
// has them, else of PATH. Empty: none is installed.
[[nodiscard]] std::filesystem::path postgres_programs();

// Makes the folder `data` within that of the guardian: a new cluster, whose superuser is postgres. initdb takes seconds,
// so its files are kept in the nearest folder `build` above this program, for all test programs: one at a time makes or
// copies them. Where there is no such folder, or it cannot be used, initdb runs each time.
void make_cluster_files(guardian& by, const account& as);

} // namespace support
