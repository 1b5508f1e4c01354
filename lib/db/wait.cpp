#include <algorithm>
#include <atomic>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/wait.hpp>
#include <thread>

namespace hawser::detail {
namespace {

namespace asio = boost::asio;

constexpr auto look_again = std::chrono::milliseconds(50); // whether the context was stopped

template <class Executor>
bool is_here(const Executor& e) {
    return e.running_in_this_thread();
}
template <class Inner>
bool is_here(const asio::strand<Inner>& s);
// What runs a function at once runs here.
bool is_here(const asio::any_io_executor& e);

template <class Executor>
bool is_target_here(const asio::any_io_executor& e, bool& known) {
    const auto* const target = e.target<Executor>();
    if (target == nullptr) return false;
    known = true;
    return is_here(*target);
}

template <class Inner>
bool is_here(const asio::strand<Inner>& s) {
    return s.running_in_this_thread() || is_here(s.get_inner_executor());
}

bool is_here(const asio::any_io_executor& e) {
    if (e.target<asio::system_executor>()) return false; // any thread would do
    bool known = false;
    const bool here = is_target_here<asio::io_context::executor_type>(e, known) ||
                      is_target_here<asio::thread_pool::executor_type>(e, known) ||
                      is_target_here<asio::strand<asio::io_context::executor_type>>(e, known) ||
                      is_target_here<asio::strand<asio::thread_pool::executor_type>>(e, known) ||
                      is_target_here<asio::strand<asio::any_io_executor>>(e, known);
    if (known) return here;
    const auto ran_by = std::make_shared<std::atomic<std::thread::id>>();
    e.execute([ran_by] { ran_by->store(std::this_thread::get_id()); });
    return ran_by->load() == std::this_thread::get_id();
}

bool is_stopped(const asio::any_io_executor& e) {
    if (const auto* io = e.target<asio::io_context::executor_type>()) return io->context().stopped();
    if (const auto* s = e.target<asio::strand<asio::io_context::executor_type>>())
        return s->get_inner_executor().context().stopped();
    if (const auto* s = e.target<asio::strand<asio::any_io_executor>>())
        return is_stopped(s->get_inner_executor());
    return false;
}

bool is_cancellation(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        return e.code() == errc::cancelled || e.code() == asio::error::operation_aborted;
    } catch (...) { return false; }
}

} // namespace

void blocked_caller::refuse_own_thread(const asio::any_io_executor& on) {
    if (is_here(on))
        throw_error(errc::misuse,
                    "hawser::wait on a thread that works for the executor would wait for itself; "
                    "co_await the task there");
}

asio::any_io_executor blocked_caller::serial(const asio::any_io_executor& on) {
    return asio::make_strand(on);
}

bool blocked_caller::begin() noexcept {
    const std::lock_guard lock(mutex_);
    begun_ = true;
    return !withdrawn_;
}

void blocked_caller::finish(std::exception_ptr failure) noexcept {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        failure_ = std::move(failure);
    }
    changed_.notify_all();
}

void blocked_caller::abandon() noexcept {
    finish(make_error(errc::closed,
                      "hawser::wait: the execution context was destroyed before the task had ended"));
}

void blocked_caller::wait(const asio::any_io_executor& on, const asio::any_io_executor& own, deadline due) {
    bool cancelled = false;
    bool was_stopped = false;
    std::unique_lock lock(mutex_);
    while (!ended_) {
        const auto now = clock::now();
        if (!cancelled && now >= due) {
            if (!begun_) {
                withdrawn_ = true;
                throw_error(errc::statement_timeout, "hawser::wait: the task had not begun by its deadline");
            }
            cancelled = true;
            asio::post(on,
                       [self = shared_from_this()] { self->signal.emit(asio::cancellation_type::terminal); });
        }
        changed_.wait_until(lock, cancelled ? now + look_again : std::min(due, now + look_again));
        const bool stopped = !ended_ && is_stopped(own);
        if (stopped && was_stopped) { // not just between stop() and restart()
            withdrawn_ = true;
            throw_error(errc::closed, "hawser::wait: the io_context was stopped before the task had ended");
        }
        was_stopped = stopped;
    }
    if (!failure_) return;
    if (cancelled && is_cancellation(failure_))
        throw_error(errc::statement_timeout, "hawser::wait: the task was cancelled at its deadline");
    std::rethrow_exception(failure_);
}

} // namespace hawser::detail
