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
    std::string_view name{};                 // of the job; empty: the statement's own
    hawser::observer* observer = nullptr;
    const std::atomic<bool>* stop = nullptr; // asked between the chunks of a bulk statement
    deadline due = no_deadline;              // same
    bool savepoint = true;                   // undo what a failing batch of several statements has done
};

// Fills in the answers of the batch's requests. Throws hawser::error at the first failing one, after the batch's
// own effects have been undone, unless SQLite has ended the transaction (ask in_transaction()).
// A single failing statement undoes itself: no savepoint is made for it.
void run_batch(connection& c, engine::batch& b, const run_context& context);

// One bulk request: many rows through one statement.
void run_bulk(connection& c, engine::request& r, const run_context& context);

} // namespace hawser::sqlite
