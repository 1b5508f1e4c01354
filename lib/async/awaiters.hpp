#pragma once
// Coroutines that the handler resumes which has finished their operations.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <cstddef>
#include <hawser/async/operation.hpp>
#include <span>
#include <utility>

namespace hawser::async {

// Finished operations with one executor, linked by next_; runs or destroys their handlers.
struct chain {
    operation* first = nullptr;
    boost::asio::any_io_executor work;

    chain() = default;
    chain(operation* op, boost::asio::any_io_executor w) noexcept : first(op), work(std::move(w)) {}
    chain(chain&& other) noexcept : first(std::exchange(other.first, nullptr)), work(std::move(other.work)) {}
    chain& operator=(chain&&) = delete;
    ~chain();

    // Those from `at` on that share a port and an executor. Under the port's lock.
    static chain take(std::span<operation* const> finished, std::size_t& at, port& of);
    // Delivers all that are not a single chain of `here`.
    static chain all_of(std::span<operation* const> finished, const boost::asio::execution_context* here);
    [[nodiscard]] boost::asio::any_io_executor executor() const { return first->executor_; }

    void operator()();

private:
    operation* pop() noexcept;
};

// Where all of them have one executor, of the context whose handler this is, they need no post: they are resumed by run(),
// once the handler has nothing else to do. Others are resumed as deliver() does it.
class awaiters {
public:
    awaiters() = default; // of nobody
    // Null: in no handler.
    awaiters(std::span<operation* const> finished, const boost::asio::execution_context* here);
    awaiters(awaiters&&) noexcept = default;
    awaiters& operator=(awaiters&&) = delete;
    ~awaiters() = default;

    // To be called once, without locks. Throws what their handlers throw; the others are resumed all the same.
    void run();

private:
    chain here_;
};

} // namespace hawser::async
