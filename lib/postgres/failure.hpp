#pragma once
// From the server's errors to Hawser's.
#include "pgwire/server_error.hpp"
#include <cstddef>
#include <exception>
#include <hawser/core/errc.hpp>
#include <hawser/core/statement.hpp>
#include <optional>
#include <string_view>

namespace hawser::postgres {

// What the caller knows of the failing statement.
struct failure_context {
    std::string_view name{}; // of the statement, or the name given to the call
    std::string_view sql{};  // as it was sent
    const table_info* table = nullptr;
    std::optional<std::size_t> index{}; // in its batch
    std::string_view last_words{};      // SQLSTATE with which the server ended the connection
    std::optional<std::size_t> row{};   // of a bulk statement: the one at fault,
    std::string_view column{};          // and what of it, where that is known
    bool starting = false;              // the connection was being made
    bool cancelled = false;             // a CancelRequest was sent for it,
    bool expired = false;               // because its deadline had passed
    bool tell_all = false;              // the server's message is told even where it may repeat values
};

// The failure that an ErrorResponse tells. What ends the session is connection_lost, or, while the connection is made,
// connect_failed, unless its kind says more.
[[nodiscard]] std::exception_ptr failure_of(const pgwire::server_error& e, const failure_context& context);

// A statement that was to fail where it finds no row, and did, by the 22012 of its 1/count(*): `kind` is its
// request::when_no_row.
// `row_exists` of stale_object: what the probe found.
[[nodiscard]] bool is_unmet_expectation(const pgwire::server_error& e) noexcept;
[[nodiscard]] std::exception_ptr unmet_expectation(errc kind, const failure_context& context,
                                                   std::optional<bool> row_exists = {});

// True where the connection's prepared form of the statement is of no use any more: 26000, 42P05, and 0A000 where the
// result has other columns than when it was prepared.
[[nodiscard]] bool outdates_statement(const pgwire::server_error& e) noexcept;
// Of these, the server does not have it: 26000.
[[nodiscard]] bool is_no_statement(const pgwire::server_error& e) noexcept;
// Of these, sent again outside a transaction it may succeed.
[[nodiscard]] bool has_new_result_columns(const pgwire::server_error& e) noexcept;

// The name of a prepared statement is somebody else's: 42P05.
[[nodiscard]] bool is_name_taken(const pgwire::server_error& e) noexcept;

// A portal that a stream has read from is not there any more: 34000. And how its reader is told.
[[nodiscard]] bool is_no_portal(const pgwire::server_error& e) noexcept;
[[nodiscard]] std::exception_ptr stream_over(const failure_context& context);

// What was on its way when the connection ended before its ReadyForQuery.
enum class lost_work : unsigned char {
    unsent,      // not all of it, up to its Sync: the server has done nothing
    read,        // known to write nothing
    transaction, // a statement inside BEGIN: rolled back by the server
    write,       // a batch or statement with its own Sync: stored or not, and nobody knows
    commit       // the same of COMMIT
};

// connection_lost, of which only the first two may be sent again; or commit_unknown, which never is.
// `cause`: how it ended: "the server closed the connection", or what told() gives of its last words.
[[nodiscard]] std::exception_ptr lost_answer(lost_work what, std::string_view cause,
                                             const failure_context& context);

} // namespace hawser::postgres
