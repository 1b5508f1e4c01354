#pragma once
// A batch under way: what is asked, by when, and what came of it. Shared by the caller and the engine.
#include <hawser/async/deadline.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/engine/batch.hpp>
#include <hawser/engine/transaction_modes.hpp>
#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <exception>
#include <memory>
#include <string>

namespace hawser::engine {

class lease;
class job;

// A statement whose rows are taken a few at a time, on a lease. Made by the caller, who names it in job::cursor of
// its jobs; whoever drops the last reference closes it: the lease then forgets the statement before its next job,
// or when it ends. Nothing but an identity; no I/O.
struct cursor {};

using job_ptr = boost::intrusive_ptr<job>;

enum class verb : std::uint8_t {
    run,     // the batch
    connect, // take the connection of a session; waits for its turn like a write
    begin,   // open the lease's transaction, and run the batch in it; waits for its turn like a write
    commit,  // run the batch, and end the transaction; where the batch fails, it is rolled back
    rollback,
    hand_back, // end a session
    savepoint, // make savepoint number `level`
    release,
    rollback_to,
    script, // several statements, text in `text`
    ping,
    open_cursor, // runs the batch's only request until its sink has enough; `cursor` names the rest
    fetch,       // more rows of `cursor`, into the sink of the batch's only request, which has no statement
                 // rows_affected of both: rows handed out. Less than the sink wanted: there are no more
    forget_statements // of the lease's connection, or of all: what is prepared on the server is prepared anew. Of
                      // engines that keep such statements there
};

// Invariants
// 1. state goes queued -> running -> finished, or queued -> finished (cancelled, expired, closed), or
//    running -> abandoned or expired (a read whose caller does not wait for it any longer, cancelled or past its
//    deadline), or running -> queued (handed on, it has done nothing). Whoever wins the exchange decides.
// 2. Until finished, the answer's members belong to the engine; afterwards to the caller. The answer of an
//    abandoned or expired job is the engine's for ever.
// 3. The operation is delivered exactly once, by whoever made the state `finished`, `abandoned` or `expired`.
// 4. Where the execution context goes first, a queued job is finished unheard, and a running one ends as it may:
//    its answer is the engine's.
class job final : public async::operation {
public:
    // A recycled or new job with one reference. Engine-side memory of a recycled job is empty but warm.
    static job_ptr make();

    // The question, filled in before submit().
    verb what = verb::run;
    engine::batch batch;
    std::shared_ptr<lease> on; // the leased connection to use, else the shared lane
    deadline due = no_deadline;
    std::string_view name; // for events and errors; lives as long as the batch
    std::string text;      // of a script
    unsigned level = 0;    // of a savepoint
    // Of a begin; and of an atomic batch outside of a transaction, which has its isolation then.
    transaction_modes modes;
    std::shared_ptr<engine::cursor> cursor; // of open_cursor and fetch
    std::size_t weight = 0;    // bytes that it counts for at the gate; 0: it did not pass the gate
    bool long_running = false; // of a begin: a bulk load, exempt from the limits of an interactive one
    unsigned sent_again = 0;   // by the engine: a connection was lost that had it

    // The answer.
    std::exception_ptr failure; // null: done
    clock::time_point submitted{};
    unsigned round_trips = 0;

    // Moves from queued to running; false: somebody has finished it, drop it.
    [[nodiscard]] bool start() noexcept;
    // Ends a job that has not begun. False: somebody else was quicker.
    [[nodiscard]] bool finish_queued(std::exception_ptr why) noexcept;
    // Ends a running job, by the engine. False: it was abandoned, nobody waits.
    [[nodiscard]] bool finish_running() noexcept { return leave_running(state::finished); }
    // Lets the caller of a running job go. False: the engine was quicker.
    [[nodiscard]] bool abandon() noexcept { return leave_running(state::abandoned); }
    // Same, since its deadline has passed.
    [[nodiscard]] bool expire() noexcept { return leave_running(state::expired); }
    // Moves back to queued what cannot be run here. False: it was abandoned.
    [[nodiscard]] bool hand_on() noexcept { return leave_running(state::queued); }
    [[nodiscard]] bool abandoned() const noexcept {
        return state_.load(std::memory_order_acquire) == state::abandoned;
    }
    [[nodiscard]] bool expired() const noexcept {
        return state_.load(std::memory_order_acquire) == state::expired;
    }
    [[nodiscard]] bool running() const noexcept {
        return state_.load(std::memory_order_acquire) == state::running;
    }
    [[nodiscard]] bool queued() const noexcept {
        return state_.load(std::memory_order_acquire) == state::queued;
    }

    // Told of a cancellation while the job is running, where the cancellation is emitted. Set by the engine
    // before it starts a job that may be stopped; a job without one runs to its end. Outlives the engine's threads:
    // it may be called after the job has left it.
    class canceller {
    public:
        virtual void cancel(job& running, boost::asio::cancellation_type type) noexcept = 0;
        // The caller is being destroyed. Returns once the engine does not touch the caller's rows any more.
        virtual void abandon(job& running) noexcept = 0;

    protected:
        ~canceller() = default;
    };
    std::atomic<canceller*> runner{nullptr};

    friend void intrusive_ptr_add_ref(job* j) noexcept {
        j->references_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(job* j) noexcept {
        if (j->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) recycle(j);
    }

private:
    enum class state : std::uint8_t { queued, running, finished, abandoned, expired };

    friend struct job_cache;
    job() = default;
    ~job() = default;
    static void recycle(job* j) noexcept;
    bool leave_running(state to) noexcept {
        state expected = state::running;
        return state_.compare_exchange_strong(expected, to, std::memory_order_acq_rel);
    }
    void on_cancel(boost::asio::cancellation_type type) override;
    void on_abandoned() noexcept override;
    void keep_alive() noexcept override { intrusive_ptr_add_ref(this); }
    void let_go() noexcept override { intrusive_ptr_release(this); }

    std::atomic<state> state_{state::queued};
    std::atomic<unsigned> references_{0};
};

} // namespace hawser::engine
