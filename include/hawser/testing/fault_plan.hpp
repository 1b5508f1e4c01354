#pragma once
// What is to go wrong, and when: a test says it of the k-th statement, and the database does so.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <chrono>
#include <cstddef>
#include <hawser/async/task.hpp>
#include <hawser/core/errc.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::testing {

namespace detail {
class fault_state;
struct held_state;
struct fault_target;
} // namespace detail

// Where a fault strikes: the engine has not done the work, or it has and its caller has not heard of it.
enum class moment : unsigned char { before, after };

// A statement that is held back. Let go on by release(), or when it is dropped.
class held_statement {
public:
    held_statement(held_statement&&) noexcept = default;
    held_statement& operator=(held_statement&&) = delete;
    ~held_statement();

    // Ends when the statement has come and is held; at once where it has before. It is done by then if it is held
    // `after`. Cancellation: ends with errc::cancelled.
    [[nodiscard]] task<void> reached() const;
    [[nodiscard]] bool is_reached() const noexcept;
    // A statement that has not come yet is not held then.
    void release() const;

private:
    friend class planned_fault;
    explicit held_statement(std::shared_ptr<detail::held_state> state) noexcept : state_(std::move(state)) {}
    std::shared_ptr<detail::held_state> state_;
};

// What happens to one statement; made by fault_plan, of use until one of its members is called.
class [[nodiscard]] planned_fault {
public:
    // The engine refuses it with this failure, and undoes what it undoes for one: an atomic batch or unit whole; of a
    // transaction the statement alone; a COMMIT that is refused has rolled back. A bulk statement is refused at its
    // middle row.
    void fail(errc kind = errc::disk_full) const;

    // The connection is lost, before or after the work was done. The caller cannot tell, and gets commit_unknown of a
    // COMMIT and of a write that stands alone, else connection_lost. A transaction or session on that connection is gone:
    // it is rolled back, and all that comes later on it ends with connection_lost.
    void cut(moment when = moment::before) const;

    // The signal is emitted: `before`, by the thread that sends the statement, while it is queued; `after`, on
    // `where`, when it is done and its caller has not been resumed. Whoever is not bound to the signal hears nothing,
    // and COMMIT and ROLLBACK are deaf to it. Signal and executor outlive the statement.
    void cancel(boost::asio::cancellation_signal& signal, boost::asio::any_io_executor where,
                moment when = moment::before,
                boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal) const;

    // It is sent so much later. Its own deadline runs meanwhile.
    void delay(std::chrono::milliseconds by) const;

    // It is held back until it is released: `before`, from the engine, where its deadline and a cancellation end it as
    // one that is queued; `after`, its answer.
    [[nodiscard]] held_statement hold(moment when = moment::before) const;

private:
    friend class fault_plan;
    explicit planned_fault(std::shared_ptr<detail::fault_target> target) noexcept
        : target_(std::move(target)) {}
    std::shared_ptr<detail::fault_target> target_;
};

// The faults of one or several databases: {.faults = &plan}. Outlives them. Thread-safe.
//
// What is counted are steps, in the order in which calls are sent: each statement of a batch or unit, one of a bulk call,
// and what stands for itself: BEGIN, COMMIT, ROLLBACK, savepoints, scripts, the further batches of a stream. They are
// counted when their call is sent, from 1, which is the next. A fault strikes once. Several may be planned; of those
// for the same call the first strikes alone.
class fault_plan {
public:
    fault_plan();
    ~fault_plan();
    fault_plan(const fault_plan&) = delete;
    fault_plan& operator=(const fault_plan&) = delete;

    // The k-th statement from now.
    planned_fault at_statement(std::size_t k = 1);
    // The k-th from now of this name: the statement's own, "trades.insert", or the one given to its call.
    planned_fault at_statement(std::string_view name, std::size_t k = 1);
    // The k-th time from now that something is made durable: a COMMIT, or a write that stands alone.
    planned_fault at_commit(std::size_t k = 1);
    // The k-th step of any kind.
    planned_fault at_step(std::size_t k = 1);

    // The names of all steps so far: "BEGIN", "trades.insert", "COMMIT".
    [[nodiscard]] std::vector<std::string> steps() const;
    // How many faults have struck.
    [[nodiscard]] std::size_t struck() const;
    // Throws failed_expectation, with the steps that were taken, where a fault that was planned has not struck.
    void expect_struck() const;
    // Forgets the faults that have not struck, and the steps. What is held stays so.
    void clear();

private:
    friend const std::shared_ptr<detail::fault_state>& state_of(const fault_plan& plan) noexcept;
    std::shared_ptr<detail::fault_state> state_;
};

} // namespace hawser::testing
