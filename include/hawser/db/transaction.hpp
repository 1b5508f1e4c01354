#pragma once
// Interactive transactions: several statements on one connection, with application code between them.
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <functional>
#include <hawser/async/task.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/hazard.hpp>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

namespace hawser {

class transaction;

namespace detail {

template <class F>
using body_result = typename std::invoke_result_t<F&, transaction&>::value_type;

// How a transaction is to be begun. Owns its strings.
class transaction_terms {
public:
    transaction_terms(const handle& on, const transaction_options& options,
                      const std::source_location& where);
    std::string name, site;
    engine::transaction_modes modes;
    unsigned attempts;
    deadline due;   // of the wait for its turn
    deadline until; // of the whole
    bool resolve_commit = false;
};
// Said by transaction_options for all writes of the transaction.
[[nodiscard]] handle written_by(const handle& on, const transaction_options& options);

// Whether a failed attempt, whose handle it is, is followed by another, and how long is waited before. 0 attempts: as the
// database says.
[[nodiscard]] bool worth_another_try(const handle& on, const std::exception_ptr& failure, unsigned attempt,
                                     unsigned attempts, deadline due) noexcept;
// Where the coroutine is cancelled already, awaiting anything would end in Asio's operation_aborted.
void require_not_cancelled(const boost::asio::cancellation_state& state);
[[nodiscard]] task<void> back_off(const handle& on, unsigned attempt);
// Where a body that was cancelled has ended with Asio's operation_aborted: errc::cancelled in its place.
[[nodiscard]] std::exception_ptr told_as_cancelled(std::exception_ptr failure, bool cancelled);

// Savepoints of a leased transaction, not to be cancelled. Level 0 is for the library's own.
[[nodiscard]] task<void> mark_savepoint(handle on, engine::verb what, unsigned level);
// Keeps what was done since the savepoint or, given a failure or failing itself, undoes it and throws. Where even
// that fails the lease is given up: nothing of it can be committed then.
[[nodiscard]] task<void> end_savepoint(handle on, unsigned level, std::exception_ptr failure);
// No I/O until its begin_job is sent.
[[nodiscard]] transaction new_transaction(handle on, const transaction_terms& terms, unsigned attempt);
// The transaction of a handle that is in one, which another handle ends.
[[nodiscard]] transaction guest_transaction(handle on);
[[nodiscard]] engine::job_ptr begin_job(const handle& on, const transaction_terms& terms);
[[nodiscard]] task<transaction> begin_transaction(handle on, transaction_terms terms, unsigned attempt);
// COMMIT or ROLLBACK, not to be cancelled. A COMMIT that comes after the transaction's deadline is a ROLLBACK, and
// throws statement_timeout.
[[nodiscard]] task<void> end_transaction(handle on, engine::verb how);
// What has failed in a transaction, or since a savepoint, that was rolled back since: of its own calls nothing is stored.
[[nodiscard]] std::exception_ptr undone(std::exception_ptr failure, const handle& within);
// What was registered by after_commit(), in order.
void run_after_commit(const handle& on);

} // namespace detail

// A handle on an open transaction; has all verbs of executor_ref, and repositories take it. Move-only.
// Dropped without commit() it is rolled back by the database in its own time; the destructor does no I/O.
// On SQLite a transaction that may write holds the only writer: it is rolled back (DB_TXN_001) when it lasts
// longer than hold_total or pauses longer than hold_idle. Whoever waits for the writer past his deadline is told its
// name, where it was begun, and its age. A read-only one holds the only connection where there is no reader (in memory),
// with the same limits; else a reader, for snapshot_age at most.
//
// Errors: after its end, whoever has ended it, every call is DB_TXN_001; commit() may be commit_unknown, or what a
// deferred constraint says. Contention (serialization_failure, deadlock, busy) is retryable(): by running all of it again.
// Lifetimes: streams and repositories of it share its connection, and fail after its end. They may outlive it.
// Threads: any, one coroutine at a time.
// Cancellation: of its calls as executor_ref says; commit() and rollback() are not to be cancelled. Of db.transaction():
// what the body has done is rolled back, and it ends with errc::cancelled.
class transaction : public executor_ref {
public:
    transaction(transaction&&) noexcept = default;
    transaction& operator=(transaction&&) noexcept = default;
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    ~transaction();

    // Ends it. Not to be cancelled: the outcome is always known, except for commit_unknown.
    [[nodiscard]] task<void> commit();
    [[nodiscard]] task<void> rollback();

    // Called once, on the executor of the coroutine that commits, after a successful COMMIT, in order. Forgotten
    // where the attempt fails, or the savepoint is undone inside which it was registered. What it throws leaves
    // commit() or db.transaction(); the work is stored then.
    void after_commit(std::function<void()> then) { handle_.held->after_commit.push_back(std::move(then)); }

