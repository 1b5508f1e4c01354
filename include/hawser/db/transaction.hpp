#pragma once
// Interactive transactions: several statements on one connection, with application code between them.
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <hawser/async/task.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/hazard.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {

class transaction;

namespace detail {

template <class F>
using body_result = typename std::invoke_result_t<F&, transaction&>::value_type;

// Whether a failed attempt is followed by another, and how long is waited before.
[[nodiscard]] bool worth_another_try(const std::exception_ptr& failure, unsigned attempt, unsigned attempts,
                                     deadline due) noexcept;
[[nodiscard]] task<void> back_off(unsigned attempt);

// Savepoints of a leased transaction, not to be cancelled. Level 0 is for the library's own.
[[nodiscard]] task<void> mark_savepoint(handle on, engine::verb what, unsigned level);
// Keeps what was done since the savepoint or, given a failure or failing itself, undoes it and throws. Where even
// that fails the lease is given up: nothing of it can be committed then.
[[nodiscard]] task<void> end_savepoint(handle on, unsigned level, std::exception_ptr failure);
[[nodiscard]] task<transaction> begin_transaction(handle on, transaction_options options, std::string name,
                                                  deadline due, unsigned attempt);

} // namespace detail

// A handle on an open transaction; has all verbs of executor_ref, and repositories take it. Move-only.
// Dropped without commit() it is rolled back by the database in its own time; the destructor does no I/O.
// On SQLite a transaction that may write holds the only writer: it is rolled back (DB_TXN_001) when it lasts
// longer than hold_total or pauses longer than hold_idle.
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
    friend task<transaction> detail::begin_transaction(detail::handle, transaction_options, std::string,
                                                       deadline, unsigned);
    transaction(detail::handle on, unsigned attempt) noexcept
        : executor_ref(std::move(on)), attempt_(attempt) {}

    task<void> end(engine::verb how);

    template <class F>
    static task<detail::body_result<F>> run_savepoint(transaction& tx, F body) {
        const unsigned level = tx.level_ + 1;
        co_await detail::mark_savepoint(tx.handle_, engine::verb::savepoint, level);
        tx.level_ = level;
        using result = detail::body_result<F>;
        std::exception_ptr failure;
        std::conditional_t<std::is_void_v<result>, bool, std::optional<result>> value{};
        try {
            if constexpr (std::is_void_v<result>)
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
        if (failure) std::rethrow_exception(failure);
        if constexpr (!std::is_void_v<result>) co_return std::move(*value);
    }

    unsigned attempt_ = 1;
    unsigned level_ = 0;
};

namespace detail {

// The body and its attempts. COMMIT and ROLLBACK run shielded from the caller's cancellation.
template <class F>
task<body_result<F>> run_transaction(handle on, F body, transaction_options options, std::string name,
                                     deadline due) {
    using result = body_result<F>;
    for (unsigned attempt = 1;; ++attempt) {
        std::exception_ptr failure;
        std::conditional_t<std::is_void_v<result>, bool, std::optional<result>> value{};
        std::optional<transaction> tx;
        try {
            tx.emplace(co_await begin_transaction(on, options, name, due, attempt));
            if constexpr (std::is_void_v<result>)
                co_await body(*tx);
            else
                value.emplace(co_await body(*tx));
        } catch (...) { failure = std::current_exception(); }
        if (tx) {
            const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
            co_await boost::asio::this_coro::throw_if_cancelled(false);
            try {
                if (failure)
                    co_await tx->rollback();
                else
                    co_await tx->commit();
            } catch (...) {
                if (!failure) failure = std::current_exception();
            }
            co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
        }
        if (!failure) {
            if constexpr (std::is_void_v<result>)
                co_return;
            else
                co_return std::move(*value);
        }
        if (!worth_another_try(failure, attempt, options.attempts, due)) std::rethrow_exception(failure);
        tx.reset();
        co_await back_off(attempt);
    }
}

} // namespace detail
} // namespace hawser
