#pragma once
// The same work with the plain C API: same library, same pragmas, same table.
#include "prediction.hpp"
#include <span>
#include <string>

namespace bench {

class raw_sqlite {
public:
    // Opens a new file with the table in it; durable commits (synchronous=FULL), write-ahead log.
    explicit raw_sqlite(const std::string& path);
    ~raw_sqlite();
    raw_sqlite(const raw_sqlite&) = delete;
    raw_sqlite& operator=(const raw_sqlite&) = delete;

    void begin();
    void commit();
    // Prepared once, bound without copies, stepped once for each row.
    void insert(std::span<const prediction> rows);

private:
    struct state;
    state* state_;
};

} // namespace bench
