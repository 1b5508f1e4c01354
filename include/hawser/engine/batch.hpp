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

// One bound statement, and what became of it.
struct request {
    const statement* what = nullptr;
    std::uint32_t first_parameter = 0; // in batch::values
    std::uint32_t parameter_count = 0;
    row_sink* rows = nullptr;   // null: rows are not wanted
    row_source* bulk = nullptr; // not null: `what` is run once for each of its rows
    bool generates_key = false; // an insert whose key the engine makes
    const statement* keyed =
        nullptr; // of a bulk insert: `what` with the key as an additional first parameter

    // Where set: no row affected (or, for a guard, none returned) is this failure.
    std::optional<errc> when_no_row;
    // Run with the parameters of [probe_first, probe_first + probe_count) when when_no_row strikes; whether
    // it returns a row becomes row_exists.
    const statement* probe = nullptr;
    std::uint32_t probe_first = 0;
    std::uint32_t probe_count = 0;

    // The answer.
    std::int64_t rows_affected = 0;
    std::int64_t key = 0;       // where generates_key
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
