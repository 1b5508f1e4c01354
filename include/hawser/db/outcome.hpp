#pragma once
// Failures as values.
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/result.hpp>
#include <exception>
#include <hawser/async/task.hpp>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser {

namespace detail {
[[nodiscard]] std::exception_ptr told_as_cancelled(std::exception_ptr failure, bool cancelled);
}

// A value or a hawser::error.
template <class T>
using outcome = boost::system::result<T, error>;

[[noreturn]] inline void throw_exception_from_error(const error& e, const boost::source_location&) {
    throw_error(e.kind(), e.message(), e.info());
}

// outcome<T> r = co_await as_result(trades.insert(t)); catches hawser::error and nothing else, but for the
// operation_aborted of a coroutine that is cancelled, which is errc::cancelled here.
template <class T>
task<outcome<T>> as_result(task<T> operation) {
    std::exception_ptr failure;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(operation);
            co_return outcome<void>();
        } else {
            co_return outcome<T>(co_await std::move(operation));
        }
    } catch (const error& e) { co_return outcome<T>(e); } catch (const boost::system::system_error&) {
        failure = std::current_exception();
    }
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    failure = detail::told_as_cancelled(failure, state.cancelled() != boost::asio::cancellation_type::none);
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) { co_return outcome<T>(e); }
}

} // namespace hawser
