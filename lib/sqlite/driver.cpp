#include "sqlite/driver.hpp"
#include "sqlite/answer.hpp"
#include "sqlite/library.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <hawser/sqlite/engine.hpp>
#include <sqlite3.h>
#include <utility>

namespace hawser::sqlite {
namespace {

hawser::engine::capabilities capabilities_of(const settings& s) {
    hawser::engine::capabilities c;
    c.dialect = dialect::sqlite;
    c.version = sqlite3_libversion();
    c.single_writer = true;
    c.one_hop_units = true;
    if (s.path != ":memory:") c.known_issues = known_issues(sqlite3_libversion_number());
    return c;
}

bool needs_lease(const hawser::engine::job& j) noexcept {
    using hawser::engine::verb;
    return j.what != verb::run && j.what != verb::script && j.what != verb::ping;
}

} // namespace

driver::driver(const settings& s)
    : capabilities_(capabilities_of(s)),
      room_({.count = s.queue_jobs, .bytes = s.queue_bytes}),
      writer_(s, room_, *this) {
    if (s.path != ":memory:" && s.readers > 0) readers_.emplace(s, room_, static_cast<keeper&>(*this));
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

void driver::submit(hawser::engine::job_ptr j) noexcept {
    j->submitted = clock::now();
    const deadline due = j->due;
    if (j->on && j->what != hawser::engine::verb::begin) {
        const auto lease = held_lease::behind(j->on); // the job may be gone before submit() returns
        lease->submit(std::move(j));
        return alarm_at(due);
    }
    const bool reads =
        j->what == hawser::engine::verb::ping ||
        (j->what == hawser::engine::verb::run && j->batch.mode == hawser::engine::batch_mode::read) ||
        (j->what == hawser::engine::verb::begin && j->read_only);
    const auto keep = j;
    if (needs_lease(*j) && (!j->on || !held_lease::behind(j->on)->claim()))
        refuse(keep, make_error(errc::misuse, "a transaction needs a lease of its own"), room_);
    else if (reads && readers_ ? readers_->submit(std::move(j)) : writer_.submit(std::move(j)))
        alarm_at(due);
    else
        refuse(keep, closed_failure(), room_);
}

std::shared_ptr<hawser::engine::lease> driver::make_lease(std::string holder, bool) {
    return held_lease::make(std::move(holder));
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
    if (readers_) next = std::min(next, readers_->expire(now));
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
    bool first = false;
    {
        std::lock_guard lock(mutex_);
        first = !std::exchange(closing_, true);
        if (done && !closed_) waiting_for_close_.push_back(std::exchange(done, nullptr));
    }
    if (first) {
        room_.shut();
        if (readers_) readers_->shut();
        writer_.shut();
        std::lock_guard lock(mutex_);
        changed_.notify_all();
    }
    if (done && done->start() && done->finish_running()) deliver(*done);
}

// Readers first: the writer's last checkpoint can then empty the log, and the last to close removes it.
void driver::finish_close() noexcept {
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
    return std::make_shared<driver>(s);
}

} // namespace hawser::sqlite
