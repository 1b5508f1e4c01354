#include "async/awaiters.hpp"
#include "async/post_from_outside.hpp"
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <hawser/async/operation.hpp>
#include <boost/asio/detail/strand_executor_service.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <atomic>
#include <mutex>
#include <utility>

namespace hawser::async {

namespace asio = boost::asio;

// The operations of one execution context that are armed and not yet delivered. While there are any, the context has
// work to wait for.
class port {
public:
    explicit port(const asio::execution_context& of) noexcept : of_(&of) {}

    // And not of one that was at the same place before.
    [[nodiscard]] bool serves(const asio::execution_context& c) const noexcept {
        return of_ == &c && !shut_.load(std::memory_order_acquire);
    }

    void add(operation& op) {
        std::lock_guard lock(mutex_);
        if (first_ == nullptr) work_ = asio::prefer(op.executor_, asio::execution::outstanding_work.tracked);
        op.previous_ = nullptr;
        op.next_ = first_;
        if (first_) first_->previous_ = &op;
        first_ = &op;
    }

    // Under the lock.
    void remove(operation& op) noexcept {
        (op.previous_ ? op.previous_->next_ : first_) = op.next_;
        if (op.next_) op.next_->previous_ = op.previous_;
        op.previous_ = op.next_ = nullptr;
    }

    // Under the lock: what keeps the context at work, if nothing waits any longer. To be dropped by the context itself:
    // in any other thread it may be gone by then.
    [[nodiscard]] asio::any_io_executor spare_work() noexcept {
        return first_ ? asio::any_io_executor{} : std::exchange(work_, {});
    }

    // Destroys what still waits. Frames may arm nothing anew while they unwind: their executor is stopping.
    void shut_down() noexcept {
        shut_.store(true, std::memory_order_release);
        for (;;) {
            operation* op = nullptr;
            const operation::vtable* handler = nullptr;
            {
                std::lock_guard lock(mutex_);
                op = first_;
                if (op == nullptr) {
                    work_ = {};
                    return;
                }
                remove(*op);
                op->keep_alive();
                handler =
                    std::exchange(op->vtable_, nullptr); // by which deliver() knows that it comes too late
            }
            op->on_abandoned();
            op->clear_slot();
            op->executor_ = {};
            handler->destroy(op->handler_);
            op->let_go();
        }
    }

    std::mutex mutex_;

private:
    const asio::execution_context* const of_;
    std::atomic<bool> shut_{false};
    operation* first_ = nullptr;
    asio::any_io_executor work_;
};

namespace {

// Ties a port to its context: services are shut down before the context's own queues are destroyed.
class port_service : public asio::execution_context::service {
public:
    using key_type = port_service;
    static inline asio::execution_context::id id;

    explicit port_service(asio::execution_context& owner)
        : service(owner), port_(std::make_shared<port>(owner)) {
        // Younger services are shut down first: a strand must still take in what deliver() posts until the port is shut.
        asio::use_service<asio::detail::strand_executor_service>(owner);
    }
    void shutdown() override { port_->shut_down(); }

    std::shared_ptr<port> port_;
};

} // namespace

chain::~chain() {
    while (operation* op = pop()) {
        op->clear_slot();
        op->destroy_handler();
        op->let_go();
    }
}

chain chain::take(std::span<operation* const> finished, std::size_t& at, port& of) {
    operation* first = nullptr;
    operation* last = nullptr;
    for (; at < finished.size() && finished[at]->port_.get() == &of; ++at) {
        operation& op = *finished[at];
        if (op.vtable_ == nullptr) continue; // abandoned
        if (first && op.executor_ != first->executor_) break;
        of.remove(op);
        op.keep_alive();
        (first ? last->next_ : first) = &op;
        last = &op;
    }
    return first ? chain(first, of.spare_work()) : chain();
}

void chain::operator()() {
    while (operation* op = pop()) {
        op->clear_slot();
        // A handler that throws leaves run(); those behind it are posted again, not lost.
        struct repost {
            chain& rest;
            asio::any_io_executor executor;
            operation* op;
            bool thrown = true;
            ~repost() {
                op->let_go();
                if (thrown && rest.first) asio::post(executor, chain(std::move(rest)));
            }
        } guard{*this, std::move(op->executor_), op};
        op->port_.reset();
        op->vtable_->move_out_and_invoke(*op);
        guard.thrown = false;
    }
}

operation* chain::pop() noexcept {
    operation* op = first;
    if (op) first = std::exchange(op->next_, nullptr);
    return op;
}

operation::~operation() {
    if (vtable_) destroy_handler();
}

namespace {

// Asio looks its services up by name, under a lock; a thread mostly awaits on one context. What a thread, or the
// program, does at its very end finds that its last port has gone.
thread_local bool at_end = false;

struct last_port {
    std::shared_ptr<port> of;
    ~last_port() { at_end = true; }
};

std::shared_ptr<port> port_of(asio::execution_context& context) {
    if (at_end) return asio::use_service<port_service>(context).port_;
    thread_local last_port last;
    if (last.of == nullptr || !last.of->serves(context))
        last.of = asio::use_service<port_service>(context).port_;
    return last.of;
}

} // namespace

void operation::enlist(asio::any_io_executor executor) {
    port_ = port_of(asio::query(executor, asio::execution::context));
    executor_ = std::move(executor);
    port_->add(*this);
}

void operation::clear_slot() noexcept {
    if (slot_.is_connected()) slot_.clear();
    slot_ = {};
}

void operation::destroy_handler() noexcept {
    if (const vtable* v = std::exchange(vtable_, nullptr)) v->destroy(handler_);
    executor_ = {};
    port_.reset();
}

void post_from_outside(const asio::any_io_executor& to, std::function<void()> what) {
    const auto shared = asio::use_service<port_service>(asio::query(to, asio::execution::context)).port_;
    const std::lock_guard lock(shared->mutex_);
    asio::post(to, std::move(what));
}

void deliver(std::span<operation* const> finished) {
    std::size_t at = 0;
    while (at < finished.size()) {
        if (finished[at]->port_ == nullptr) { // never armed: nobody waits
            ++at;
            continue;
        }
        // Kept here: the last operation of the run may be gone, with its port, once the lock is released.
        const std::shared_ptr<port> shared = finished[at]->port_;
        std::lock_guard lock(shared->mutex_);
        if (chain c = chain::take(finished, at, *shared); c.first) {
            auto executor = c.executor();
            asio::post(executor, std::move(c));
        }
    }
}

chain chain::all_of(std::span<operation* const> finished, const asio::execution_context* here) {
    std::size_t at = 0;
    while (at < finished.size() && finished[at]->port_ == nullptr) ++at;
    if (at == finished.size()) return {};
    const std::shared_ptr<port> shared = finished[at]->port_;
    {
        const std::lock_guard lock(shared->mutex_);
        chain c = take(finished, at, *shared);
        if (c.first != nullptr) {
            const auto executor = c.executor();
            if (at == finished.size() && &asio::query(executor, asio::execution::context) == here) return c;
            asio::post(executor, std::move(c));
        }
    }
    deliver(finished.subspan(at));
    return {};
}

awaiters::awaiters(std::span<operation* const> finished, const asio::execution_context* here)
    : here_(chain::all_of(finished, here)) {}

void awaiters::run() {
    if (here_.first == nullptr) return;
    const auto executor = here_.executor();
    const auto* const plain = executor.target<asio::io_context::executor_type>();
    if (plain != nullptr && plain->running_in_this_thread()) return here_();
    asio::dispatch(executor, std::move(here_));
}

} // namespace hawser::async
