#include "sqlite/driver.hpp"
#include "sqlite/answer.hpp"
#include "sqlite/library.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <hawser/sqlite/engine.hpp>
#include <sqlite3.h>

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

} // namespace

driver::driver(const settings& s)
    : capabilities_(capabilities_of(s)), room_({.count = s.queue_jobs, .bytes = s.queue_bytes}), writer_(s, room_) {
    if (s.path != ":memory:" && s.readers > 0) readers_.emplace(s, room_);
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
    bool taken = true;
    if (j->on && j->what != hawser::engine::verb::begin) {
        const auto lease = std::static_pointer_cast<held_lease>(j->on); // the job may be gone before submit() returns
        lease->submit(std::move(j));
    } else {
        const bool reads = j->what == hawser::engine::verb::ping || j->batch.mode == hawser::engine::batch_mode::read ||
                           (j->what == hawser::engine::verb::begin && j->read_only);
        const auto keep = j;
        taken = reads && readers_ ? readers_->submit(std::move(j)) : writer_.submit(std::move(j));
        if (!taken) refuse(keep, closed_failure(), room_);
    }
    if (taken) alarm_at(due);
}

std::shared_ptr<hawser::engine::lease> driver::make_lease(std::string holder, bool read_only) {
    return std::make_shared<held_lease>(std::move(holder), read_only);
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

void driver::watch() noexcept {
    std::unique_lock lock(mutex_);
    while (!closing_) {
        const deadline due{clock::duration(alarm_.load())};
        if (due == no_deadline) changed_.wait(lock);
        else changed_.wait_until(lock, due);
        if (closing_ || clock::now() < deadline{clock::duration(alarm_.load())}) continue;
        // Whoever comes from now on with an earlier deadline than is found below sets the alarm himself.
        alarm_.store(no_deadline.time_since_epoch().count());
        lock.unlock();
        const deadline next = expire();
        alarm_at(next);
        lock.lock();
    }
    lock.unlock();
    shut_down();
}

void driver::close(hawser::engine::job_ptr done) noexcept {
    bool at_once = false;
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
        if (done && closed_) at_once = true;
        else if (done) waiting_for_close_.push_back(done);
        changed_.notify_all();
    }
    if (at_once && done->start() && done->finish_running()) deliver(*done);
}

// Readers first: the writer's last checkpoint can then empty the log, and the last to close removes it.
void driver::shut_down() noexcept {
    room_.shut();
    if (readers_) {
        readers_->shut();
        readers_->join();
    }
    writer_.shut();
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
