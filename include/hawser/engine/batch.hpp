#pragma once
// The one thing that goes to an engine: an ordered list of bound statements and a mode.
#include <hawser/core/errc.hpp>
#include <hawser/core/parameters.hpp>
#include <hawser/core/row.hpp>
#include <hawser/core/statement.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace hawser::engine {

enum class batch_mode : std::uint8_t {
    independent, // each statement stands alone; one failing leaves the others
    atomic,      // all or nothing
    read         // a snapshot read that never writes
};

// What a bulk request does with each of its rows, and so what is asked of the outcome.
enum class bulk_verb : std::uint8_t {
    insert, // gives keys out in the rows' order
    copy,   // inserts without keys, by the fastest way that the engine has
    update, // tells the rows that are not there
    upsert, // tells inserted rows from updated ones
    erase
};

// One bound statement, and what became of it.
struct request {
    const statement* what = nullptr;
    std::uint32_t first_parameter = 0; // in batch::values
    std::uint32_t parameter_count = 0;
    row_sink* rows = nullptr;   // null: rows are not wanted
    std::size_t most_rows = 0;  // of open_cursor and fetch: as many as `rows` takes
    row_source* bulk = nullptr; // not null: `what` is run once for each of its rows
    bulk_verb bulk_as = bulk_verb::insert;
    bool may_pause = false; // of bulk: the engine may end before the last row, so that others get their turn
    bool generates_key = false; // an insert whose key the engine makes
    const statement* keyed =
        nullptr; // of a bulk insert: `what` with the key as an additional first parameter

    // Where set: no row affected (or, for a guard, none returned) is this failure. Of a bulk update: not_found or,
    // where the probe finds it, this; where not set, its source is told.
    std::optional<errc> when_no_row;
    // Run with the parameters of [probe_first, probe_first + probe_count) when when_no_row strikes; whether
    // it returns a row becomes row_exists. Of a bulk update it is run with the source's encode_key.
    const statement* probe = nullptr;
    std::uint32_t probe_first = 0;
    std::uint32_t probe_count = 0;

    // The answer.
    std::int64_t rows_affected = 0;
    std::int64_t key = 0;       // where generates_key
    std::int64_t inserted = 0;  // of a bulk upsert; the others of rows_affected were updated
    std::size_t rows_done = 0;  // of bulk: rows of its source
    std::exception_ptr failure; // of an independent statement
};

// Requests and their values. Statements, sinks and sources must live until the batch is answered; `owned`
// is the place for those that have no other owner.
struct batch {
    batch_mode mode = batch_mode::atomic;
    std::vector<request> requests;
    parameters values;
    std::vector<std::shared_ptr<void>> owned;

    [[nodiscard]] std::span<const field_view> values_of(const request& r) const noexcept {
        return values.slice(r.first_parameter, r.parameter_count);
    }
    void clear() noexcept {
        mode = batch_mode::atomic;
        requests.clear();
        values.clear();
        owned.clear();
    }
};

} // namespace hawser::engine
