#pragma once
// Runs a batch on a connection, inside whatever transaction is open there.
#include "sqlite/connection.hpp"
#include <atomic>
#include <hawser/engine/batch.hpp>
#include <string_view>

namespace hawser {
class observer;
}

namespace hawser::sqlite {

struct run_context {
    std::string_view name{};   // of the job; empty: the statement's own
    std::string_view within{}; // the name of the transaction or session, for events
    hawser::observer* observer = nullptr;
    const std::atomic<bool>* stop = nullptr; // asked between the chunks of a bulk statement
    deadline due = no_deadline;              // same
    deadline pause_at = no_deadline;         // after it a bulk statement that may pause does
    bool savepoint = true;         // false: a failure may leave a part of the batch, the caller undoes it all
    bool always_savepoint = false; // also around a single statement
    bool settle_deferred = false;  // a deferred foreign key must be satisfied when the batch ends
};

// Fills in the answers of the batch's requests. Throws hawser::error at the first failing one, after the batch's
// own effects have been undone, or with the whole transaction ended: ask in_transaction(). A single failing
// statement undoes itself, so that no savepoint is made for it.
// The failures of an independent batch of several are its requests' own, and nothing is thrown. Where one of them
// has ended the transaction, the batch may be run again: requests that have failed are left out.
void run_batch(connection& c, engine::batch& b, const run_context& context);

// One bulk request: many rows through one statement.
void run_bulk(connection& c, engine::request& r, const run_context& context);

} // namespace hawser::sqlite
