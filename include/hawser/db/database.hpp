#pragma once
// The open database.
#include <array>
#include <hawser/db/config.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/session.hpp>
#include <hawser/db/transaction.hpp>
#include <hawser/engine/engine.hpp>
#include <hawser/mapping/ddl.hpp>
#include <source_location>
#include <span>
#include <string_view>

namespace hawser {

// A cheap handle to an open database; see executor_ref for what all its operations promise.
//
// Errors: errc::closed after close(); ping() throws what the connection says.
// Lifetimes: copies share the database, which ends with the last of them, closed or not; an observer outlives it.
// Threads: all, at once.
// Cancellation: as executor_ref says.
class database : public executor_ref {
public:
    // Answers when the database does.
    [[nodiscard]] task<void> ping() const;
    // Refuses new work, does what is queued, closes the connections. All or nothing; further calls wait for the
    // first. Afterwards every operation fails with errc::closed.
    [[nodiscard]] task<void> close() const;

    // Forgets the statements that its connections have prepared on the server: each is prepared anew when it is next run,
    // with a plan for tables as they are now. The server is asked to close them, behind what is under way; its answers
    // are not waited for. A changed table needs no such call, it is found out. Streams and what is under way go on. On
    // SQLite nothing is to be forgotten: its statements are prepared anew by themselves.
    [[nodiscard]] task<void> clear_statement_cache() const;

    // The same database with other per-call options.
    [[nodiscard]] database with(const call_options& options) const;

    // Runs body(transaction&) -> task<T> in a transaction and commits; an exception rolls back. The whole body is
    // run again when the transaction fails by contention. Read or copy rows inside the body: what is written back
    // into objects outside means nothing after a rollback.
    template <class F>
    [[nodiscard]] task<detail::body_result<std::decay_t<F>>> transaction(
        F&& body, const transaction_options& options = {},
        const std::source_location& where = std::source_location::current()) const {
        return detail::transaction_on(handle_, std::forward<F>(body), options, where);
    }
    // The handle form: co_await tx.commit() or tx.rollback(), or drop it.
    [[nodiscard]] task<hawser::transaction> begin(
        const transaction_options& options = {},
        const std::source_location& where = std::source_location::current()) const {
        return detail::transaction_on(handle_, options, where);
    }
    // A connection without a transaction: for settings, VACUUM, temporary tables. See hawser::session.
    [[nodiscard]] task<hawser::session> session(
        const session_options& options = {},
        const std::source_location& where = std::source_location::current()) const;

    // CREATE TABLE IF NOT EXISTS and the indexes of these entities, in the order given, all or nothing.
    // For tests and demos: production migrates.
    template <class... T>
    [[nodiscard]] task<void> create_tables() const {
        const bool sqlite = describe().dialect == dialect::sqlite;
        std::string script;
        ((script += sqlite ? create_sqlite<T> : create_postgres<T>), ...);
        return run_script(std::move(script));
    }

    // What the engine can do, its version and its known issues.
    [[nodiscard]] const engine::capabilities& describe() const noexcept {
        return handle_.database->engine->describe();
    }

private:
    friend database make_database(std::shared_ptr<engine::engine>, const open_options&);
    explicit database(detail::handle h) noexcept : executor_ref(std::move(h)) {}
};

// Opens a database; makes a new SQLite file, and its folders, where there is none.
// A relative path is one of the folder that is current then. The file is opened on a thread of its own: recovering the
// log of a crash may take a while. Cancellation: only before that has begun; afterwards the caller gets what came of it.
// Throws misuse (bad URL), connect_failed, corrupt, unsupported.
[[nodiscard]] task<database> open(config where);
[[nodiscard]] task<database> open(std::string_view url, const open_options& options = {});

// A database over an engine of your own.
[[nodiscard]] database make_database(std::shared_ptr<engine::engine> engine,
                                     const open_options& options = {});

} // namespace hawser
