#pragma once
// A connection of one's own, without a transaction.
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/transaction.hpp>
#include <source_location>
#include <string>
#include <utility>

namespace hawser {

class session;

namespace detail {
[[nodiscard]] task<session> open_session(handle on, engine::lease_terms terms, deadline due);
} // namespace detail

// A leased connection; has all verbs of executor_ref, and repositories take it. Move-only. Outside of a transaction
// each statement is stored when it returns. Unlike the shared lane it takes settings (PRAGMA, SET), VACUUM, ATTACH,
// temporary tables, and transaction control in the caller's own words.
//
// Handed back by close(), or when it is dropped: what is open is rolled back, and the connection is put back as it was,
// so that nobody meets the session's settings or temporary tables. The destructor does no I/O.
// On SQLite a session is the writer: while it lasts all other writes wait, so it is bounded in time as a transaction
// is (session_options raise the bounds); one that has ended so fails with DB_TXN_001.
// A statement that is sent while a transaction of the session is open is part of it, and transaction control and
// settings are refused meanwhile. The end of that transaction ends the session's streams; on PostgreSQL those that began
// before it go on.
//
// Errors: as executor_ref says; after its end DB_TXN_001. Settings of the whole process (hard_heap_limit, ..) are
// permission_denied.
// Lifetimes: repositories and streams of it share its connection, and fail after its end. They may outlive it.
// Threads: any, one coroutine at a time.
// Cancellation: of its calls as executor_ref says; close() is not to be cancelled.
class session : public executor_ref {
public:
    session(session&&) noexcept = default;
    session& operator=(session&&) noexcept = default;
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session();

    // The number of rows that were changed (of a query: returned). Takes what the shared lane refuses.
    template <literal Text, class... Args>
    [[nodiscard]] task<std::int64_t> execute(const Args&... args) const {
        return detail::run_counted(handle_.database->engine,
                                   literal_job<void, Text, detail::taken_by::session>(args...));
    }
    template <class... Args>
    [[nodiscard]] task<std::int64_t> execute(const sql& text, const Args&... args) const {
        return executor_ref::execute(text, args...);
    }

    // As db.transaction() and db.begin(), on this connection. One at a time: misuse while another is open.
    template <class F>
    [[nodiscard]] task<detail::body_result<std::decay_t<F>>> transaction(
        F&& body, const transaction_options& options = {},
        const std::source_location& where = std::source_location::current()) const {
        return detail::transaction_on(handle_, std::forward<F>(body), options, where);
    }
    [[nodiscard]] task<hawser::transaction> begin(
        const transaction_options& options = {},
        const std::source_location& where = std::source_location::current()) const {
        return detail::transaction_on(handle_, options, where);
    }

    // As database::clear_statement_cache(), of this connection alone; they are closed on the server when it returns.
    // Within a transaction as well, also in one that has failed.
    [[nodiscard]] task<void> clear_statement_cache() const;

    // Hands the connection back. Not to be cancelled.
    [[nodiscard]] task<void> close();

private:
    friend task<session> detail::open_session(detail::handle, engine::lease_terms, deadline);
    explicit session(detail::handle on) noexcept : executor_ref(std::move(on)) {}
};

} // namespace hawser
