#pragma once
// The open database.
#include <array>
#include <hawser/db/config.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/transaction.hpp>
#include <hawser/engine/engine.hpp>
#include <hawser/mapping/ddl.hpp>
#include <span>
#include <string_view>

namespace hawser {

// A cheap handle to an open database; see executor_ref for what all its operations promise.
class database : public executor_ref {
public:
    // Answers when the database does.
    [[nodiscard]] task<void> ping() const;
    // Refuses new work, does what is queued, closes the connections. All or nothing; further calls wait for the
    // first. Afterwards every operation fails with errc::closed.
    [[nodiscard]] task<void> close() const;

    // The same database with other per-call options.
    [[nodiscard]] database with(const call_options& options) const;

    // Runs body(transaction&) -> task<T> in a transaction and commits; an exception rolls back. The whole body is
    // run again when the transaction fails by contention. Read or copy rows inside the body: what is written back
    // into objects outside means nothing after a rollback.
    template <class F>
    [[nodiscard]] task<detail::body_result<std::decay_t<F>>> transaction(
        F&& body, const transaction_options& options = {}) const {
        if constexpr (detail::hazardous<F>)
            static_assert(detail::never<F>, "hawser: GCC 12 destroys this lambda's captures twice; name it "
                                            "before co_await, or capture by reference");
        return detail::run_transaction<std::decay_t<F>>(handle_, std::forward<F>(body), stripped(options),
                                                        std::string(options.name), due(options));
    }
    // The handle form: co_await tx.commit() or tx.rollback(), or drop it.
    [[nodiscard]] task<hawser::transaction> begin(const transaction_options& options = {}) const;

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
    [[nodiscard]] deadline due(const transaction_options& options) const noexcept;
    // Without its view: the name travels as a string.
    [[nodiscard]] static transaction_options stripped(transaction_options options) noexcept {
        options.name = {};
        return options;
    }
};

// Opens a database; makes a new SQLite file, and its folders, where there is none.
// Opening takes a few file operations; they run on the calling thread.
// Throws misuse (bad URL), connect_failed, corrupt, unsupported.
[[nodiscard]] task<database> open(config where);
[[nodiscard]] task<database> open(std::string_view url, const open_options& options = {});

// A database over an engine of your own.
[[nodiscard]] database make_database(std::shared_ptr<engine::engine> engine,
                                     const open_options& options = {});

} // namespace hawser
