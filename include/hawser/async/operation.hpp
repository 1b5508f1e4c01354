#pragma once
// The bridge between a coroutine and a driver's thread: awaited here, finished there.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/async_result.hpp>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace hawser::async {

class port;

// One operation that a coroutine awaits and another thread finishes.
//
// Invariants
// 1. The completion handler lives in the operation from arm() until it is invoked or destroyed.
// 2. It is invoked at most once, on its own executor, never from within deliver().
// 3. If the execution context goes first, the handler is destroyed by the context's shutdown, in its thread;
//    a later deliver() finds the operation abandoned and does nothing.
class operation {
public:
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;

    // Called by wait(); stores the handler and, unless shielded, subscribes to its cancellation slot.
    template <class Handler>
    void arm(Handler&& handler, bool shielded);

    // Where the awaiter is resumed. From arm() until the operation is delivered.
    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

protected:
    operation() = default;
    ~operation();

    // The awaiting coroutine was cancelled. Runs where the cancellation is emitted.
    virtual void on_cancel(boost::asio::cancellation_type) {}
    // The execution context goes away first. Runs in its thread, before the awaiter's frame is destroyed: the
    // last moment at which what that frame owns may be used.
    virtual void on_abandoned() noexcept {}
    // Reference counting around delivery: the awaiter may drop the operation as soon as it is resumed.
    virtual void keep_alive() noexcept = 0;
    virtual void let_go() noexcept = 0;

private:
    friend class port;
    friend struct chain;
    friend void deliver(std::span<operation* const> finished);

    struct vtable {
        void (*move_out_and_invoke)(operation&);
        void (*destroy)(void*) noexcept;
    };
    template <class Handler>
    static const vtable vtable_for;

    void enlist(boost::asio::any_io_executor executor);
    void clear_slot() noexcept;
    void destroy_handler() noexcept;

    static constexpr std::size_t handler_space = 8 * sizeof(void*);
    alignas(std::max_align_t) std::byte handler_[handler_space];
    const vtable* vtable_ = nullptr; // null: no handler in here
    boost::asio::any_io_executor executor_;
    boost::asio::cancellation_slot slot_;
    std::shared_ptr<port> port_;
    operation* previous_ = nullptr; // in port_'s list of armed operations
    operation* next_ = nullptr;
};

// Resumes the awaiters of all these operations, with one post for each distinct executor among neighbours.
// Thread-safe; an operation may be delivered once after each arm().
void deliver(std::span<operation* const> finished);
inline void deliver(operation& finished) {
    operation* one = &finished;
    deliver(std::span<operation* const>(&one, 1));
}

// co_await wait(op, start): suspends, calls start() once op is armed, resumes when op is delivered.
// start must not throw.
template <class Start>
auto wait(operation& op, Start start) {
    return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
        [&op, start](auto handler) mutable {
            auto here =
                std::move(start); // the coroutine's frame, with this closure in it, may go while it runs
            op.arm(std::move(handler), false);
            here();
        },
        boost::asio::deferred);
}
// Same, deaf to cancellation.
template <class Start>
auto wait_shielded(operation& op, Start start) {
    return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
        [&op, start](auto handler) mutable {
            auto here =
                std::move(start); // the coroutine's frame, with this closure in it, may go while it runs
            op.arm(std::move(handler), true);
            here();
        },
        boost::asio::deferred);
}

template <class Handler>
const operation::vtable operation::vtable_for{
    [](operation& op) {
        auto* stored = std::launder(reinterpret_cast<Handler*>(op.handler_));
        Handler handler(std::move(*stored));
        stored->~Handler();
        op.vtable_ = nullptr;
        std::move(handler)();
    },
    [](void* stored) noexcept { static_cast<Handler*>(stored)->~Handler(); }};

template <class Handler>
void operation::arm(Handler&& handler, bool shielded) {
    using stored = std::decay_t<Handler>;
    static_assert(sizeof(stored) <= handler_space, "hawser: completion handler too large for an operation");
    auto executor = boost::asio::get_associated_executor(handler, boost::asio::any_io_executor{});
    if (!shielded) slot_ = boost::asio::get_associated_cancellation_slot(handler);
    ::new (static_cast<void*>(handler_)) stored(std::forward<Handler>(handler));
    vtable_ = &vtable_for<stored>;
    if (slot_.is_connected()) slot_.assign([this](boost::asio::cancellation_type type) { on_cancel(type); });
    enlist(std::move(executor));
}

} // namespace hawser::async
