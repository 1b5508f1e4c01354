#pragma once
// Work that is to be taken up when the handlers that are ready on an executor have run.
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <hawser/async/operation.hpp>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

namespace hawser::async {

// Many coroutines that are resumed together submit together: told once for all of them, a driver sees them all.
// Nobody waits for a handler of somebody else's that blocks: each context announces for itself and, as its handlers are
// run one by one, so does each strand.
// Thread-safe. No call of the listener is under way when detach(), or the destructor, has returned.
class turn {
    struct shared;

public:
    class listener {
    public:
        // On a thread of the executor, between its handlers.
        virtual void turn_ended() noexcept = 0;
        // There is no such moment to wait for: the executor's context goes away, or memory is short.
        virtual void turn_missed() noexcept = 0;

    protected:
        ~listener() = default;
    };

    explicit turn(listener& l) : shared_(std::make_shared<shared>()) { shared_->to = &l; }
    ~turn() { detach(); }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

    // Calls publish(), after which `from` may be gone, and sees to it that the listener is told afterwards.
    template <class Publish>
    void announce(const operation& from, Publish publish) {
        announce(from.executor(), std::move(publish));
    }
    template <class Publish>
    void announce(const boost::asio::any_io_executor& from, Publish publish) {
        if (gathering* const here = gathering::innermost; here != nullptr && here->adds(shared_, from))
            return publish();
        boost::asio::any_io_executor executor;
        const void* const here = place_of(from);
        const bool first = here == nullptr || shared_->announced.load(std::memory_order_relaxed) != here;
        if (first) executor = from;
        publish();
        // An exchange, also where nothing changes: whoever takes the announcement back sees what was published.
        const void* const before = shared_->announced.exchange(here, std::memory_order_acq_rel);
        if (here != nullptr && before == here) return;
        if (!first) return shared_->told(false);
        try {
            boost::asio::post(executor, handler(shared_));
        } catch (...) { shared_->told(false); }
    }

    void detach() noexcept {
        std::unique_lock lock(shared_->mutex);
        shared_->to = nullptr;
        // The listener may go while it is told, by itself: then its own call is not waited for.
        const unsigned own = telling_here == shared_.get() ? 1 : 0;
        shared_->left.wait(lock, [this, own] { return shared_->telling <= own; });
    }

    // In a handler that resumes coroutines by itself. What they announce meanwhile is told when it ends, without a handler
    // for that: the loop turns once less. Only on a context that one thread runs: on others somebody may wait, within the
    // handler, for what has been announced.
    class gathering {
    public:
        // Null: it gathers nothing.
        explicit gathering(const boost::asio::execution_context* of) noexcept
            : of_(of), before_(std::exchange(innermost, this)) {}
        ~gathering() {
            innermost = before_;
            for (const auto& s : announced_)
                if (s) s->told(true);
        }
        gathering(const gathering&) = delete;
        gathering& operator=(const gathering&) = delete;

    private:
        friend class turn;
        static inline thread_local gathering* innermost = nullptr;

        [[nodiscard]] bool adds(const std::shared_ptr<shared>& one,
                                const boost::asio::any_io_executor& from) {
            if (&boost::asio::query(from, boost::asio::execution::context) != of_) return false;
            for (auto& s : announced_) {
                if (!s) s = one;
                if (s == one) return true;
            }
            return false;
        }

        const boost::asio::execution_context* of_;
        gathering* before_;
        std::array<std::shared_ptr<shared>, 4> announced_;
    };

private:
    template <class Context>
    static bool is_of(const boost::asio::any_io_executor& e) noexcept {
        using plain = typename Context::executor_type;
        using tracked = decltype(boost::asio::require(std::declval<plain>(),
                                                      boost::asio::execution::outstanding_work.tracked));
        return e.target<plain>() != nullptr || e.target<tracked>() != nullptr;
    }
    // Where one handler on its way does for all: any thread of the context takes it up. Null: there may be none free.
    static const void* place_of(const boost::asio::any_io_executor& e) {
        const bool free = is_of<boost::asio::io_context>(e) || is_of<boost::asio::thread_pool>(e);
        return free ? &boost::asio::query(e, boost::asio::execution::context) : nullptr;
    }

    static inline thread_local const shared* telling_here = nullptr; // of the innermost call of a listener

    struct shared {
        std::atomic<const void*> announced{
            nullptr}; // the place where a handler is on its way, if it was the last
        std::mutex mutex;
        std::condition_variable left;
        unsigned telling = 0; // threads that are with the listener
        listener* to = nullptr;

        void told(bool in_time) noexcept {
            announced.exchange(nullptr, std::memory_order_acq_rel);
            std::unique_lock lock(mutex);
            if (to == nullptr) return;
            listener& l = *to;
            ++telling;
            lock.unlock();
            const shared* const before = std::exchange(telling_here, this);
            in_time ? l.turn_ended() : l.turn_missed();
            telling_here = before;
            lock.lock();
            --telling;
            if (to == nullptr) left.notify_all();
        }
    };

    // Destroyed unheard where the executor's context is.
    class handler {
    public:
        explicit handler(std::shared_ptr<shared> s) noexcept : shared_(std::move(s)) {}
        handler(handler&&) noexcept = default;
        handler& operator=(handler&&) = delete;
        ~handler() {
            if (shared_) shared_->told(false);
        }
        void operator()() { std::exchange(shared_, nullptr)->told(true); }

    private:
        std::shared_ptr<shared> shared_;
    };

    std::shared_ptr<shared> shared_;
};

} // namespace hawser::async
