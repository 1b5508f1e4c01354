#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <hawser/async/task.hpp>
#include <optional>
#include <utility>

namespace hawser {

// Runs a task to its end on an io_context of its own, on the calling thread; gives its result or rethrows.
// For scripts and main(): a program with a context of its own spawns its tasks there.
template <class T>
T run(task<T> main) {
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(context, std::move(main),
                              [&](std::exception_ptr e) { failure = std::move(e); });
        context.run();
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<T> value;
        auto keep = [](task<T> t, std::optional<T>& to) -> task<void> { to.emplace(co_await std::move(t)); };
        boost::asio::co_spawn(context, keep(std::move(main), value),
                              [&](std::exception_ptr e) { failure = std::move(e); });
        context.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }
}

} // namespace hawser
