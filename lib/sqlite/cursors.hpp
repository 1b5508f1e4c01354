#pragma once
// The statements of a lease whose rows are taken a few at a time.
#include "sqlite/statement.hpp"
#include <chrono>
#include <cstdint>
#include <exception>
#include <hawser/engine/job.hpp>
#include <list>
#include <memory>

namespace hawser {
class observer;
}

namespace hawser::sqlite {

class connection;

// Each has a statement of its own, beside those that the connection keeps: the same text may be run meanwhile.
// Belongs to the thread that serves the lease.
class cursors {
public:
    cursors() = default;
    ~cursors() { close_all(); }
    cursors(const cursors&) = delete;
    cursors& operator=(const cursors&) = delete;

    // Throws hawser::error, and forgets the statement then.
    // `within`: the name of what it is part of, for events; outlives it.
    void open(connection& c, engine::job_ptr j, hawser::observer* watch, std::string_view within);
    void fetch(connection& c, engine::job& j);
    // Those that nobody holds any longer.
    void forget_dropped() noexcept;
    void close_all() noexcept;

private:
    struct open_cursor {
        std::weak_ptr<engine::cursor> held;
        engine::job_ptr opening; // its values are bound where they lie: it outlives the statement
        prepared statement;
        hawser::observer* watch = nullptr;
        std::string_view within;
        std::chrono::nanoseconds worked{0};
        std::int64_t rows = 0;
        bool begun = false;
    };
    using place = std::list<open_cursor>::iterator;
    void take(connection& c, place at, engine::request& r);
    void close(place at, std::exception_ptr failure) noexcept;

    std::list<open_cursor> open_;
};

} // namespace hawser::sqlite
