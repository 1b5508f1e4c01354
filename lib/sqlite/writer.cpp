#include "sqlite/writer.hpp"
#include "engine/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/quick.hpp"
#include "sqlite/reading.hpp"
#include "sqlite/run.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <limits>
#include <sqlite3.h>
#include <utility>

namespace hawser::sqlite {
namespace {

constexpr auto idle_before_checkpoint = std::chrono::milliseconds(500);
constexpr auto truncate_wait = std::chrono::milliseconds(100);
constexpr auto longest_on_callers_thread = std::chrono::milliseconds(1);
constexpr std::size_t reads_on_callers_thread = 256;
constexpr int truncate_factor = 16; // of checkpoint_at_most: the log has grown behind a reader's back

enum class kind { read, group, lease, session, alone };

kind kind_of(const engine::job& j) {
    if (j.what == engine::verb::ping) return kind::read;
    if (j.what == engine::verb::begin) return kind::lease;
    if (j.what == engine::verb::connect) return kind::session;
    if (j.what != engine::verb::run) return kind::alone;
    if (j.batch.mode == engine::batch_mode::read) return kind::read;
    for (const auto& r : j.batch.requests)
        if (r.bulk) return kind::alone;
    return kind::group;
}

constexpr auto of_kind(kind wanted) {
    return [wanted](const engine::job& j) { return kind_of(j) == wanted; };
}
constexpr auto quick_of_kind(kind wanted) {
    return [wanted](const engine::job& j) { return kind_of(j) == wanted && is_quick(j); };
}

bool is_busy(int code) noexcept {
    return (code & 0xff) == SQLITE_BUSY;
}

} // namespace

writer::writer(const settings& s, async::gate& room, keeper& k)
    : settings_(s),
      room_(room),
      keeper_(k),
      slot_(k),
      connection_(std::make_unique<connection>(s, in_memory() ? role::sole : role::writer)),
      file_(connection_->file()) {
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
    slot_.stop_waiting();
    std::lock_guard lock(lease_mutex_);
    if (lease_) lease_->stop();
}

void writer::join() noexcept {
    if (thread_.joinable()) thread_.join();
    turn_.detach();
    replay_undone(); // of a group that was lost after the thread had ended
    if (!connection_) return;
    slot_.use(nullptr);
    if (!in_memory() && !settings_.read_only) {
        connection_->wait_for_locks_until(after(truncate_wait));
        connection_->checkpoint(true);
    }
    connection_.reset();
}

void writer::stop_reads() noexcept {
    slot_.stop_reads();
    queue_.each([](const engine::job_ptr& j) {
        if (kind_of(*j) == kind::read && j->finish_queued(engine::closed_failure())) deliver(*j);
    });
}

deadline writer::expire(clock::time_point now) noexcept {
    std::shared_ptr<held_lease> held;
    {
        std::lock_guard lock(lease_mutex_);
        held = lease_;
    }
    deadline next = slot_.expire(now);
    std::string holder;
    if (held) {
        next = std::min(next, held->expire_queued(now));
        holder = held->describe();
    } else if (locked_out_.load()) {
        holder = "another connection or process holds the database's lock";
    }
    queue_.each([&](const engine::job_ptr& j) {
        if (j->due > now)
            next = std::min(next, j->due);
        else if (j->finish_queued(engine::expired_failure(*j, holder)))
            deliver(*j);
    });
    return next;
}

bool writer::submit(engine::job_ptr j) {
    if (!is_inline()) return queue_.push(std::move(j));
    bool taken = false;
    if (is_quick(*j)) {
        const async::operation& from = *j;
        turn_.announce(from, [&] { taken = queue_.push_quietly(std::move(j)); });
    } else {
        taken = queue_.push_quietly(std::move(j));
        queue_.call();
    }
    return taken;
}

void writer::turn_ended() noexcept {
    const std::unique_lock turn(turn_mutex_, std::try_to_lock);
    if (!turn || !serve_caller()) queue_.call();
}

bool writer::serve_caller() {
    if (!undone_.empty()) return false;
    drop_finished();
    if (queue_.size() == 0) return true;
    if (!connection_ || file_.gone()) return false;
    kind first = kind::alone;
    static_cast<void>(queue_.take(job_queue::any, [&](const engine::job& j) {
        if (is_quick(j)) first = kind_of(j);
        return false;
    }));
    if (first == kind::group)
        run_group(place::caller);
    else if (first == kind::read)
        run_reads(place::caller);
    else
        return false;
    return undone_.empty() && queue_.size() == 0 && connection_ &&
           connection_->log_frames() < settings_.checkpoint_frames;
}

clock::duration writer::longest_group(place p) const noexcept {
    const clock::duration own = settings_.group_hold;
    return p == place::own ? own : std::min<clock::duration>(own, longest_on_callers_thread);
}

bool writer::wait_for_work() {
    if (is_inline()) return queue_.wait_for_call();
    const bool log_waits = connection_ && connection_->log_frames() >= settings_.checkpoint_frames;
    return queue_.wait(log_waits ? after(idle_before_checkpoint) : no_deadline, settings_.spin);
}

void writer::run() noexcept {
    while (wait_for_work()) {
        const std::lock_guard turn(turn_mutex_);
        replay_undone();
        if (queue_.size() == 0) checkpoint(!is_inline()); // called inline, the log has grown
        while (queue_.size() > 0) serve();
    }
    keeper_.thread_ended();
}

void writer::replay_undone() noexcept {
    if (undone_.empty()) return;
    replay(undone_);
    answer(undone_, room_);
    undone_.clear();
    replace_poisoned();
}

void writer::drop_finished() {
    while (const auto finished =
               queue_.take(job_queue::any, [](const engine::job& j) { return !j.queued(); }))
        drop(finished, room_);
}

void writer::serve() {
    drop_finished();
    if (const auto gone = file_.gone()) return refuse_first(gone);
    if (!connection_) reopen();
    if (!connection_) return refuse_first(down_);
    kind first = kind::read;
    bool spills = false;
    static_cast<void>(queue_.take(job_queue::any, [&](const engine::job& j) {
        first = kind_of(j);
        spills = j.long_running;
        return false;
    }));
    switch (first) {
    case kind::read: return run_reads(place::own);
    case kind::group: return run_group(place::own);
    case kind::lease: return run_lease(spills);
    case kind::session: return run_session();
    case kind::alone: return run_alone();
    }
}

void writer::refuse_first(const std::exception_ptr& why) {
    if (const auto j = queue_.take()) refuse(j, why, room_);
}

// False: the lock was not to be had; jobs that have waited for it long enough are answered.
bool writer::begin(place p) {
    connection_->wait_for_locks_until({});
    int code = connection_->exec_own("begin immediate");
    if (is_busy(code) && p == place::caller) return false; // to wait is the thread's business
    if (is_busy(code) && !closing_.load()) {
        deadline until = no_deadline;
        queue_.each([&](const engine::job_ptr& j) {
            until = std::min(until, j->submitted + settings_.busy_timeout);
        });
        connection_->wait_for_locks_until(until);
        locked_out_.store(true);
        code = connection_->exec_own("begin immediate");
        locked_out_.store(false);
    }
    if (code == SQLITE_OK) return true;
    const bool wait_on = is_busy(code) && !closing_.load();
    const auto failure = failure_of(connection_->handle(), code, {.name = "begin", .sql = "begin immediate"});
    const auto now = clock::now();
    queue_.each([&](const engine::job_ptr& j) {
        if (wait_on && j->submitted + settings_.busy_timeout > now) return;
        if (j->finish_queued(failure)) deliver(*j);
    });
    if (poisons(code)) close_connection();
    return false;
}

// True: the member's work, or its lack of any, stands; the group goes on. False: the group's transaction is gone.
bool writer::run_member(engine::job& j) {
    j.failure = nullptr;
    try {
        run_batch(*connection_, j.batch,
                  {.name = j.name,
                   .observer = settings_.observer,
                   .always_savepoint = careful_,
                   .settle_deferred = true});
    } catch (...) {
        j.failure = std::current_exception();
        poisoned_ = poisoned_ || poisons(j.failure);
    }
    if (connection_->in_transaction()) return true;
    careful_ = careful_ || native_code(j.failure) == SQLITE_CONSTRAINT_FOREIGNKEY;
    return false;
}

void writer::run_group(place p) {
    if (!begin(p)) return;
    const auto start = clock::now();
    const deadline hold_until = start + longest_group(p);
    // Under FULL the disk is what costs: whoever comes meanwhile shares this COMMIT.
    const auto before = settings_.durability == durability::full ? job_queue::any : queue_.now();
    std::vector<engine::job_ptr> members;
    std::size_t bytes = 0;
    std::size_t failed = 0;
    bool lost = false;
    while (!lost && members.size() < settings_.group_jobs && bytes < settings_.group_bytes) {
        if (members.size() % 16 == 15 && clock::now() >= hold_until) break;
        engine::job_ptr j = p == place::own ? queue_.take(before, of_kind(kind::group))
                                            : queue_.take(before, quick_of_kind(kind::group));
        if (!j) break;
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
    if (lost || !commit(members, failed, start)) {
        if (p == place::caller) return undone_.swap(members); // each may have to wait for locks
        replay(members);
    }
    answer(members, room_);
    members.clear();
    replace_poisoned();
    if (p == place::own) checkpoint(false);
}

// Every member that had no failure of its own is committed, or given one. False: they are to be run again.
bool writer::commit(std::vector<engine::job_ptr>& members, std::size_t failed, clock::time_point start) {
    const auto committing = clock::now();
    const int code = connection_->exec_own("commit");
    if (code == SQLITE_OK) {
        const auto end = clock::now();
        if (settings_.observer && !members.empty())
            settings_.observer->on(group_committed{members.size(), failed, end - start, end - committing});
        return true;
    }
    const auto failure = failure_of(connection_->handle(), code, {.name = "commit", .sql = "commit"});
    if (connection_->in_transaction()) connection_->undo_own("rollback");
    if ((code & 0xff) == SQLITE_CONSTRAINT) return false;
    poisoned_ = poisoned_ || poisons(code);
    for (const auto& j : members)
        if (!j->failure) j->failure = poisons(code) ? commit_in_doubt(code, j->name) : failure;
    return true;
}

// The group is gone. Members without a failure of their own had succeeded: each gets a transaction of its own.
void writer::replay(std::vector<engine::job_ptr>& members) {
    for (const auto& j : members)
        while (!j->failure && !replay_member(*j)) {}
}

// False: a request of an independent batch has ended the transaction, the others are still to be run.
bool writer::replay_member(engine::job& j) {
    replace_poisoned();
    if (!connection_) reopen();
    if (!connection_) {
        j.failure = down_;
        return true;
    }
    connection& c = *connection_;
    c.wait_for_locks_until(after(settings_.busy_timeout));
    if (const int code = c.exec_own("begin immediate"); code != SQLITE_OK) {
        j.failure = failure_of(c.handle(), code, {.name = "begin", .sql = "begin immediate"});
        return true;
    }
    if (!run_member(j)) return j.failure != nullptr;
    if (!j.failure) {
        const int code = c.exec_own("commit");
        if (code != SQLITE_OK) {
            poisoned_ = poisoned_ || poisons(code);
            j.failure = poisons(code) ? commit_in_doubt(code, j.name)
                                      : failure_of(c.handle(), code, {.name = "commit", .sql = "commit"});
        }
    }
    if (c.in_transaction()) c.undo_own("rollback");
    return true;
}

// Pages may spill to the log while a transaction without savepoints runs: its memory stays flat. SQLite hands the
// switch to the pager only outside a transaction.
class writer::spilling {
public:
    // Throws hawser::error.
    explicit spilling(writer& w) : w_(w) {
        w_.connection_->wait_for_locks_until(after(w_.settings_.busy_timeout));
        w_.connection_->require_own("pragma cache_spill=1");
    }
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
    } catch (const error&) {}
    warn("the writer's connection is replaced: cache_spill could not be switched off");
    close_connection();
}

void writer::run_bulk(engine::job& j) {
    connection& c = *connection_;
    try {
        if (j.what == engine::verb::script)
            c.run_script(j.text);
        else
            run_batch(c, j.batch,
                      {.name = j.name,
                       .observer = settings_.observer,
                       .stop = &slot_.stop(),
                       .due = j.due,
                       .pause_at = after(settings_.group_hold),
                       .savepoint = false});
    } catch (...) {
        j.failure = std::current_exception();
        poisoned_ = poisoned_ || poisons(j.failure);
    }
    if (!j.failure) {
        if (const int code = c.exec_own("commit"); code != SQLITE_OK) {
            poisoned_ = poisoned_ || poisons(code);
            j.failure = poisons(code) ? commit_in_doubt(code, j.name)
                                      : failure_of(c.handle(), code, {.name = j.name, .sql = "commit"});
        }
    }
    if (c.in_transaction()) c.undo_own("rollback");
}

void writer::run_alone() {
    engine::job_ptr j;
    try {
        spilling guard(*this);
        if (!begin()) return;
        j = queue_.take();
        slot_.enter(*j, j->due);
        if (j->start()) {
            connection_->tell(&slot_);
            run_bulk(*j);
            connection_->tell(nullptr);
            if (slot_.leave(*j) && was_interrupted(j->failure))
                j->failure = make_error(errc::statement_timeout, "the deadline passed; nothing was stored",
                                        {.statement_name = std::string(j->name)});
        } else {
            slot_.leave(*j);
            connection_->undo_own("rollback");
            drop(j, room_);
            j.reset();
        }
    } catch (const error&) { return refuse_first(std::current_exception()); }
    if (j) answer(j, room_);
    replace_poisoned();
    checkpoint(false);
}

void writer::run_lease(bool spills) {
    bool sound = true;
    try {
        std::optional<spilling> guard;
        if (spills) guard.emplace(*this);
        if (!begin()) return;
        const auto j = queue_.take();
        if (!j->start()) {
            connection_->undo_own("rollback");
            return drop(j, room_);
        }
        const bool reads = j->modes.read_only && !settings_.read_only;
        if (const int code = reads ? connection_->exec_own("pragma query_only=1") : SQLITE_OK;
            code != SQLITE_OK) {
            j->failure = failure_of(connection_->handle(), code, {.name = j->name, .sql = "begin"});
            connection_->undo_own("rollback");
            return answer(j, room_);
        }
        const auto held = held_lease::behind(j->on);
        j->on.reset();
        drop(j, room_);
        hold(held);
        const held_lease::limits l{.total = spills ? clock::duration::max() : settings_.hold_total,
                                   .idle = spills ? settings_.snapshot_age : settings_.hold_idle,
                                   .savepoints = !spills};
        sound = held->serve(*connection_, slot_, j, l, settings_.observer);
        hold(nullptr);
        // Nobody else is to run on the connection with the switch on, however the lease ends.
        if (reads && connection_->exec_own("pragma query_only=0") != SQLITE_OK) sound = false;
    } catch (const error&) { return refuse_first(std::current_exception()); }
    poisoned_ = poisoned_ || !sound;
    replace_poisoned();
    checkpoint(false);
}

void writer::hold(std::shared_ptr<held_lease> l) noexcept {
    std::lock_guard lock(lease_mutex_);
    lease_.swap(l);
    if (lease_ && closing_.load()) lease_->stop();
}

namespace {

clock::duration limit(std::chrono::milliseconds own, std::chrono::milliseconds usual) {
    if (own.count() < 0) return usual;
    return own.count() == 0 ? clock::duration::max() : clock::duration(own);
}

} // namespace

// What a session has made of the connection goes with it.
void writer::run_session() {
    const auto j = queue_.take();
    if (!j->start()) return drop(j, room_);
    const auto held = held_lease::behind(j->on);
    j->on.reset();
    drop(j, room_);
    hold(held);
    connection_->permit_all();
    const held_lease::limits l{.total = limit(held->terms().hold_total, settings_.hold_total),
                               .idle = limit(held->terms().hold_idle, settings_.hold_idle),
                               .lock_wait = settings_.busy_timeout};
    static_cast<void>(held->serve(*connection_, slot_, j, l, settings_.observer));
    hold(nullptr);
    if (!in_memory()) return close_connection();
    try {
        connection_->restore(settings_, role::sole);
    } catch (const error& e) {
        warn("the connection could not be put back as it was before a session: " + e.message());
    }
}

// Reads of a database in memory, between groups: they never see work that is not committed.
void writer::run_reads(place p) {
    const auto before = queue_.now();
    connection_->wait_for_locks_until(p == place::own ? after(settings_.busy_timeout) : deadline{});
    reading reads(*connection_, slot_, queue_, room_, settings_.observer);
    if (p == place::own)
        reads.run(before, of_kind(kind::read), 1, std::numeric_limits<std::size_t>::max());
    else
        reads.run(before, quick_of_kind(kind::read), 1, reads_on_callers_thread);
}

void writer::checkpoint(bool idle) noexcept {
    if (!connection_ || in_memory()) return;
    const int frames = connection_->log_frames();
    if (frames < (idle ? 1 : settings_.checkpoint_frames)) return;
    if (!idle && frames < settings_.checkpoint_at_most && queue_.size() > 0) return;
    // Readers that never leave the log at the same moment would let it grow for ever: wait for them, but not long.
    const std::int64_t most = std::int64_t{settings_.checkpoint_at_most} * truncate_factor;
    if (frames < most) truncate_at_ = most;
    const bool truncate = frames >= truncate_at_;
    if (truncate) {
        truncate_at_ = frames + most;
        connection_->wait_for_locks_until(after(truncate_wait));
    }
    const auto start = clock::now();
    const auto r = connection_->checkpoint(truncate);
    if (r.code == SQLITE_OK && settings_.observer)
        settings_.observer->on(checkpointed{r.log_frames, r.copied_frames, clock::now() - start});
    if (!poisons(r.code)) return;
    warn("the writer's connection is replaced: a checkpoint failed with SQLite code " +
         std::to_string(r.code));
    close_connection();
}

void writer::replace_poisoned() noexcept {
    if (!std::exchange(poisoned_, false) || !connection_) return;
    warn("the writer's connection is replaced: it met an I/O error or damage");
    close_connection();
}

// A database in memory is its connection: it stays.
void writer::close_connection() noexcept {
    if (!connection_ || in_memory()) return;
    slot_.use(nullptr);
    connection_.reset();
}

void writer::reopen() noexcept {
    try {
        down_ = file_.gone();
        if (down_) return;
        connection_ = std::make_unique<connection>(settings_, role::writer);
        slot_.use(connection_.get());
        if (closing_.load()) connection_->stop_waiting();
    } catch (...) { down_ = std::current_exception(); }
}

void writer::warn(const std::string& text) noexcept {
    if (settings_.observer) settings_.observer->on(warning{text});
}

} // namespace hawser::sqlite