    // The number of rows that were changed (of a query: returned). On PostgreSQL it takes what the shared lane refuses but
    // ends with the transaction: SET LOCAL, SET TRANSACTION, SET CONSTRAINTS.
    template <literal Text, class... Args>
    [[nodiscard]] task<std::int64_t> execute(const Args&... args) const {
        return detail::run_counted(handle_.database->engine,
                                   literal_job<void, Text, detail::taken_by::transaction>(args...));
    }
    template <class... Args>
    [[nodiscard]] task<std::int64_t> execute(const sql& text, const Args&... args) const {
        return executor_ref::execute(text, args...);
    }

    // Runs body inside a savepoint; what it did is undone if it throws, and the exception goes on.
    // The transaction stays usable either way. The body's transaction& is this one.
    template <class F>
    [[nodiscard]] task<detail::body_result<std::decay_t<F>>> savepoint(F&& body) {
        if constexpr (detail::hazardous<F>)
            static_assert(detail::never<F>, "hawser: GCC 12 destroys this lambda's captures twice; name it "
                                            "before co_await, or capture by reference");
        return run_savepoint(*this, std::forward<F>(body));
    }

    // Which try of the body this is, from 1.
    [[nodiscard]] unsigned attempt() const noexcept { return attempt_; }

private:
    friend transaction detail::new_transaction(detail::handle, const detail::transaction_terms&, unsigned);
    friend transaction detail::guest_transaction(detail::handle);
    transaction(detail::handle on, unsigned attempt, bool owns = true) noexcept
        : executor_ref(std::move(on)), attempt_(attempt), owns_(owns) {}

    template <class F>
    static task<detail::body_result<F>> run_savepoint(transaction& tx, F body) {
        const unsigned level = tx.level_ + 1;
        co_await detail::mark_savepoint(tx.handle_, engine::verb::savepoint, level);
        tx.level_ = level;
        const std::size_t registered = tx.handle_.held->after_commit.size();
        using given = detail::body_result<F>;
        std::exception_ptr failure;
        std::conditional_t<std::is_void_v<given>, bool, std::optional<given>> value{};
        try {
            if constexpr (std::is_void_v<given>)
                co_await body(tx);
            else
                value.emplace(co_await body(tx));
        } catch (...) { failure = std::current_exception(); }
        --tx.level_;
        const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        try {
            co_await detail::end_savepoint(tx.handle_, level, failure);
            failure = nullptr;
        } catch (...) { failure = std::current_exception(); }
        co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
        if (failure) {
            tx.handle_.held->after_commit.resize(registered);
            std::rethrow_exception(failure);
        }
        if constexpr (!std::is_void_v<given>) co_return std::move(*value);
    }

    unsigned attempt_ = 1;
    unsigned level_ = 0;
    bool owns_ = true; // false: a guest in the transaction of another handle, who ends it
};

namespace detail {

// The body and its attempts. COMMIT and ROLLBACK run shielded from the caller's cancellation.
template <class F>
task<body_result<F>> run_transaction(handle on, F body, transaction_terms terms) {
    using result = body_result<F>;
    for (unsigned attempt = 1;; ++attempt) {
        std::exception_ptr failure;
        std::conditional_t<std::is_void_v<result>, bool, std::optional<result>> value{};
        std::optional<transaction> tx;
        try {
            tx.emplace(co_await begin_transaction(on, terms, attempt));
            if constexpr (std::is_void_v<result>)
                co_await body(*tx);
            else
                value.emplace(co_await body(*tx));
        } catch (...) { failure = std::current_exception(); }
        if (failure) {
            const auto state = co_await boost::asio::this_coro::cancellation_state;
            failure = told_as_cancelled(failure, state.cancelled() != boost::asio::cancellation_type::none);
        }
        if (tx) {
            const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
            co_await boost::asio::this_coro::throw_if_cancelled(false);
            try {
                co_await end_transaction(tx->get(), failure ? engine::verb::rollback : engine::verb::commit);
                failure = undone(failure, tx->get());
            } catch (...) {
                if (!failure) failure = std::current_exception();
            }
            co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
        }
        if (!failure) {
            run_after_commit(tx->get());
            if constexpr (std::is_void_v<result>)
                co_return;
            else
                co_return std::move(*value);
        }
        if (!worth_another_try(tx ? tx->get() : on, failure, attempt, terms.attempts, terms.due))
            std::rethrow_exception(with_attempt(failure, attempt));
        tx.reset();
        require_not_cancelled(co_await boost::asio::this_coro::cancellation_state);
        co_await back_off(on, attempt);
    }
}

// The two ways to a transaction, of a database and of a session.
template <class F>
[[nodiscard]] task<body_result<std::decay_t<F>>> transaction_on(const handle& on, F&& body,
                                                                const transaction_options& options,
                                                                const std::source_location& where) {
    if constexpr (hazardous<F>)
        static_assert(never<F>, "hawser: GCC 12 destroys this lambda's captures twice; name it "
                                "before co_await, or capture by reference");
    return run_transaction<std::decay_t<F>>(written_by(on, options), std::forward<F>(body),
                                            transaction_terms(on, options, where));
}
[[nodiscard]] task<transaction> transaction_on(const handle& on, const transaction_options& options,
                                               const std::source_location& where);

} // namespace detail
} // namespace hawser
