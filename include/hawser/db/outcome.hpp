#pragma once
// Failures as values.
#include <boost/system/result.hpp>
#include <hawser/async/task.hpp>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser {

// A value or a hawser::error.
template <class T>
using outcome = boost::system::result<T, error>;

[[noreturn]] inline void throw_exception_from_error(const error& e, const boost::source_location&) {
    throw_error(e.kind(), e.message(), e.info());
}

// outcome<T> r = co_await as_result(trades.insert(t)); catches hawser::error and nothing else.
template <class T>
task<outcome<T>> as_result(task<T> operation) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(operation);
            co_return outcome<void>();
        } else {
            co_return outcome<T>(co_await std::move(operation));
        }
    } catch (const error& e) { co_return outcome<T>(e); }
}

} // namespace hawser
