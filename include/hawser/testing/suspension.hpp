#pragma once
// Runs a test once for each point at which it waits for the database, and lets that wait go wrong.
#include <cstddef>
#include <functional>
#include <hawser/core/errc.hpp>
#include <hawser/db/database.hpp>
#include <hawser/testing/database.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hawser::testing {

// How one step goes wrong.
enum class interruption_kind : unsigned char {
    none,             // the run in which nothing goes wrong
    refused,          // the engine fails it with disk_full
    contended,        // the engine fails it with busy: units and transactions try again
    delayed,          // it comes later; nothing fails
    cancelled_before, // the body is cancelled while the step is queued
    cancelled_after,  // the body is cancelled when the step is done, before it is resumed
    cut_before,       // the connection is lost before the step is done
    cut_after         // the connection is lost with the answer
};
[[nodiscard]] std::string_view to_string(interruption_kind kind) noexcept;

// What went wrong in a run of the body, and how the body ended.
struct interruption {
    interruption_kind kind = interruption_kind::none;
    std::size_t step = 0;          // from 1; see fault_plan for what is counted
    std::string name{};            // of the step: "trades.insert", "COMMIT"
    bool completed = false;        // the body came to its end
    std::optional<errc> failure{}; // else what it ended with
    std::string message{};         // of that
    // It ended with Asio's operation_aborted, which is `cancelled` here: it was cancelled between two operations, and what
    // the one before has stored is stored.
    bool aborted = false;

    // What the body was to store is there: nothing else will do.
    [[nodiscard]] bool is_stored() const noexcept { return completed; }
    // It may be there, whole: an answer was lost, or a cancellation came too late.
    [[nodiscard]] bool may_be_stored() const noexcept {
        return completed || aborted || failure == errc::commit_unknown;
    }
};
// "step 3 (COMMIT), connection lost after it was done; the body ended with commit_unknown"
[[nodiscard]] std::string to_string(const interruption& i);

struct suspension_options {
    bool in_file = false;    // readers of their own beside the writer, so that streams are fetched in batches
    std::size_t most = 1000; // steps; a body that has more is a failed expectation
    std::chrono::seconds patience{30}; // for one run
    database_options database{};       // without faults, which are planned here
};
static_assert(std::is_trivially_destructible_v<suspension_options>);

// What was done: the steps of the run in which nothing went wrong, and how many runs there were in all.
struct suspension_report {
    std::vector<std::string> steps;
    std::size_t runs = 0;
};

namespace detail {

using suspension_body = std::function<task<void>(database)>;
using suspension_check = std::function<task<void>(database, const interruption&)>;

suspension_report run_every_suspension(const std::function<std::vector<described_table>()>& tables,
                                       const suspension_body& prepare, const suspension_body& body,
                                       const suspension_check& check, const suspension_options& options);

} // namespace detail

// Runs `body` on fresh databases with the tables of these entities: once undisturbed, then for each kind of interruption
// and each k from 1 with the k-th step interrupted so, until a run has fewer than k steps. `prepare` fills each database
// before, undisturbed. After each run
// - the body has ended: well, with a hawser::error, or with Asio's operation_aborted; undisturbed or delayed it ends well;
// - the engine is usable, and nothing is left in it: a transaction begins and commits, no call holds a place;
// - `check` holds: task<>(database, const interruption&), with the database as the body has left it, nothing planned.
//   It says what must be true whatever happened, of all-or-nothing and of is_stored() and may_be_stored().
//
// Blocks; each run has an io_context of its own on the calling thread. What does not hold is a failed_expectation that
// names step, kind and statement, with what was thrown; where that is no std::exception (an assertion of a test
// framework), it goes on as it is, and the interruption is told on stderr.
template <entity... T>
suspension_report for_every_suspension(detail::suspension_body prepare, detail::suspension_body body,
                                       detail::suspension_check check,
                                       const suspension_options& options = {}) {
    return detail::run_every_suspension([] { return detail::described_tables<T...>(); }, prepare, body, check,
                                        options);
}
template <entity... T>
suspension_report for_every_suspension(detail::suspension_body body, detail::suspension_check check,
                                       const suspension_options& options = {}) {
    return for_every_suspension<T...>(nullptr, std::move(body), std::move(check), options);
}

} // namespace hawser::testing
