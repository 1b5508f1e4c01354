#pragma once
// Many coroutines at once, each awaiting its operation before it begins the next.
#include "measure.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <hawser/async/task.hpp>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace bench {

using steady = std::chrono::steady_clock;

inline float microseconds_since(steady::time_point start) {
    return std::chrono::duration<float, std::micro>(steady::now() - start).count();
}

// caller(n) for n in [0, callers), each a task<> that is run to its end, on a context that so many threads run.
template <class Caller>
void run_callers(std::size_t callers, unsigned threads, Caller caller) {
    boost::asio::io_context context(static_cast<int>(threads));
    std::mutex guard;
    std::exception_ptr failure;
    for (std::size_t n = 0; n < callers; ++n)
        boost::asio::co_spawn(context, caller(n), [&](std::exception_ptr e) {
            const std::lock_guard lock(guard);
            if (e && !failure) failure = std::move(e);
        });
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back([&] { context.run(); });
    context.run();
    for (std::thread& t : others) t.join();
    if (failure) std::rethrow_exception(failure);
}

// operation(n, i) -> task<R> for each caller n and i in [0, each); each is timed, its result given to take(R&&).
template <class Operation, class Take>
void run_in_flight(std::size_t callers, std::size_t each, unsigned threads, latencies& told,
                   Operation operation, Take take) {
    std::vector<latencies> of(callers);
    run_callers(callers, threads, [&](std::size_t n) -> hawser::task<> {
        of[n].reserve(each);
        for (std::size_t i = 0; i < each; ++i) {
            const auto start = steady::now();
            if constexpr (std::is_same_v<decltype(operation(n, i)), hawser::task<>>)
                co_await operation(n, i);
            else {
                auto result = co_await operation(n, i);
                take(std::move(result));
            }
            of[n].push_back(microseconds_since(start));
        }
    });
    for (const latencies& l : of) told.insert(told.end(), l.begin(), l.end());
}

} // namespace bench
