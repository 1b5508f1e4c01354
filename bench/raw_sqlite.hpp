#pragma once
// The same work with the plain C API, as one would write it by hand: same library, same pragmas, same table.
#include "prediction.hpp"
#include <functional>
#include <hawser/sqlite/settings.hpp>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bench {

// The pragmas that both sides have, by name; `writes` or reads.
using pragmas = std::vector<std::pair<std::string, std::int64_t>>;
[[nodiscard]] pragmas same_pragmas(hawser::durability d, bool writes);

[[nodiscard]] std::string sqlite_version();

// Sets SQLite up for this process as Hawser does when it opens its first database: without global memory statistics.
// To be called before anything else opens one, so that no contender has them, whichever runs first.
void use_library_settings();

// One connection, without a mutex; each statement is prepared once.
class raw_sqlite {
public:
    // Opens a new file with the table in it; write-ahead log, which SQLite copies back itself from 1000 pages on.
    raw_sqlite(const std::string& path, hawser::durability d);
    // Opens an existing one to read.
    explicit raw_sqlite(const std::string& path);
    // Closes; where it is the only connection that copies the log back.
    ~raw_sqlite();
    raw_sqlite(const raw_sqlite&) = delete;
    raw_sqlite& operator=(const raw_sqlite&) = delete;

    // For fixtures: fast, and worth nothing after a crash. Not to be called within a transaction.
    void forgo_safety();
    // The log grows from now on, until somebody else copies it back.
    void forgo_checkpoints();
    void begin();
    void commit();
    // Bound without copies, stepped once for each row.
    void insert(std::span<const prediction> rows);
    [[nodiscard]] std::int64_t count();
    [[nodiscard]] prediction get(std::int64_t id);
    // All rows, by a loop over columns into a vector that has room for them.
    [[nodiscard]] std::vector<prediction> all(std::size_t expected);
    // Same, each row given out as it comes, in one struct that is used again.
    void each(const std::function<void(const prediction&)>& take);

    // Throws where one of them is not as it should be.
    void require(const pragmas& as) const;
    [[nodiscard]] std::string schema() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace bench
