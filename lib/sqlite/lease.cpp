#include "sqlite/lease.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <algorithm>
#include <cstdio>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

std::string seconds(clock::duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(d).count());
    return text;
}

std::exception_ptr too_late(const engine::job& j) {
    error_info info;
    info.statement_name = j.name;
    return make_error(errc::statement_timeout, "the deadline passed before the work began", std::move(info));
}

std::string savepoint_text(engine::verb verb, unsigned level) {
    const char* what = verb == engine::verb::savepoint ? "savepoint s"
                       : verb == engine::verb::release ? "release s"
                                                       : "rollback to s";
    return what + std::to_string(level);
}

bool ends(const engine::job& j) noexcept {
    return j.what == engine::verb::commit || j.what == engine::verb::rollback;
}

} // namespace

std::shared_ptr<engine::lease> held_lease::make(std::string holder) {
    auto held = std::make_shared<held_lease>(std::move(holder));
    engine::lease* const shown = held.get();
    return {shown, [held = std::move(held)](engine::lease*) { held->release(); }};
}

std::shared_ptr<held_lease> held_lease::behind(const std::shared_ptr<engine::lease>& handle) {
    return static_cast<held_lease*>(handle.get())->shared_from_this();
}

// The transaction is over; the call itself was fine.
std::exception_ptr held_lease::ended(errc kind, const std::string& why, const engine::job& j) const {
    error_info info;
    info.id = "DB_TXN_001";
    info.statement_name = j.name;
    return std::make_exception_ptr(
        transaction_error(kind, "transaction '" + holder_ + "' " + why, std::move(info)));
}

void held_lease::submit(engine::job_ptr j) noexcept {
    std::exception_ptr refused;
    {
        std::lock_guard lock(mutex_);
        if (!why_.empty())
            refused = ended(kind_, why_, *j);
        else if (!begun_)
            refused = ended(errc::misuse, "has not begun", *j);
        else if (released_)
            refused = ended(errc::misuse, "has been given back", *j);
        else {
            jobs_.push_back(std::move(j));
            changed_.notify_one();
            return;
        }
    }
    if (j->finish_queued(std::move(refused))) deliver(*j);
}

void held_lease::release() noexcept {
    std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_one();
}

void held_lease::stop() noexcept {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_one();
}

deadline held_lease::expire_queued(clock::time_point now) noexcept {
    std::lock_guard lock(mutex_);
    deadline left = no_deadline;
    for (const auto& j : jobs_) {
        if (j->due > now)
            left = std::min(left, j->due);
        else if (j->finish_queued(too_late(*j)))
            deliver(*j);
    }
    return left;
}

std::string held_lease::describe() const {
    std::lock_guard lock(mutex_);
    return "the writer is held by transaction '" + holder_ + "' for " + seconds(clock::now() - since_) +
           "; inside its body use tx, not the database";
}

held_lease::next held_lease::wait(deadline idle) {
    std::unique_lock lock(mutex_);
    const deadline until = std::min(idle, total_);
    const auto ready = [this] { return !jobs_.empty() || released_ || stopped_; };
    bool in_time = true;
    if (until == no_deadline)
        changed_.wait(lock, ready);
    else
        in_time = changed_.wait_until(lock, until, ready);
    if (stopped_) return {nullptr, next::reason::stopped};
    if (!jobs_.empty() && clock::now() < total_) {
        engine::job_ptr j = std::move(jobs_.front());
        jobs_.pop_front();
        return {std::move(j), next::reason::job};
    }
    if (jobs_.empty() && released_) return {nullptr, next::reason::released};
    return {nullptr, !in_time && idle < total_ ? next::reason::idle : next::reason::too_long};
}

void held_lease::end(errc kind, std::string why) noexcept {
    std::deque<engine::job_ptr> left;
    {
        std::lock_guard lock(mutex_);
        kind_ = kind;
        why_ = std::move(why);
        left.swap(jobs_);
    }
    for (const auto& j : left)
        if (j->finish_queued(ended(kind_, why_, *j))) deliver(*j);
}

// All or nothing: part of a transaction that goes on after a failure.
void held_lease::run_script(connection& c, const std::string& text) const {
    if (!limits_.savepoints) return c.run_script(text);
    c.require_own("savepoint script");
    try {
        c.run_script(text);
        c.require_own("release script");
    } catch (...) {
        if (c.in_transaction()) {
            const bool undone =
                c.exec_own("rollback to script") == SQLITE_OK && c.exec_own("release script") == SQLITE_OK;
            if (!undone) c.exec_own("rollback");
        }
        throw;
    }
}

