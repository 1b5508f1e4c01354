#include "sqlite/readers.hpp"
#include "sqlite/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/reading.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

constexpr std::size_t jobs_per_transaction = 64;

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
    queue_.each([&](const engine::job_ptr& j) {
        if (j->due > now)
            next = std::min(next, j->due);
        else if (j->finish_queued(expired_failure(*j, {})))
            deliver(*j);
    });
    return next;
}

void readers::run(reader& me) noexcept {
    while (queue_.wait()) {
        if (const auto begin = queue_.take(job_queue::any, std::not_fn(is_read)))
            run_lease(me, begin);
        else
            run_reads(me);
    }
    keeper_.thread_ended();
}

// One read transaction, for what was queued before it.
void readers::run_reads(reader& me) {
    const auto before = queue_.now();
    engine::job_ptr j = queue_.take(before, is_read);
    if (!j) return;
    connection& c = *me.connection;
    c.wait_for_locks_until(after(settings_.busy_timeout));
    bool poisoned = false;
    {
        reading reads(c, me.slot, queue_, room_, settings_.observer);
        const bool together = queue_.size() > 0;
        if (together || j->batch.requests.size() > 1) c.exec_own("begin");
        reads.run(j);
        j.reset();
        if (together) reads.run(before, is_read, readers_.size(), jobs_per_transaction);
        if (c.in_transaction()) c.exec_own("commit");
        if (c.in_transaction()) c.exec_own("rollback");
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
        c.exec_own("rollback");
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
    const bool sound = held->serve(
        c, me.slot, j, {.total = settings_.snapshot_age, .idle = settings_.snapshot_age}, settings_.observer);
    {
        std::lock_guard lock(me.lease_mutex);
        me.lease.reset();
    }
    if (!sound) renew(me);
}

// Where a new connection cannot be had, the old one stays and goes on failing.
void readers::renew(reader& me) noexcept {
    if (settings_.observer)
        settings_.observer->on(warning{"a reader's connection is replaced: it met an I/O error or damage"});
    try {
        auto fresh = std::make_unique<connection>(settings_, role::reader);
        me.slot.use(fresh.get());
        me.connection = std::move(fresh);
    } catch (const error&) {}
}

} // namespace hawser::sqlite
