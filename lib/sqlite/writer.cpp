#include "sqlite/writer.hpp"
#include "sqlite/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

constexpr auto idle_before_checkpoint = std::chrono::milliseconds(500);
constexpr auto truncate_wait = std::chrono::milliseconds(100);

// What joins a group commit; the rest runs alone.
bool joins_group(const engine::job& j) {
    if (j.what != engine::verb::run || j.batch.mode == engine::batch_mode::read) return false;
    for (const auto& r : j.batch.requests)
        if (r.bulk) return false;
    return true;
}

bool is_read(const engine::job& j) {
    return j.what == engine::verb::ping || (j.what == engine::verb::run && j.batch.mode == engine::batch_mode::read);
}

} // namespace

writer::writer(const settings& s, async::gate& room)
    : settings_(s), room_(room),
      connection_(std::make_unique<connection>(s, s.path == ":memory:" ? role::sole : role::writer)) {
    slot_.use(connection_.get());
    thread_ = std::thread([this] { run(); });
}

writer::~writer() {
    shut();
    join();
}

void writer::shut() noexcept {
    closing_.store(true);
    queue_.shut();
    slot_.stop();
    std::lock_guard lock(lease_mutex_);
    if (lease_) lease_->stop();
}

void writer::join() noexcept {
    if (thread_.joinable()) thread_.join();
}

deadline writer::expire(clock::time_point now) noexcept {
    std::shared_ptr<held_lease> held;
    {
        std::lock_guard lock(lease_mutex_);
        held = lease_;
    }
    if (held) held->expire_queued(now);
    const std::string holder = held ? held->describe() : std::string{};
    deadline next = slot_.expire(now);
    queue_.each([&](const engine::job_ptr& j) {
        if (j->due > now) next = std::min(next, j->due);
        else if (j->finish_queued(expired_failure(*j, holder))) deliver(*j);
    });
    return next;
}

void writer::run() noexcept {
    jobs waiting;
    for (;;) {
        const bool log_waits = connection_ && connection_->log_frames() >= settings_.checkpoint_frames;
        if (!queue_.wait_and_drain(waiting, log_waits ? after(idle_before_checkpoint) : no_deadline)) break;
        if (waiting.empty()) checkpoint(true);
        while (!waiting.empty()) serve(waiting);
    }
    close_connection();
}

void writer::serve(jobs& waiting) {
    if (!connection_) reopen();
    if (!connection_) {
        for (const auto& j : waiting) refuse(j, down_, room_);
        waiting.clear();
        return;
    }
    const engine::job& first = *waiting.front();
    if (is_read(first)) return run_reads(waiting);
    if (joins_group(first)) return run_group(waiting);
    const engine::job_ptr j = std::move(waiting.front());
    waiting.pop_front();
    if (first.what == engine::verb::begin) run_lease(j, waiting);
    else run_alone(j, waiting);
}

// BEGIN IMMEDIATE for the jobs at the front. False: the lock was not to be had; those whose time is up are answered.
bool writer::begin(jobs& waiting) {
    const auto limit_of = [&](const engine::job& j) { return std::min(j.due, j.submitted + settings_.busy_timeout); };
    deadline first_due = no_deadline;
    for (const auto& j : waiting) first_due = std::min(first_due, limit_of(*j));
    connection_->wait_for_locks_until(first_due);
    const int code = connection_->exec_own("begin immediate");
    if (code == SQLITE_OK) return true;
    const bool wait_on = (code & 0xff) == SQLITE_BUSY && !closing_.load();
    const auto failure = failure_of(connection_->handle(), code, {.name = "begin", .sql = "begin immediate"});
    const auto now = clock::now();
    std::erase_if(waiting, [&](const engine::job_ptr& j) {
        if (wait_on && j->queued() && limit_of(*j) > now) return false;
        refuse(j, failure, room_);
        return true;
    });
    if (poisons(code)) close_connection();
    return false;
}

// True: the member's work, or its lack of any, stands; the group goes on. False: SQLite has ended the group.
bool writer::run_member(engine::job& j) {
    j.failure = nullptr;
    try {
        run_batch(*connection_, j.batch, {.name = j.name, .observer = settings_.observer});
        if (!connection_->has_deferred_violations()) return true;
        // Would fail everybody's COMMIT. It is this member's: it is undone with the group, the others are run again.
        error_info info;
        info.native_code = SQLITE_CONSTRAINT_FOREIGNKEY;
        info.statement_name = j.name;
        if (!j.batch.requests.empty() && j.batch.requests.back().what->table())
            info.table = j.batch.requests.back().what->table()->name;
        j.failure = make_error(errc::foreign_key_violation, "a deferred foreign key is not satisfied at the end of " + std::string(j.name), std::move(info));
        connection_->exec_own("rollback");
        return false;
    } catch (const error& e) {
        j.failure = std::current_exception();
        poisoned_ = poisoned_ || poisons(e.info().native_code);
        return connection_->in_transaction();
    } catch (...) {
        j.failure = std::current_exception();
        return connection_->in_transaction();
    }
}

