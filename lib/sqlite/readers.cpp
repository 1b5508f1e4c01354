#include "sqlite/readers.hpp"
#include "engine/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/quick.hpp"
#include "sqlite/reading.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

// A wake-up costs as much as many point reads: a reader is woken for so many, or for what a turn has left behind.
constexpr std::size_t jobs_per_wake = 32;

bool is_read(const engine::job& j) {
    return j.what != engine::verb::begin;
}

} // namespace

readers::readers(const settings& s, async::gate& room, keeper& k) : settings_(s), room_(room), keeper_(k) {
    for (unsigned i = 0; i < s.readers; ++i) {
        auto r = std::make_unique<reader>(k);
        r->connection = std::make_unique<connection>(s, role::reader);
        r->slot.use(r->connection.get());
        readers_.push_back(std::move(r));
    }
    for (auto& r : readers_) r->thread = std::thread([this, &me = *r] { run(me); });
}

readers::~readers() {
    shut();
    join();
}

bool readers::submit_at_once(engine::job_ptr j) {
    return queue_.push(std::move(j));
}

bool readers::submit(engine::job_ptr j) {
    const async::operation& from = *j;
    if (!is_read(*j) || !is_quick(*j))
        return submit_at_once(std::move(j)); // nothing is to wait behind a slow one
    bool taken = false;
    turn_.announce(from, [&] { taken = queue_.push_quietly(std::move(j)); });
    const std::size_t waiting = queue_.size();
    if (taken && waiting > 0 && waiting % jobs_per_wake == 0) queue_.wake(1);
    return taken;
}

void readers::turn_ended() noexcept {
    queue_.wake(std::min(readers_.size(), (queue_.size() + jobs_per_wake - 1) / jobs_per_wake));
}

void readers::shut() noexcept {
    closing_.store(true);
    queue_.shut();
    for (auto& r : readers_) {
        r->slot.stop_waiting();
        std::lock_guard lock(r->lease_mutex);
        if (r->lease) r->lease->stop();
    }
}

void readers::join() noexcept {
    turn_.detach();
    for (auto& r : readers_) {
        if (r->thread.joinable()) r->thread.join();
        r->slot.use(nullptr);
        r->connection.reset();
    }
}

deadline readers::expire(clock::time_point now) noexcept {
    deadline next = no_deadline;
    for (auto& r : readers_) {
        next = std::min(next, r->slot.expire(now));
        std::lock_guard lock(r->lease_mutex);
        if (r->lease) next = std::min(next, r->lease->expire_queued(now));
    }
    const auto expire_one = [&](const engine::job_ptr& j, const std::string& holder) {
        if (j->due > now)
            next = std::min(next, j->due);
        else if (j->finish_queued(engine::expired_failure(*j, holder)))
            deliver(*j);
    };
    queue_.each([&](const engine::job_ptr& j) { expire_one(j, {}); });
    std::lock_guard lock(leases_mutex_);
    for (const auto& j : begins_) expire_one(j, "read-only transactions hold all readers but one");
    return next;
}

void readers::run(reader& me) noexcept {
    while (queue_.wait(no_deadline, settings_.spin)) {
        if (const auto begin = queue_.take(job_queue::any, std::not_fn(is_read)))
            run_leases(me, begin);
        else
            run_reads(me);
    }
    keeper_.thread_ended();
}

void readers::stop_reads() noexcept {
    for (auto& r : readers_) r->slot.stop_reads();
    queue_.each([](const engine::job_ptr& j) {
        if (j->finish_queued(engine::closed_failure())) deliver(*j);
    });
}

// A reader that has ended a lease serves the next that waits for one, if there is any.
void readers::run_leases(reader& me, engine::job_ptr begin) {
    const std::size_t most = std::max<std::size_t>(readers_.size() - 1, 1);
    {
        std::lock_guard lock(leases_mutex_);
        if (leases_ == most) return begins_.push_back(std::move(begin));
        ++leases_;
    }
    while (begin) {
        run_lease(me, begin);
        begin.reset();
        std::lock_guard lock(leases_mutex_);
        if (begins_.empty()) {
            --leases_;
        } else {
            begin = std::move(begins_.front());
            begins_.pop_front();
        }
    }
}

void readers::run_reads(reader& me) {
    me.connection->wait_for_locks_until(after(settings_.busy_timeout));
    bool poisoned = false;
    {
        reading reads(*me.connection, me.slot, queue_, room_, settings_.observer);
        reads.run_together(is_read, readers_.size());
        poisoned = reads.poisoned();
    }
    if (poisoned) renew(me);
}

void readers::run_lease(reader& me, const engine::job_ptr& j) {
    connection& c = *me.connection;
    c.wait_for_locks_until(after(settings_.busy_timeout));
    if (!j->start()) return drop(j, room_);
    // BEGIN alone takes no snapshot: reading the schema does.
    int code = c.exec_own("begin");
    if (code == SQLITE_OK) code = c.exec_own("select 1 from sqlite_schema limit 1");
    if (code != SQLITE_OK) {
        j->failure = failure_of(c.handle(), code, {.name = j->name, .sql = "begin"});
        c.undo_own("rollback");
        answer(j, room_);
        if (poisons(code)) renew(me);
        return;
    }
    const auto held = held_lease::behind(j->on);
    j->on.reset();
    drop(j, room_);
    {
        std::lock_guard lock(me.lease_mutex);
        me.lease = held;
        if (closing_.load()) held->stop();
    }
    const auto asked = held->terms().hold_total;
    const clock::duration age = asked.count() > 0 ? asked : settings_.snapshot_age;
    const bool sound =
        held->serve(c, me.slot, j, {.total = age, .idle = age, .snapshot = true}, settings_.observer);
    {
        std::lock_guard lock(me.lease_mutex);
        me.lease.reset();
    }
    if (!sound) renew(me);
}

// Where a new connection cannot be had, the old one stays and goes on failing.
void readers::renew(reader& me) noexcept {
    std::string outcome = "a reader's connection is replaced: it met an I/O error or damage";
    try {
        if (const auto gone = me.connection->file().gone())
            std::rethrow_exception(gone); // another database is there
        auto fresh = std::make_unique<connection>(settings_, role::reader);
        me.slot.use(fresh.get());
        me.connection = std::move(fresh);
    } catch (const error& e) {
        outcome = "a reader's connection met an I/O error or damage, and cannot be replaced: " + e.message();
    }
    if (settings_.observer) settings_.observer->on(warning{outcome});
}

} // namespace hawser::sqlite
