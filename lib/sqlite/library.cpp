#include "sqlite/library.hpp"
#include <sqlite3.h>

namespace hawser::sqlite {

void initialize_library() noexcept {
    static const int once = [] {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        return sqlite3_initialize();
    }();
    static_cast<void>(once);
}

std::vector<std::string> known_issues(int version) {
    std::vector<std::string> found;
    if (version < 3050002)
        found.emplace_back(
            "SQLite before 3.50.2 may lose acknowledged commits when a savepoint is rolled back after "
            "its pages spilled to the log; avoided here by cache_spill=OFF on the writer");
    const bool backported =
        (version >= 3044006 && version < 3045000) || (version >= 3050007 && version < 3051000);
    if (version < 3051003 && !backported)
        found.emplace_back(
            "SQLite before 3.51.3 may corrupt the log when one connection checkpoints while another "
            "commits; avoided here as one connection does both, so let no other process write to or "
            "checkpoint this file");
    return found;
}

} // namespace hawser::sqlite
