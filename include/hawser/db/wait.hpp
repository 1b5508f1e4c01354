#pragma once
// A thread that is no part of an execution context waits for a task there.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <concepts>
#include <condition_variable>
#include <exception>
#include <hawser/async/deadline.hpp>
#include <hawser/async/task.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {
namespace detail {

// The calling thread on one side, the task's end on the other.
class blocked_caller : public std::enable_shared_from_this<blocked_caller> {
public:
    // Throws misuse on a thread that works for the executor.
    static void refuse_own_thread(const boost::asio::any_io_executor& on);
    // A strand of it, so that the task can be cancelled from elsewhere.
    [[nodiscard]] static boost::asio::any_io_executor serial(const boost::asio::any_io_executor& on);

    // The task is about to touch what it borrows; false: its caller has gone.
    [[nodiscard]] bool begin() noexcept;
    void finish(std::exception_ptr failure) noexcept;
    void abandon() noexcept;

    // Until the end; throws the task's failure. `on` is what the task was spawned on, `own` what it was given.
    void wait(const boost::asio::any_io_executor& on, const boost::asio::any_io_executor& own, deadline due);

    boost::asio::cancellation_signal signal;

protected:
    blocked_caller() = default;
    ~blocked_caller() = default;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool begun_ = false;
    bool withdrawn_ = false;
    bool ended_ = false;
    std::exception_ptr failure_;
};

template <class T>
class blocked_for final : public blocked_caller {
public:
    std::optional<T> value;
};
template <>
class blocked_for<void> final : public blocked_caller {};

// Tells the caller of the end, also where the context is destroyed with the task in it.
class end_of_wait {
public:
    explicit end_of_wait(std::shared_ptr<blocked_caller> by) noexcept : by_(std::move(by)) {}
    end_of_wait(end_of_wait&&) noexcept = default;
    end_of_wait& operator=(end_of_wait&&) = delete;
    ~end_of_wait() {
        if (by_) by_->abandon();
    }
    void operator()(std::exception_ptr failure) { std::exchange(by_, nullptr)->finish(std::move(failure)); }

private:
    std::shared_ptr<blocked_caller> by_;
};

template <class T>
task<void> run_blocked(task<T> operation, std::shared_ptr<blocked_for<T>> by) {
    if (!by->begin()) co_return;
    if constexpr (std::is_void_v<T>)
        co_await std::move(operation);
    else
        by->value.emplace(co_await std::move(operation));
}

template <class T>
T wait_until(const boost::asio::any_io_executor& own, task<T> operation, deadline due) {
    blocked_caller::refuse_own_thread(own);
    const auto on = due == no_deadline ? own : blocked_caller::serial(own);
    const auto by = std::make_shared<blocked_for<T>>();
    boost::asio::co_spawn(on, run_blocked(std::move(operation), by),
                          boost::asio::bind_cancellation_slot(by->signal.slot(), end_of_wait(by)));
    by->wait(on, own, due);
    if constexpr (!std::is_void_v<T>) return std::move(*by->value);
}

template <class C>
concept has_executor = requires(C& c) {
    { c.get_executor() } -> std::convertible_to<boost::asio::any_io_executor>;
};

} // namespace detail

// Runs a task on `executor`, where other threads work, and blocks the calling thread until it has ended. Gives its
// result or rethrows. Inside, the task resumes on that executor. What it borrows is used no more afterwards.
//
// Throws misuse on one of the executor's own threads: it would wait for itself. An executor of a type of its own is
// recognised where execute() runs its function at once on its own threads.
// Throws closed where the context is destroyed, or is an io_context that is stopped, with the task in it. Such a task
// is destroyed with its context; while it is not, what the task borrows must live, since restart() would go on with it.
// A context that nobody has run yet is waited for.
template <class Executor, class T>
    requires std::convertible_to<const Executor&, boost::asio::any_io_executor>
T wait(const Executor& executor, task<T> operation) {
    return detail::wait_until(executor, std::move(operation), no_deadline);
}
template <detail::has_executor Context, class T>
T wait(Context& context, task<T> operation) {
    return detail::wait_until(context.get_executor(), std::move(operation), no_deadline);
}

// Same, and cancels the task (`terminal`) after `timeout`. Throws statement_timeout where it has not begun by then, or
// ends by the cancellation; a write that has begun ends with its true outcome, which may take its time.
template <class Executor, class T, class Rep, class Period>
    requires std::convertible_to<const Executor&, boost::asio::any_io_executor>
T wait(const Executor& executor, task<T> operation, std::chrono::duration<Rep, Period> timeout) {
    return detail::wait_until(executor, std::move(operation), after(timeout));
}
template <detail::has_executor Context, class T, class Rep, class Period>
T wait(Context& context, task<T> operation, std::chrono::duration<Rep, Period> timeout) {
    return detail::wait_until(context.get_executor(), std::move(operation), after(timeout));
}

} // namespace hawser