void writer::replace_poisoned() noexcept {
    if (!std::exchange(poisoned_, false) || !connection_) return;
    warn("the writer's connection is replaced: a statement met an I/O error or damage");
    close_connection();
    reopen();
}

void writer::run_group(jobs& waiting) {
    if (!begin(waiting)) return;
    const auto start = clock::now();
    const deadline hold_until = start + settings_.group_hold;
    std::vector<engine::job_ptr> members;
    members.reserve(std::min(waiting.size(), settings_.group_jobs));
    std::size_t bytes = 0;
    std::size_t failed = 0;
    bool lost = false;
    while (!lost) {
        if (waiting.empty()) {
            // Under FULL the disk is what costs: whoever came meanwhile shares this COMMIT.
            if (settings_.durability == durability::full) queue_.drain(waiting);
            if (waiting.empty()) break;
        }
        if (!joins_group(*waiting.front())) break;
        if (members.size() >= settings_.group_jobs || bytes >= settings_.group_bytes) break;
        if (members.size() % 16 == 15 && clock::now() >= hold_until) break;
        engine::job_ptr j = std::move(waiting.front());
        waiting.pop_front();
        if (!j->start()) {
            drop(j, room_);
            continue;
        }
        if (settings_.observer) settings_.observer->on(writer_waited{j->name, clock::now() - j->submitted});
        bytes += j->batch.values.bytes();
        lost = !run_member(*j);
        failed += j->failure ? 1 : 0;
        members.push_back(std::move(j));
    }
    if (lost) {
        replace_poisoned();
        replay(members);
    } else {
        const auto committing = clock::now();
        if (commit(members) && settings_.observer) {
            const auto end = clock::now();
            settings_.observer->on(group_committed{members.size(), failed, end - start, end - committing});
        }
    }
    answer(members, room_);
    replace_poisoned();
    checkpoint(false);
}

// True: committed. Otherwise every member that had no failure of its own has been given one, or has been run again.
bool writer::commit(std::vector<engine::job_ptr>& members) {
    const int code = connection_->exec_own("commit");
    if (code == SQLITE_OK) return true;
    const auto failure = failure_of(connection_->handle(), code, {.name = "commit", .sql = "commit"});
    if (connection_->in_transaction()) connection_->exec_own("rollback");
    const bool unknown = poisons(code);
    if (!unknown && (code & 0xff) == SQLITE_CONSTRAINT) {
        replay(members);
        return false;
    }
    for (const auto& j : members) {
        if (j->failure) continue;
        if (!unknown) {
            j->failure = failure;
            continue;
        }
        error_info info;
        info.native_code = code;
        info.statement_name = j->name;
        info.may_have_executed = true;
        j->failure = make_error(errc::commit_unknown, "COMMIT failed while writing to disk: the work is stored whole or not at all", std::move(info));
    }
    if (unknown) {
        warn("the writer's connection is replaced: COMMIT failed with SQLite code " + std::to_string(code));
        close_connection();
    }
    return false;
}

// The group is gone. Members without a failure of their own had succeeded: each gets a transaction of its own.
void writer::replay(std::vector<engine::job_ptr>& members) {
    for (const auto& member : members) {
        engine::job& j = *member;
        if (j.failure) continue;
        if (!connection_) {
            j.failure = down_;
            continue;
        }
        connection_->wait_for_locks_until(std::min(j.due, after(settings_.busy_timeout)));
        if (const int code = connection_->exec_own("begin immediate"); code != SQLITE_OK) {
            j.failure = failure_of(connection_->handle(), code, {.name = "begin", .sql = "begin immediate"});
            continue;
        }
        if (!run_member(j)) continue;
        if (j.failure) {
            connection_->exec_own("rollback");
            continue;
        }
        const int code = connection_->exec_own("commit");
        if (code == SQLITE_OK) continue;
        j.failure = failure_of(connection_->handle(), code, {.name = "commit", .sql = "commit"});
        if (connection_->in_transaction()) connection_->exec_own("rollback");
        if (poisons(code)) {
            j.failure = make_error(errc::commit_unknown, "COMMIT failed while writing to disk: the work is stored whole or not at all");
            close_connection();
        }
    }
}

namespace {

// Lets a running bulk statement be cancelled at its next chunk.
class bulk_stop final : public engine::job::canceller {
public:
    void cancel(engine::job&, boost::asio::cancellation_type) noexcept override { stop.store(true); }
    std::atomic<bool> stop{false};
};

} // namespace

// Pages may spill to the log while a transaction without savepoints runs: its memory stays flat. SQLite hands the
// switch to the pager only outside a transaction.
class writer::spilling {
public:
    explicit spilling(writer& w) : w_(w) { w_.connection_->require_own("pragma cache_spill=1"); }
    ~spilling() {
        if (w_.connection_) w_.forbid_spilling();
    }
    spilling(const spilling&) = delete;
    spilling& operator=(const spilling&) = delete;

private:
    writer& w_;
};

