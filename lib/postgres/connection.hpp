#pragma once
// One connection: the loop where the protocol meets the socket.
#include "async/awaiters.hpp"
#include "async/idle_work.hpp"
#include "async/turn.hpp"
#include "pgwire/frame.hpp"
#include "pgwire/output.hpp"
#include "postgres/connect.hpp"
#include "postgres/core.hpp"
#include "postgres/pipeline.hpp"
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <hawser/async/gate.hpp>
#include <hawser/engine/job.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hawser::postgres {

// Jobs go in from any thread; the socket works on the context that it was made on.
//
// Invariants
// 1. mutex_ guards all but the counters; the socket is touched under it alone.
// 2. A read is always under way until the connection has ended, and at most one write beside it: neither waits for the
//    other.
// 3. What many coroutines ask for in one turn of their executor leaves in one write; those whom one read has resumed are
//    such. Where the pipeline is deep it waits for more, and for no longer than the server has work.
// 4. Callers and the owner are told without the lock.
// 5. What is under way keeps the context running, also where its caller has gone or is on another context: a transaction
//    that was dropped is not left open by a run() that returns. A connection at rest does not.
// 6. While a CancelRequest is on its way what it is for is under way, and nothing is sent that it could hit instead.
// 7. The socket goes when the connection ends, whoever still holds the connection: its context may go before it.
class connection final : public std::enable_shared_from_this<connection>, private async::turn::listener {
public:
    class owner {
    public:
        // Jobs have ended, and there is room; of a leased connection: it may have come to rest.
        virtual void progressed(connection& c) noexcept = 0;
        // It takes no jobs any more. Those that may be sent elsewhere are queued again.
        virtual void ended(connection& c, std::vector<engine::job_ptr> unsent,
                           const std::string& why) noexcept = 0;

    protected:
        ~owner() = default;
    };

    connection(started from, core& of, slot place);
    ~connection() = default;

    // Begins to read.
    void run(std::weak_ptr<owner> to);

    // Counts a job among those in flight before it comes, `expected`: whoever looks meanwhile sees that its room is taken.
    void expect_job() noexcept { in_flight_.fetch_add(1, std::memory_order_relaxed); }
    struct manner {
        bool inside = false;                         // of a transaction that was begun by a job before it
        std::shared_ptr<const std::string> within{}; // name of its transaction or session, for events
        bool expected = false;
    };
    // False: it has ended, and the job is as it was. To be called by whoever has armed the job.
    [[nodiscard]] bool submit(const engine::job_ptr& j, manner m);
    // Same, by anybody: its caller may be told meanwhile that it has been cancelled.
    [[nodiscard]] bool submit_queued(const engine::job_ptr& j, manner m);
    // False: the job comes from another context than the connection's, which runs no longer: it would have no answer.
    [[nodiscard]] bool serves(const engine::job& j) const noexcept;
    void lend(bool leased) noexcept;
    // On the driver's own account: asks for a sign of life.
    void try_out() noexcept { send_own(engine::verb::ping); }
    // On the driver's own account: rolls back what is open.
    void undo() noexcept { send_own(engine::verb::rollback); }
    // Same, and forgets settings, temporary tables, locks and whatever else a caller has left behind.
    void reset() noexcept { send_own(engine::verb::hand_back); }

    // Same: forgets the statements that are prepared on it.
    void forget_statements() noexcept { send_own(engine::verb::forget_statements); }

    // Says farewell to the server and closes; what is under way ends as lost.
    void close(std::string_view why) noexcept;
    // Same, where nothing is under way. False: something is.
    [[nodiscard]] bool close_at_rest(std::string_view why) noexcept;

    // Whoever sees that nothing is sees the rest as it was then, at least.
    [[nodiscard]] std::size_t in_flight() const noexcept {
        return in_flight_.load(std::memory_order_acquire);
    }
    // Bytes of what it was asked that are not answered.
    [[nodiscard]] std::size_t unanswered() const noexcept {
        return unanswered_.load(std::memory_order_relaxed);
    }
    // Others wait for a bulk statement of its.
    [[nodiscard]] bool is_fed() const noexcept { return fed_.load(std::memory_order_relaxed); }
    // Of the shared lane, as expire() has seen: a deadline has passed, and nothing has come for a while since.
    [[nodiscard]] bool is_silent() const noexcept { return silent_.load(std::memory_order_relaxed); }
    // It takes jobs.
    [[nodiscard]] bool is_open() const noexcept { return open_.load(std::memory_order_acquire); }
    // Of its last ReadyForQuery.
    [[nodiscard]] char status() const noexcept { return status_.load(std::memory_order_relaxed); }
    // reset() is to come before another one has it.
    [[nodiscard]] bool is_dirty() const noexcept { return dirty_.load(std::memory_order_relaxed); }
    // Lets callers go whose deadline has passed, `at_once`: all but those of what ends a transaction; and ends the
    // connection where the server does not answer. The next time to look.
    [[nodiscard]] deadline expire(clock::time_point now, bool at_once = false) noexcept;
    // Since when nothing was asked of it, as far as these calls have seen.
    [[nodiscard]] clock::time_point idle_since(clock::time_point now) noexcept;

