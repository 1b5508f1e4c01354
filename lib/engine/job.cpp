#include <hawser/core/error.hpp>
#include <hawser/engine/job.hpp>
#include <array>

namespace hawser::engine {

// Jobs are made and dropped by the awaiting threads: each keeps a few for its next calls.
struct job_cache {
    static constexpr std::size_t capacity = 256;
    std::array<job*, capacity> kept{};
    std::size_t count = 0;

    ~job_cache() {
        while (count > 0) delete kept[--count];
        count = capacity; // a job that is released later, while the thread ends, is not kept
    }
    static job_cache& here() noexcept {
        static thread_local job_cache cache;
        return cache;
    }
    job* take() { return count > 0 ? kept[--count] : new job; }
    static void drop(job* j) noexcept { delete j; }
};

job_ptr job::make() {
    return job_ptr(job_cache::here().take());
}

void job::recycle(job* j) noexcept {
    job_cache& cache = job_cache::here();
    // What a job owns may own jobs itself, so it is emptied before the cache is looked at.
    j->batch.clear();
    j->on.reset();
    j->cursor.reset();
    j->failure = nullptr;
    if (cache.count >= job_cache::capacity) return job_cache::drop(j);
    j->what = verb::run;
    j->due = no_deadline;
    j->name = {};
    j->text.clear();
    j->level = 0;
    j->weight = 0;
    j->modes = {};
    j->long_running = false;
    j->sent_again = 0;
    j->submitted = {};
    j->round_trips = 0;
    j->runner.store(nullptr, std::memory_order_relaxed);
    j->state_.store(state::queued, std::memory_order_relaxed);
    cache.kept[cache.count++] = j;
}

bool job::start() noexcept {
    state expected = state::queued;
    return state_.compare_exchange_strong(expected, state::running, std::memory_order_acq_rel);
}

bool job::finish_queued(std::exception_ptr why) noexcept {
    state expected = state::queued;
    // `running` in between: a caller that wakes up must find the failure in place.
    if (!state_.compare_exchange_strong(expected, state::running, std::memory_order_acq_rel)) return false;
    failure = std::move(why);
    return finish_running();
}

void job::on_cancel(boost::asio::cancellation_type type) {
    error_info info;
    info.statement_name = name;
    if (finish_queued(make_error(errc::cancelled, "cancelled before it began", std::move(info)))) {
        deliver(*this);
        return;
    }
    if (canceller* c = runner.load(std::memory_order_acquire)) c->cancel(*this, type);
}

void job::on_abandoned() noexcept {
    if (finish_queued(nullptr)) return;
    if (canceller* c = runner.load(std::memory_order_acquire)) c->abandon(*this);
}

} // namespace hawser::engine
