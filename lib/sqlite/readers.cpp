#include "sqlite/readers.hpp"
#include "sqlite/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

constexpr std::size_t jobs_per_transaction = 64;
constexpr auto answer_after = std::chrono::microseconds(500);

} // namespace

readers::readers(const settings& s, async::gate& room) : settings_(s), room_(room) {
    for (unsigned i = 0; i < s.readers; ++i) {
        auto r = std::make_unique<reader>();
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
        r->slot.stop();
        std::lock_guard lock(r->lease_mutex);
        if (r->lease) r->lease->stop();
    }
}

void readers::join() noexcept {
    for (auto& r : readers_)
        if (r->thread.joinable()) r->thread.join();
}

deadline readers::expire(clock::time_point now) noexcept {
    deadline next = no_deadline;
    for (auto& r : readers_) {
        next = std::min(next, r->slot.expire(now));
        std::lock_guard lock(r->lease_mutex);
        if (r->lease) r->lease->expire_queued(now);
    }
    queue_.each([&](const engine::job_ptr& j) {
        if (j->due > now) next = std::min(next, j->due);
        else if (j->finish_queued(expired_failure(*j, {}))) deliver(*j);
    });
    return next;
}

void readers::run(reader& me) noexcept {
    std::deque<engine::job_ptr> taken;
    std::vector<engine::job_ptr> batch;
    while (queue_.wait_and_share(taken, readers_.size(), jobs_per_transaction)) {
        while (!taken.empty()) {
            engine::job_ptr j = std::move(taken.front());
            taken.pop_front();
            if (!j->start()) {
                drop(j, room_);
                continue;
            }
            if (j->what == engine::verb::begin) {
                run_batch_of(me, batch);
                run_lease(me, j);
            } else {
                batch.push_back(std::move(j));
            }
        }
        run_batch_of(me, batch);
    }
    me.slot.use(nullptr);
    me.connection.reset();
}

// One read transaction for all that was queued before it.
void readers::run_batch_of(reader& me, std::vector<engine::job_ptr>& batch) {
    if (batch.empty()) return;
    const bool together = batch.size() > 1 || batch.front()->batch.requests.size() > 1;
    me.connection->wait_for_locks_until(after(settings_.busy_timeout));
    if (together) me.connection->exec_own("begin");
    auto first_unanswered = batch.begin();
    auto last_answer = clock::now();
    for (auto at = batch.begin(); at != batch.end(); ++at) {
        run_one(me, **at);
        // A slow one in the middle does not keep the answers of the quick ones.
        if (batch.size() > 1 && clock::now() - last_answer > answer_after) {
            answer({first_unanswered, at + 1}, room_);
            first_unanswered = at + 1;
            last_answer = clock::now();
        }
    }
    if (together && me.connection->in_transaction()) me.connection->exec_own("commit");
    answer({first_unanswered, batch.end()}, room_);
    batch.clear();
    renew(me);
}

void readers::run_one(reader& me, engine::job& j) {
    me.slot.enter(j);
    std::exception_ptr failure;
    try {
        run_batch(*me.connection, j.batch, {.name = j.name, .observer = settings_.observer});
    } catch (...) {
        failure = std::current_exception();
    }
    const bool timed_out = me.slot.leave(j);
    if (failure && timed_out) failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
    j.failure = std::move(failure);
}

void readers::run_lease(reader& me, const engine::job_ptr& j) {
    auto held = std::static_pointer_cast<held_lease>(j->on);
    // BEGIN alone takes no snapshot: reading the schema does.
    if (int code = me.connection->exec_own("begin"); code != SQLITE_OK || (code = me.connection->exec_own("select 1 from sqlite_schema limit 1")) != SQLITE_OK) {
        j->failure = failure_of(me.connection->handle(), code, {.name = j->name, .sql = "begin"});
        me.connection->exec_own("rollback");
        return answer(j, room_);
    }
    {
        std::lock_guard lock(me.lease_mutex);
        me.lease = held;
        if (closing_.load()) held->stop();
    }
    held->serve(*me.connection, me.slot, j, {.total = settings_.snapshot_age, .idle = settings_.snapshot_age}, settings_.observer);
    {
        std::lock_guard lock(me.lease_mutex);
        me.lease.reset();
    }
    drop(j, room_);
}

// A connection that met an I/O error is replaced; where that fails, the old one stays and goes on failing.
void readers::renew(reader& me) noexcept {
    if (!poisons(sqlite3_extended_errcode(me.connection->handle()))) return;
    if (settings_.observer) settings_.observer->on(warning{"a reader's connection is replaced: it met an I/O error or damage"});
    try {
        auto fresh = std::make_unique<connection>(settings_, role::reader);
        me.slot.use(fresh.get());
        me.connection = std::move(fresh);
    } catch (const error&) {
    }
}

} // namespace hawser::sqlite