    // Lets the caller of a job that is under way go. False: it is not here. `stops`: of a lease's the server is asked to
    // stop it; expire() is to be called soon, and as it says.
    [[nodiscard]] bool abandon(engine::job& j, bool stops) noexcept;

    struct backend {
        std::int32_t process;
        std::string key;
    };
    [[nodiscard]] const backend& server() const noexcept { return backend_; }
    [[nodiscard]] clock::time_point since() const noexcept { return since_; }

private:
    void turn_ended() noexcept override { flush_now(); }
    void turn_missed() noexcept override { flush_now(); }
    void flush_now() noexcept;
    [[nodiscard]] bool is_outside(const engine::job& j) const noexcept;

    void send_own(engine::verb what) noexcept;

    [[nodiscard]] bool take(const boost::asio::any_io_executor& from, const engine::job_ptr& j, manner m);

    // Under the lock.
    void note() noexcept;
    void arm_read();
    void say_farewell() noexcept;
    void flush();
    void write();
    void hear_the_rest() noexcept;
    [[nodiscard]] deadline see_to_silence(clock::time_point now) noexcept;
    void fail(std::string_view why) noexcept;

    void on_read(const boost::system::error_code& e, std::size_t n);
    void on_written(const boost::system::error_code& e, std::size_t n);
    void take_read(const boost::system::error_code& e, std::size_t n);
    // Takes what has ended out of the pipeline; unlocks, and tells. In a handler of `here` callers may be left for it to
    // resume.
    async::awaiters tell_in(std::unique_lock<std::mutex> lock,
                            const boost::asio::execution_context* here) noexcept;
    void tell(std::unique_lock<std::mutex> lock) noexcept { tell_in(std::move(lock), nullptr); }

    void see_to_stopping(bool once_more);
    void request_over(bool known) noexcept;
    void give_up(const char* why) noexcept;
    void go_on() noexcept;
    void rest() noexcept;

    mutable std::mutex mutex_;
    std::optional<boost::asio::generic::stream_protocol::socket> socket_; // none: it has ended
    pgwire::frames in_;
    pgwire::output sending_;
    std::size_t sent_ = 0; // of sending_
    std::uint64_t written_ = 0;
    bool writing_ = false;
    std::uint64_t written_seen_ = 0;
    clock::time_point idle_since_ = clock::now();
    std::uint64_t heard_ = 0; // pieces that were read
    std::uint64_t heard_seen_ = 0;
    deadline silent_from_ = no_deadline;
    pipeline pipeline_;
    async::idle_work idle_; // the read keeps the context running only while anything is under way
    const boost::asio::any_io_executor io_;
    boost::asio::execution_context& context_;
    async::idle_work::counter& counter_; // of context_
    const bool one_thread_;              // runs it
    std::string why_;                    // it has ended
    core& core_;
    std::weak_ptr<owner> owner_;
    bool told_end_ = false;
    slot place_;
    const backend backend_;
    const boost::asio::generic::stream_protocol::endpoint server_;
    deadline stopped_by_ = no_deadline; // what is to be stopped
    bool asked_ = false;                // for that
    bool asking_ = false;               // a CancelRequest is on its way
    deadline again_at_ = no_deadline;   // when the last one has ended: not before
    const clock::time_point since_ = clock::now();
    std::atomic<std::size_t> in_flight_{0}; // of the pipeline, and those that are expected
    std::size_t noted_ = 0;                 // of them, those of the pipeline
    std::atomic<std::size_t> unanswered_{0};
    std::atomic<bool> fed_{false};
    std::atomic<char> status_{'I'};
    std::atomic<bool> dirty_{false};
    std::atomic<bool> silent_{false};
    std::atomic<bool> open_{true};
    async::turn turn_{*this};
};

} // namespace hawser::postgres
