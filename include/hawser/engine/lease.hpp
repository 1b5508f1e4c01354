#pragma once
#include <chrono>
#include <memory>
#include <string>

namespace hawser::engine {

// A connection held for one caller. Jobs name it in job::on; the first must be a `begin`, or `connect` where the
// lease is a session's. Dropping the last reference hands the connection back; a transaction that is still open is
// rolled back by the engine, in its own time. The destructor itself does no I/O.
class lease {
public:
    virtual ~lease() = default;
    // Gives the connection up before the last reference is gone; of a transaction within a session, the transaction
    // only. Idempotent, thread-safe, does not wait.
    virtual void release() noexcept = 0;
    // Its first job need not wait for a connection: a transaction within a session, which has one.
    [[nodiscard]] virtual bool holds_its_connection() const noexcept { return false; }

protected:
    lease() = default;
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
};

// What a lease is wanted for.
struct lease_terms {
    std::string holder;              // its name, shown to others who wait for the connection
    std::string site{};              // where in the program it was asked for: "desk.cpp:42"
    bool read_only = false;          // of a transaction
    bool session = false;            // a connection without a transaction
    std::shared_ptr<lease> within{}; // a session's lease: a transaction on its connection
    // How long it may last in all, and pause. Negative: the engine's own limits; 0: none.
    std::chrono::milliseconds hold_total{-1}, hold_idle{-1};
};

} // namespace hawser::engine
