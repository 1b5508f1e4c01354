#include "sqlite/lease.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <cstdio>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

// The caller's transaction is over; the call itself was fine.
std::exception_ptr ended_failure(const std::string& holder, const std::string& why, std::string_view statement) {
    error_info info;
    info.id = "DB_TXN_001";
    info.statement_name = statement;
    return std::make_exception_ptr(
        transaction_error(errc::statement_timeout, "transaction '" + holder + "' " + why, std::move(info)));
}

std::string seconds(clock::duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(d).count());
    return text;
}

void finish(engine::job& j, std::exception_ptr failure) noexcept {
    j.failure = std::move(failure);
    if (j.finish_running()) deliver(j);
}

std::string savepoint_text(engine::verb verb, unsigned level) {
    const char* what = verb == engine::verb::savepoint ? "savepoint s" : verb == engine::verb::release ? "release s" : "rollback to s";
    return what + std::to_string(level);
}

} // namespace

void held_lease::submit(engine::job_ptr j) noexcept {
    std::string why;
    {
        std::lock_guard lock(mutex_);
        if (begun_ && why_.empty() && !released_) {
            jobs_.push_back(std::move(j));
            changed_.notify_one();
            return;
        }
        why = !why_.empty() ? why_ : begun_ ? "has been given back" : "has not begun";
    }
    if (j->finish_queued(ended_failure(holder_, why, j->name))) deliver(*j);
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

void held_lease::expire_queued(clock::time_point now) noexcept {
    std::lock_guard lock(mutex_);
    for (const auto& j : jobs_)
        if (j->due <= now && j->finish_queued(make_error(errc::statement_timeout, "the deadline passed before the work began")))
            deliver(*j);
}

std::string held_lease::describe() const {
    std::lock_guard lock(mutex_);
    return "the writer is held by transaction '" + holder_ + "' since " + seconds(clock::now() - since_) +
           "; inside its body use tx, not the database";
}

held_lease::next held_lease::wait(deadline idle, deadline total) {
    std::unique_lock lock(mutex_);
    const deadline until = std::min(idle, total);
    const auto ready = [this] { return !jobs_.empty() || released_ || stopped_; };
    bool in_time = true;
    if (until == no_deadline) changed_.wait(lock, ready);
    else in_time = changed_.wait_until(lock, until, ready);
    if (!jobs_.empty() && !stopped_ && clock::now() < total) {
        engine::job_ptr j = std::move(jobs_.front());
        jobs_.pop_front();
        return {std::move(j), next::reason::job};
    }
    if (stopped_) return {nullptr, next::reason::stopped};
    if (released_) return {nullptr, next::reason::released};
    return {nullptr, !in_time && idle < total ? next::reason::idle : next::reason::too_long};
}

void held_lease::end(std::string why) noexcept {
    std::deque<engine::job_ptr> left;
    {
        std::lock_guard lock(mutex_);
        why_ = std::move(why);
        left.swap(jobs_);
    }
    for (const auto& j : left)
        if (j->finish_queued(ended_failure(holder_, why_, j->name))) deliver(*j);
}

void held_lease::run(connection& c, slot& s, engine::job& j) {
    s.enter(j);
    std::exception_ptr failure;
    try {
        switch (j.what) {
        case engine::verb::savepoint:
        case engine::verb::release:
        case engine::verb::rollback_to: c.require_own(savepoint_text(j.what, j.level).c_str()); break;
        case engine::verb::script: c.run_script(j.text); break;
        default: run_batch(c, j.batch, {.name = j.name, .observer = watch_, .due = j.due});
        }
    } catch (...) {
        failure = std::current_exception();
    }
    statements_ += j.batch.requests.size();
    const bool timed_out = s.leave(j);
    if (failure && timed_out) failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
    // An error that ended the whole transaction must not let the next statement run outside of one.
    if (!c.in_transaction()) end("was rolled back by an error in it");
    finish(j, std::move(failure));
}

void held_lease::serve(connection& c, slot& s, const engine::job_ptr& begin, limits l, hawser::observer* watch) {
    watch_ = watch;
    {
        std::lock_guard lock(mutex_);
        begun_ = true;
        since_ = clock::now();
    }
    const deadline total = after(l.total);
    finish(*begin, nullptr);
    auto outcome = transaction_outcome::rolled_back;
    while (why_.empty()) {
        const next n = wait(after(l.idle), total);
        switch (n.why) {
        case next::reason::released: end("has been given back"); break;
        case next::reason::stopped: end("was rolled back: the database is being closed"); break;
        case next::reason::idle: end("was rolled back: nothing was asked of it for " + seconds(l.idle)); break;
        case next::reason::too_long: end("was rolled back: it lasted longer than " + seconds(l.total)); break;
        case next::reason::job: {
            if (!n.job->start()) continue;
            if (n.job->what != engine::verb::commit && n.job->what != engine::verb::rollback) {
                run(c, s, *n.job);
                break;
            }
            const bool commit = n.job->what == engine::verb::commit;
            const int code = c.exec_own(commit ? "commit" : "rollback");
            std::exception_ptr failure;
            if (code != SQLITE_OK) {
                failure = failure_of(c.handle(), code, {.name = holder_, .sql = commit ? "commit" : "rollback"});
                if (commit && poisons(code)) {
                    outcome = transaction_outcome::unknown;
                    error_info info;
                    info.native_code = code;
                    info.statement_name = holder_;
                    failure = make_error(errc::commit_unknown, "COMMIT of transaction '" + holder_ + "' failed while writing to disk: it is stored whole or not at all", std::move(info));
                }
            } else if (commit) {
                outcome = transaction_outcome::committed;
            }
            if (c.in_transaction()) c.exec_own("rollback");
            end(outcome == transaction_outcome::committed ? "has been committed" : "has been rolled back");
            if (watch_) watch_->on(transaction_ended{holder_, outcome, clock::now() - since_, statements_});
            finish(*n.job, std::move(failure));
            return;
        }
        }
    }
    if (c.in_transaction()) c.exec_own("rollback");
    if (watch_) watch_->on(transaction_ended{holder_, outcome, clock::now() - since_, statements_});
}

} // namespace hawser::sqlite