void writer::forbid_spilling() noexcept {
    try {
        connection_->require_own("pragma cache_spill=0");
        if (connection_->pragma("pragma cache_spill") == 0) return;
    } catch (const error&) {
    }
    warn("the writer's connection is replaced: cache_spill could not be switched off");
    close_connection();
}

// False: COMMIT is in doubt.
bool writer::run_bulk_alone(engine::job& j) {
    connection& c = *connection_;
    bulk_stop stop;
    j.runner.store(&stop, std::memory_order_release);
    try {
        if (j.what == engine::verb::script) c.run_script(j.text);
        else run_batch(c, j.batch, {.name = j.name, .observer = settings_.observer, .stop = &stop.stop, .due = j.due, .savepoint = false});
    } catch (...) {
        j.failure = std::current_exception();
    }
    j.runner.store(nullptr, std::memory_order_release);
    if (!j.failure) {
        const int code = c.exec_own("commit");
        if (code == SQLITE_OK) return true;
        j.failure = failure_of(c.handle(), code, {.name = j.name, .sql = "commit"});
        if (poisons(code)) {
            error_info info;
            info.native_code = code;
            info.may_have_executed = true;
            j.failure = make_error(errc::commit_unknown, "COMMIT failed while writing to disk: the work is stored whole or not at all", std::move(info));
            return false;
        }
    }
    if (c.in_transaction()) c.exec_own("rollback");
    return true;
}

bool writer::begin_alone(const engine::job_ptr& j) {
    jobs alone{j};
    while (!alone.empty() && !begin(alone)) {}
    if (alone.empty()) return false;
    if (j->start()) return true;
    connection_->exec_own("rollback");
    drop(j, room_);
    return false;
}

void writer::run_alone(const engine::job_ptr& j, jobs& waiting) {
    queue_.put_back(waiting); // where their deadlines are watched
    {
        spilling guard(*this);
        if (!begin_alone(j)) return;
        if (!run_bulk_alone(*j)) {
            warn("the writer's connection is replaced: the COMMIT of a bulk statement failed");
            close_connection();
        }
    }
    answer(j, room_);
    checkpoint(false);
}

void writer::run_lease(const engine::job_ptr& j, jobs& waiting) {
    queue_.put_back(waiting);
    std::optional<spilling> guard;
    if (j->long_running) guard.emplace(*this);
    if (!begin_alone(j)) return;
    auto held = std::static_pointer_cast<held_lease>(j->on);
    {
        std::lock_guard lock(lease_mutex_);
        lease_ = held;
        if (closing_.load()) held->stop();
    }
    held->serve(*connection_, slot_, j,
                {.total = j->long_running ? clock::duration::max() : settings_.hold_total,
                 .idle = j->long_running ? settings_.snapshot_age : settings_.hold_idle},
                settings_.observer);
    {
        std::lock_guard lock(lease_mutex_);
        lease_.reset();
    }
    drop(j, room_);
    guard.reset();
    checkpoint(false);
}

// Reads of a database in memory, between groups: they never see work that is not committed.
void writer::run_reads(jobs& waiting) {
    std::vector<engine::job_ptr> done;
    while (!waiting.empty() && is_read(*waiting.front())) {
        engine::job_ptr j = std::move(waiting.front());
        waiting.pop_front();
        if (!j->start()) {
            drop(j, room_);
            continue;
        }
        slot_.enter(*j);
        try {
            run_batch(*connection_, j->batch, {.name = j->name, .observer = settings_.observer});
        } catch (...) {
            j->failure = std::current_exception();
        }
        if (slot_.leave(*j) && j->failure)
            j->failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
        done.push_back(std::move(j));
    }
    answer(done, room_);
}

void writer::checkpoint(bool idle) noexcept {
    if (!connection_ || settings_.path == ":memory:") return;
    const int frames = connection_->log_frames();
    if (frames < (idle ? 1 : settings_.checkpoint_frames)) return;
    if (!idle && frames < settings_.checkpoint_at_most && queue_.size() > 0) return;
    const auto start = clock::now();
    const auto r = connection_->checkpoint(false);
    if (r.code == SQLITE_OK && settings_.observer)
        settings_.observer->on(checkpointed{r.log_frames, r.copied_frames, clock::now() - start});
    if (poisons(r.code)) {
        warn("the writer's connection is replaced: a checkpoint failed with SQLite code " + std::to_string(r.code));
        close_connection();
    }
}

void writer::close_connection() noexcept {
    if (!connection_) return;
    slot_.use(nullptr);
    if (closing_.load() && settings_.path != ":memory:") {
        connection_->wait_for_locks_until(after(truncate_wait));
        connection_->checkpoint(true);
    }
    connection_.reset();
}

void writer::reopen() noexcept {
    try {
        connection_ = std::make_unique<connection>(settings_, role::writer);
        down_ = nullptr;
        slot_.use(connection_.get());
    } catch (...) {
        down_ = std::current_exception();
    }
}

void writer::warn(const std::string& text) noexcept {
    if (settings_.observer) settings_.observer->on(warning{text});
}

} // namespace hawser::sqlite
