#pragma once
#include <memory>
#include <string>

namespace hawser::engine {

// A connection held for one caller. Jobs name it in job::on; the first must be a `begin`.
// Dropping the last reference hands the connection back; a transaction that is still open is rolled back by
// the engine, in its own time. The destructor itself does no I/O.
class lease {
public:
    virtual ~lease() = default;
    // Gives the connection up before the last reference is gone. Idempotent, thread-safe, does not wait.
    virtual void release() noexcept = 0;

protected:
    lease() = default;
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
};

} // namespace hawser::engine