void held_lease::run_verb(connection& c, slot& s, engine::job& j) {
    switch (j.what) {
    case engine::verb::savepoint:
    case engine::verb::release:
    case engine::verb::rollback_to:
        if (!limits_.savepoints) throw_error(errc::misuse, "a bulk load has no savepoints");
        return c.require_own(savepoint_text(j.what, j.level).c_str());
    case engine::verb::script: return run_script(c, j.text);
    default:
        run_batch(c, j.batch,
                  {.name = j.name,
                   .observer = watch_,
                   .stop = &s.stop(),
                   .due = j.due,
                   .savepoint = limits_.savepoints});
    }
}

// A statement that outlasts its deadline, or the transaction's, is interrupted: what is lost is the caller's own.
void held_lease::run(connection& c, slot& s, const engine::job_ptr& j) {
    s.enter(*j, std::min(j->due, total_));
    if (!j->start()) {
        s.leave(*j);
        return;
    }
    std::exception_ptr failure;
    try {
        run_verb(c, s, *j);
    } catch (...) { failure = std::current_exception(); }
    statements_ += j->batch.requests.size();
    if (s.leave(*j) && was_interrupted(failure))
        failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
    poisoned_ = poisoned_ || poisons(failure);
    const bool half_done = failure && (j->what == engine::verb::run || j->what == engine::verb::script) &&
                           j->batch.mode != engine::batch_mode::read;
    if (half_done && !limits_.savepoints && c.in_transaction()) c.exec_own("rollback");
    // An error that ended the whole transaction must not let the next statement run outside of one.
    if (!c.in_transaction()) end(errc::misuse, "was rolled back by an error in it");
    j->failure = std::move(failure);
    j->round_trips = 1;
    if (j->finish_running()) deliver(*j);
}

void held_lease::finish_transaction(connection& c, const engine::job_ptr& j) {
    if (!j->start()) return;
    j->round_trips = 1;
    const bool commit = j->what == engine::verb::commit;
    const int code = c.exec_own(commit ? "commit" : "rollback");
    committed_ = commit && code == SQLITE_OK;
    if (code != SQLITE_OK) {
        poisoned_ = poisoned_ || poisons(code);
        in_doubt_ = commit && poisons(code);
        j->failure = in_doubt_ ? commit_in_doubt(code, holder_)
                               : failure_of(c.handle(), code,
                                            {.name = holder_, .sql = commit ? "commit" : "rollback"});
    }
    if (c.in_transaction()) c.exec_own("rollback");
    end(errc::misuse, committed_ ? "has been committed" : "has been rolled back");
}

bool held_lease::serve(connection& c, slot& s, const engine::job_ptr& begin, limits l,
                       hawser::observer* watch) {
    watch_ = watch;
    limits_ = l;
    total_ = after(l.total);
    {
        std::lock_guard lock(mutex_);
        begun_ = true;
        since_ = clock::now();
    }
    begin->round_trips = 1;
    if (begin->finish_running()) deliver(*begin);
    c.tell(&s);
    engine::job_ptr last;
    while (why_.empty()) {
        next n = wait(after(l.idle));
        switch (n.why) {
        case next::reason::released: end(errc::misuse, "has been given back"); break;
        case next::reason::stopped: end(errc::closed, "was rolled back: the database is being closed"); break;
        case next::reason::idle:
            end(errc::statement_timeout, "was rolled back: nothing was asked of it for " + seconds(l.idle));
            break;
        case next::reason::too_long:
            end(errc::statement_timeout, "was rolled back: it lasted longer than " + seconds(l.total));
            break;
        case next::reason::job:
            if (!ends(*n.job)) {
                run(c, s, n.job);
                break;
            }
            finish_transaction(c, n.job);
            last = std::move(n.job);
        }
    }
    c.tell(nullptr);
    if (c.in_transaction()) c.exec_own("rollback");
    if (watch_) {
        const auto outcome = committed_  ? transaction_outcome::committed
                             : in_doubt_ ? transaction_outcome::unknown
                                         : transaction_outcome::rolled_back;
        watch_->on(transaction_ended{holder_, outcome, clock::now() - since_, statements_});
    }
    if (last && last->finish_running()) deliver(*last);
    return !poisoned_;
}

} // namespace hawser::sqlite
