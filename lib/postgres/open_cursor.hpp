#pragma once
// A statement of a lease whose rows are taken a few at a time: a portal on the server.
#include "postgres/flight.hpp"
#include <hawser/core/statement.hpp>
#include <hawser/engine/job.hpp>
#include <cstdint>
#include <chrono>
#include <hawser/core/errc.hpp>
#include <memory>
#include <optional>
#include <string>

namespace hawser::postgres {

struct open_cursor {
    std::weak_ptr<engine::cursor> held; // expired: nobody wants more of it
    engine::job_ptr opening;            // what it asks, for failures
    std::string portal;                 // its name on the server
    prepared* form = nullptr;           // its columns; held
    formats asked = formats::binary;    // of them
    unsigned steps = 0;                 // on the wire that speak of it
    bool closing = false;               // the last of them closes it
    bool gone = false;                  // the server has forgotten it

    // Outside of a transaction a portal ends with its Sync. There it is a cursor WITH HOLD, which the server keeps in
    // a file of its own.
    bool lasting = false;
    std::string text; // its DECLARE
    std::optional<statement> declaration;
    prepared own; // its columns, as text

    // What an observer is told at its end.
    bool watched = false;
    std::shared_ptr<const std::string> within{};
    std::chrono::nanoseconds worked{};
    std::int64_t rows = 0;
    std::optional<errc> failed{};

    [[nodiscard]] const engine::request& question() const noexcept { return opening->batch.requests.front(); }
};

// The limit of an Execute.
[[nodiscard]] std::int32_t rows_at_once(const engine::request& r) noexcept;

} // namespace hawser::postgres
