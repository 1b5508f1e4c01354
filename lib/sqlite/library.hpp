#pragma once
#include <string>
#include <vector>

namespace hawser::sqlite {

// Sets SQLite up for this process, once: no global memory statistics (a mutex around every allocation).
// Where the program has initialised SQLite already, SQLite takes no such setting any more, and its statistics stay as
// they are; nobody is told, since it costs time alone.
void initialize_library() noexcept;

// The bugs that a version of SQLite is known to have and that matter to us, one sentence each.
// `version` is SQLite's own number, 3040001 for 3.40.1.
[[nodiscard]] std::vector<std::string> known_issues(int version);

} // namespace hawser::sqlite
