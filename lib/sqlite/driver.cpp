#include "sqlite/driver.hpp"
#include "engine/answer.hpp"
#include "sqlite/library.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <hawser/sqlite/engine.hpp>
#include <limits>
#include <sqlite3.h>
#include <utility>

namespace hawser::sqlite {
namespace {

hawser::engine::capabilities capabilities_of(const settings& s) {
    hawser::engine::capabilities c;
    c.dialect = dialect::sqlite;
    c.version = sqlite3_libversion();
    c.single_writer = true;
    c.reads_beside_writes = s.path != ":memory:" && s.readers > 0;
    c.one_hop_units = true;
    if (s.path != ":memory:") c.known_issues = known_issues(sqlite3_libversion_number());
    return c;
}

bool needs_lease(const hawser::engine::job& j) noexcept {
    using hawser::engine::verb;
    return j.what != verb::run && j.what != verb::script && j.what != verb::ping;
}

// The first job of a lease, which waits for its connection.
bool is_first(const hawser::engine::job& j) noexcept {
    using hawser::engine::verb;
    return j.what == verb::connect || j.what == verb::begin;
}

} // namespace

driver::driver(const settings& s)
    : capabilities_(capabilities_of(s)),
      close_after_(s.close_after),
      room_({.count = s.queue_jobs, .bytes = s.queue_bytes}),
      writer_(s, room_, *this) {
    if (s.path != ":memory:" && s.readers > 0) readers_.emplace(s, room_, static_cast<keeper&>(*this));
    if (readers_ && s.writer == writer_mode::inline_)
        inline_reader_.emplace(s, room_, static_cast<keeper&>(*this), *readers_);
    threads_ = 1 + (readers_ ? readers_->threads() : 0);
    room_.keeper = this;
    room_.on_waiting = [](void* self, deadline due) noexcept { static_cast<driver*>(self)->alarm_at(due); };
    watchdog_ = std::thread([this] { watch(); });
    if (s.observer)
        for (const auto& issue : capabilities_.known_issues) s.observer->on(warning{issue});
}

driver::~driver() {
    close(nullptr);
    if (watchdog_.joinable()) watchdog_.join();
}

// Those of the child wait at no gate of the parent's, whose lock may have been held when it was forked.
async::gate& driver::room() noexcept {
    static async::gate open_to_all(
        {.count = std::numeric_limits<std::size_t>::max(), .bytes = std::numeric_limits<std::size_t>::max()});
    return is_inherited() ? open_to_all : room_;
}

void driver::submit(hawser::engine::job_ptr j) noexcept {
    if (is_inherited())
        return refuse(
            j, make_error(errc::closed, "the database is that of the process that this one was forked off"),
            room());
    j->submitted = clock::now();
    const deadline due = j->due;
    const auto lease =
        j->on ? held_lease::behind(j->on) : nullptr; // the job may be gone before submit() returns
    if (lease && (!is_first(*j) || held_lease::within_session(*j->on))) {
        drop(j, room_);
        j->weight = 0;
        lease->submit(std::move(j));
        return alarm_at(due);
    }
    const bool reads =
        j->what == hawser::engine::verb::ping ||
        (j->what == hawser::engine::verb::run && j->batch.mode == hawser::engine::batch_mode::read) ||
        (j->what == hawser::engine::verb::begin && j->modes.read_only);
    const auto keep = j;
    if (needs_lease(*j) && (!lease || !lease->claim(*j)))
        refuse(keep, make_error(errc::misuse, "a transaction needs a lease of its own"), room_);
    else if (reads ? submit_read(std::move(j)) : writer_.submit(std::move(j)))
        alarm_at(due);
    else
        refuse(keep, hawser::engine::closed_failure(), room_);
}

bool driver::submit_read(hawser::engine::job_ptr j) noexcept {
    if (inline_reader_ && inline_reader::wants(*j)) return inline_reader_->submit(std::move(j));
    return readers_ ? readers_->submit(std::move(j)) : writer_.submit(std::move(j));
}

std::shared_ptr<hawser::engine::lease> driver::make_lease(hawser::engine::lease_terms terms) {
    return held_lease::make(std::move(terms));
}

void driver::alarm_at(deadline due) noexcept {
    const clock::rep at = due.time_since_epoch().count();
    if (at >= alarm_.load(std::memory_order_acquire)) return;
    {
        std::lock_guard lock(mutex_);
        if (at < alarm_.load(std::memory_order_relaxed)) alarm_.store(at, std::memory_order_release);
    }
    changed_.notify_all();
}

deadline driver::expire() noexcept {
    const auto now = clock::now();
    deadline next = std::min(writer_.expire(now), room_.expire(now));
    if (inline_reader_) next = std::min(next, inline_reader_->expire(now));
    if (readers_) next = std::min(next, readers_->expire(now));
    std::unique_lock lock(mutex_);
    if (stop_reads_at_ > now) return std::min(next, stop_reads_at_);
    lock.unlock();
    writer_.stop_reads();
    if (inline_reader_) inline_reader_->stop_reads();
    if (readers_) readers_->stop_reads();
    return next;
}

void driver::thread_ended() noexcept {
    std::lock_guard lock(mutex_);
    --threads_;
    changed_.notify_all();
}

// Deadlines are watched until the last thread has ended, also while they drain.
void driver::watch() noexcept {
    std::unique_lock lock(mutex_);
    while (!closing_ || threads_ > 0) {
        const deadline due{clock::duration(alarm_.load())};
        if (clock::now() < due) {
            if (due == no_deadline)
                changed_.wait(lock);
            else
                changed_.wait_until(lock, due);
            continue;
        }
        // Whoever comes from now on with an earlier deadline than is found below sets the alarm himself.
        alarm_.store(no_deadline.time_since_epoch().count());
        lock.unlock();
        const deadline next = expire();
        alarm_at(next);
        lock.lock();
    }
    lock.unlock();
    finish_close();
}

void driver::close(hawser::engine::job_ptr done) noexcept {
    if (is_inherited()) {
        if (done && done->start() && done->finish_running()) deliver(*done);
        return;
    }
    bool first = false;
    {
        std::lock_guard lock(mutex_);
        first = !std::exchange(closing_, true);
        if (first) stop_reads_at_ = after(close_after_);
        if (done && !closed_) waiting_for_close_.push_back(std::exchange(done, nullptr));
    }
    if (first) {
        room_.shut();
        if (inline_reader_) inline_reader_->shut();
        if (readers_) readers_->shut();
        writer_.shut();
        alarm_at(after(close_after_));
        std::lock_guard lock(mutex_);
        changed_.notify_all();
    }
    if (done && done->start() && done->finish_running()) deliver(*done);
}

// Readers first: the writer's last checkpoint can then empty the log, and the last to close removes it.
void driver::finish_close() noexcept {
    if (inline_reader_) inline_reader_->join();
    if (readers_) readers_->join();
    writer_.join();
    std::vector<hawser::engine::job_ptr> callers;
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
        callers.swap(waiting_for_close_);
    }
    for (const auto& j : callers)
        if (j->start() && j->finish_running()) deliver(*j);
}

std::shared_ptr<hawser::engine::engine> open(const settings& s) {
    return {new driver(s), [](driver* d) {
                if (!d->is_inherited()) delete d;
            }};
}

} // namespace hawser::sqlite
