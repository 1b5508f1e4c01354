#include "sqlite/lease.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <algorithm>
#include <cstdio>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>
#include <utility>

namespace hawser::sqlite {

// A transaction on a session's connection; its members are guarded by the session's mutex.
class inner_transaction final : public engine::lease, public std::enable_shared_from_this<inner_transaction> {
public:
    inner_transaction(std::shared_ptr<held_lease> s, engine::lease_terms t)
        : session(std::move(s)), terms(std::move(t)) {}
    void release() noexcept override { session->drop(shared_from_this()); }
    [[nodiscard]] bool holds_its_connection() const noexcept override { return true; }

    const std::shared_ptr<held_lease> session;
    const engine::lease_terms terms;
    bool begun = false;
    std::string why; // not empty: ended
    errc kind{};
    clock::time_point since{};  // the serving thread's own
    std::size_t statements = 0; // same
};

namespace {

constexpr std::string_view use_tx = "; inside its body use tx, not the database";

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

// It is over; the call itself was fine.
std::exception_ptr ended(errc kind, const std::string& title, const std::string& why, const engine::job& j) {
    error_info info;
    info.id = "DB_TXN_001";
    info.statement_name = j.name;
    return std::make_exception_ptr(transaction_error(kind, title + " " + why, std::move(info)));
}

std::string title_of(const inner_transaction& t) {
    return "transaction '" + t.terms.holder + "'";
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

// It has no deadline here: what ends something waits for nobody.
bool only_ends(const engine::job& j) noexcept {
    using engine::verb;
    const bool savepoint = j.what == verb::release || j.what == verb::rollback_to;
    return (ends(j) || savepoint || j.what == verb::hand_back) && j.batch.requests.empty();
}

bool writes(const engine::job& j) noexcept {
    return (j.what == engine::verb::run || j.what == engine::verb::script) &&
           j.batch.mode != engine::batch_mode::read;
}

std::shared_ptr<inner_transaction> inner_of(const std::shared_ptr<engine::lease>& handle) {
    auto* const inner = dynamic_cast<inner_transaction*>(handle.get());
    return inner == nullptr ? nullptr : inner->shared_from_this();
}

template <class Lease>
std::shared_ptr<engine::lease> handle_of(std::shared_ptr<Lease> held) {
    engine::lease* const shown = held.get();
    return {shown, [held = std::move(held)](engine::lease*) { held->release(); }};
}

} // namespace

std::shared_ptr<engine::lease> held_lease::make(engine::lease_terms terms) {
    if (const auto within = std::move(terms.within))
        return handle_of(std::make_shared<inner_transaction>(behind(within), std::move(terms)));
    return handle_of(std::make_shared<held_lease>(std::move(terms)));
}

std::shared_ptr<held_lease> held_lease::behind(const std::shared_ptr<engine::lease>& handle) {
    if (const auto* inner = dynamic_cast<const inner_transaction*>(handle.get())) return inner->session;
    return static_cast<held_lease*>(handle.get())->shared_from_this();
}

bool held_lease::within_session(const engine::lease& handle) noexcept {
    return dynamic_cast<const inner_transaction*>(&handle) != nullptr;
}

std::string_view held_lease::holder() const noexcept {
    return open_ ? open_->terms.holder : terms_.holder;
}

std::string held_lease::title() const {
    return (terms_.session ? "session '" : "transaction '") + terms_.holder + "'";
}

// Null: the job's own transaction within the session is as the job needs it. Under the lock.
std::exception_ptr held_lease::inner_refusal(const engine::job& j, const inner_transaction* inner) const {
    if (inner == nullptr) return nullptr;
    if (!inner->why.empty()) return ended(inner->kind, title_of(*inner), inner->why, j);
    if (inner->begun == (j.what == engine::verb::begin))
        return ended(errc::misuse, title_of(*inner), inner->begun ? "has begun already" : "has not begun", j);
    return nullptr;
}

// Null: the job may be queued. Under the lock.
std::exception_ptr held_lease::refusal(const engine::job& j, const inner_transaction* inner) const {
    if (auto refused = inner_refusal(j, inner)) return refused;
    if (!why_.empty()) return ended(kind_, title(), why_, j);
    if (!begun_) return ended(errc::misuse, title(), "has not begun", j);
    if (released_) return ended(errc::misuse, title(), "has been given back", j);
    if (inner == nullptr && terms_.session && ends(j))
        return ended(errc::misuse, title(), "is no transaction", j);
    return nullptr;
}

void held_lease::submit(engine::job_ptr j) noexcept {
    std::exception_ptr refused;
    // The job lets go of the handle: what drops the last one is the caller, in the order of its calls.
    const auto handle = std::move(j->on);
    auto inner = inner_of(handle);
    if (only_ends(*j)) j->due = no_deadline;
    {
        std::lock_guard lock(mutex_);
        refused = refusal(*j, inner.get());
        if (!refused) {
            jobs_.push_back({std::move(j), std::move(inner)});
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

void held_lease::drop(std::shared_ptr<inner_transaction> t) noexcept {
    std::lock_guard lock(mutex_);
    if (!t->why.empty() || !why_.empty()) return;
    jobs_.push_back({nullptr, std::move(t)});
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
    for (const auto& [j, inner] : jobs_) {
        if (!j) continue;
        if (j->due > now)
            left = std::min(left, j->due);
        else if (j->finish_queued(too_late(*j)))
            deliver(*j);
    }
    return left;
}

std::string held_lease::describe() const {
    std::lock_guard lock(mutex_);
    std::string text = "the writer is held by " + title();
    if (!terms_.site.empty()) text += " (" + terms_.site + ")";
    text += " for " + seconds(clock::now() - since_);
    return text += terms_.session ? "; while it lasts use it, not the database" : use_tx;
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
    if (stopped_) return {{}, next::reason::stopped};
    if (!jobs_.empty() && clock::now() < total_) {
        entry e = std::move(jobs_.front());
        jobs_.pop_front();
        return {std::move(e), next::reason::job};
    }
    if (jobs_.empty() && released_) return {{}, next::reason::released};
    return {{}, !in_time && idle < total_ ? next::reason::idle : next::reason::too_long};
}

void held_lease::end(errc kind, std::string why) noexcept {
    std::deque<entry> left;
    {
        std::lock_guard lock(mutex_);
        kind_ = kind;
        why_ = std::move(why);
        left.swap(jobs_);
    }
    for (const auto& [j, inner] : left)
        if (j && j->finish_queued(ended(kind_, title(), why_, *j))) deliver(*j);
}

// Nothing that is asked later may join what could not be undone.
void held_lease::roll_back(connection& c) {
    if (!c.in_transaction() || c.undo_own("rollback") == SQLITE_OK) return;
    poisoned_ = true;
    end(errc::connection_lost, "could not be rolled back");
}

// In a transaction a script is all or nothing. On a session's bare connection its statements are on their own, and
// may open and end transactions; one that a failing script has left open is rolled back.
void held_lease::run_script(connection& c, const std::string& text) {
    if (!limits_.savepoints) return c.run_script(text);
    if (terms_.session && !open_) {
        const bool before = c.in_transaction();
        try {
            return c.run_script(text);
        } catch (...) {
            if (!before) roll_back(c);
            throw;
        }
    }
    c.require_own("savepoint script");
    try {
        c.run_script(text);
        c.require_own("release script");
    } catch (...) {
        if (c.in_transaction()) {
            const bool undone =
                c.undo_own("rollback to script") == SQLITE_OK && c.undo_own("release script") == SQLITE_OK;
            if (!undone) roll_back(c);
        }
        throw;
    }
}

void held_lease::run_requests(connection& c, slot& s, engine::job& j, bool savepoint) {
    run_batch(c, j.batch,
              {.name = j.name,
               .within = holder(),
               .observer = watch_,
               .stop = &s.stop(),
               .due = j.due,
               .savepoint = savepoint});
}

// A single statement is its own transaction; several are given one.
void held_lease::run_autocommit(connection& c, slot& s, engine::job& j) {
    const auto& all = j.batch.requests;
    const bool single = all.size() == 1 && all.front().bulk == nullptr;
    if (single || j.batch.mode == engine::batch_mode::read) {
        try {
            return run_requests(c, s, j, true);
        } catch (const error& e) {
            if (j.batch.mode == engine::batch_mode::read || !poisons(e.info().native_code)) throw;
            poisoned_ = true;
            std::rethrow_exception(commit_in_doubt(e.info().native_code, j.name));
        }
    }
    if (const int code = c.exec_own("begin immediate"); code != SQLITE_OK)
        throw_failure(c.handle(), code, {.name = j.name, .sql = "begin immediate"});
    try {
        run_requests(c, s, j, j.batch.mode == engine::batch_mode::independent);
    } catch (...) {
        roll_back(c);
        throw;
    }
    const int code = c.in_transaction() ? c.exec_own("commit") : SQLITE_OK;
    if (code == SQLITE_OK) return;
    auto failure = poisons(code) ? commit_in_doubt(code, j.name)
                                 : failure_of(c.handle(), code, {.name = j.name, .sql = "commit"});
    poisoned_ = poisoned_ || poisons(code);
    roll_back(c);
    std::rethrow_exception(failure);
}

void held_lease::run_verb(connection& c, slot& s, engine::job& j) {
    if (terms_.session && !open_)
        if (const auto gone = c.file().gone()) std::rethrow_exception(gone);
    switch (j.what) {
    case engine::verb::savepoint:
    case engine::verb::release:
    case engine::verb::rollback_to:
        if (!limits_.savepoints) throw_error(errc::misuse, "a bulk load has no savepoints");
        return c.require_own(savepoint_text(j.what, j.level).c_str());
    case engine::verb::script: return run_script(c, j.text);
    case engine::verb::open_cursor: return cursors_.open(c, &j, watch_, holder());
    case engine::verb::fetch: return cursors_.fetch(c, j);
    case engine::verb::begin: return run_requests(c, s, j, false);
    default:
        if (!c.in_transaction()) return run_autocommit(c, s, j);
        run_requests(c, s, j, limits_.savepoints);
    }
}

// An error that ended the whole transaction must not let the next statement run outside of one.
void held_lease::notice_end(connection& c) {
    if (c.in_transaction()) return;
    if (!terms_.session) {
        end(errc::misuse, "was rolled back by an error in it");
    } else if (open_) {
        cursors_.close_all(); // of the transaction, or begun beside it: its end is theirs
        leave_inner(c, transaction_outcome::rolled_back, errc::misuse, "was ended by a statement in it");
    }
}

// A statement that outlasts its deadline, or the lease's, is interrupted: what is lost is the caller's own.
void held_lease::run(connection& c, slot& s, const engine::job_ptr& j) {
    const bool first = j->what == engine::verb::begin; // which is running already
    cursors_.forget_dropped();
    s.enter(*j, std::min(j->due, total_));
    if (!first && !j->start()) {
        s.leave(*j);
        return;
    }
    std::exception_ptr failure;
    try {
        run_verb(c, s, *j);
    } catch (...) { failure = std::current_exception(); }
    (open_ ? open_->statements : statements_) += j->batch.requests.size();
    const auto [timed_out, struck] = s.leave(*j);
    // SQLite goes on interrupting until no statement is under way: not what comes next.
    if (struck || was_interrupted(failure)) cursors_.close_all();
    if (timed_out && was_interrupted(failure))
        failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
    else if (s.closing() && was_interrupted(failure))
        failure = make_error(errc::closed, "the database was closed while the statement ran");
    poisoned_ = poisoned_ || poisons(failure);
    const bool undo = failure && (first || (writes(*j) && !limits_.savepoints));
    if (undo) roll_back(c);
    notice_end(c);
    j->failure = std::move(failure);
    j->round_trips = 1;
    if (j->finish_running()) deliver(*j);
}

// Runs what comes with a COMMIT, and the COMMIT, or a ROLLBACK. Outside of any transaction afterwards.
std::exception_ptr held_lease::finish(connection& c, slot& s, engine::job& j, const std::string& name) {
    committed_ = in_doubt_ = false;
    j.round_trips = 1;
    cursors_.close_all(); // an open one would keep the snapshot
    std::exception_ptr failure;
    if (!j.batch.requests.empty()) {
        s.enter(j, std::min(j.due, total_));
        try {
            run_requests(c, s, j, false);
        } catch (...) { failure = std::current_exception(); }
        if (s.leave(j).timed_out && was_interrupted(failure))
            failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
        poisoned_ = poisoned_ || poisons(failure);
    }
    const bool commit = j.what == engine::verb::commit;
    if (!failure && commit) failure = c.file().gone();
    if (!failure) {
        const int code = c.exec_own(commit ? "commit" : "rollback");
        committed_ = commit && code == SQLITE_OK;
        if (code != SQLITE_OK) {
            poisoned_ = poisoned_ || poisons(code);
            in_doubt_ = commit && poisons(code);
            failure = in_doubt_ ? commit_in_doubt(code, name)
                                : failure_of(c.handle(), code,
                                             {.name = name, .sql = commit ? "commit" : "rollback"});
        }
    }
    roll_back(c);
    return failure;
}

void held_lease::begin_inner(connection& c, slot& s, const entry& e) {
    const auto& [j, inner] = e;
    if (!j->start()) return;
    std::exception_ptr failure;
    const bool was_open = c.in_transaction();
    if (was_open) {
        failure = ended(errc::misuse, title(), "is in a transaction already", *j);
    } else {
        const char* sql = inner->terms.read_only ? "begin" : "begin immediate";
        if (const int code = c.exec_own(sql); code != SQLITE_OK)
            failure = failure_of(c.handle(), code, {.name = j->name, .sql = sql});
    }
    if (!failure && inner->terms.read_only) {
        try {
            query_only_ = c.pragma("pragma query_only") != 0;
            c.require_own("pragma query_only=1");
        } catch (...) { failure = std::current_exception(); }
    }
    if (failure) {
        if (!was_open) roll_back(c);
        {
            std::lock_guard lock(mutex_);
            inner->why = "could not begin";
            inner->kind = errc::misuse;
        }
        j->failure = std::move(failure);
        if (j->finish_running()) deliver(*j);
        return;
    }
    inner->since = clock::now();
    open_ = inner;
    c.confine(true);
    {
        std::lock_guard lock(mutex_);
        inner->begun = true;
    }
    if (!j->batch.requests.empty()) return run(c, s, j);
    j->round_trips = 1;
    if (j->finish_running()) deliver(*j);
}

void held_lease::leave_inner(connection& c, transaction_outcome outcome, errc kind, std::string why) {
    const auto inner = std::exchange(open_, nullptr);
    c.confine(false);
    if (inner->terms.read_only && !query_only_) {
        try {
            c.require_own("pragma query_only=0");
        } catch (...) { poisoned_ = true; }
    }
    if (watch_)
        watch_->on(
            transaction_ended{inner->terms.holder, outcome, clock::now() - inner->since, inner->statements});
    std::lock_guard lock(mutex_);
    inner->kind = kind;
    inner->why = std::move(why);
}

void held_lease::end_inner(connection& c, slot& s, const engine::job_ptr& j) {
    if (!j->start()) return;
    j->failure = finish(c, s, *j, open_->terms.holder);
    leave_inner(c,
                committed_  ? transaction_outcome::committed
                : in_doubt_ ? transaction_outcome::unknown
                            : transaction_outcome::rolled_back,
                errc::misuse, committed_ ? "has been committed" : "has been rolled back");
    if (j->finish_running()) deliver(*j);
}

void held_lease::serve_job(connection& c, slot& s, const entry& e) {
    const auto& [j, inner] = e;
    {
        // Since it was queued, the job's own transaction may have ended.
        std::unique_lock lock(mutex_);
        if (auto refused = inner_refusal(*j, inner.get())) {
            lock.unlock();
            if (j->finish_queued(std::move(refused))) deliver(*j);
            return;
        }
    }
    if (terms_.session) {
        c.wait_for_locks_until(std::min(j->due, after(limits_.lock_wait)));
        if (j->what == engine::verb::hand_back) {
            if (j->start()) last_ = j;
            return end(errc::misuse, "has been given back");
        }
        if (inner && j->what == engine::verb::begin) return begin_inner(c, s, e);
        if (ends(*j)) return end_inner(c, s, j);
    } else if (ends(*j)) {
        if (!j->start()) return;
        j->failure = finish(c, s, *j, terms_.holder);
        last_ = j;
        return end(errc::misuse, committed_ ? "has been committed" : "has been rolled back");
    }
    run(c, s, j);
}

bool held_lease::serve(connection& c, slot& s, const engine::job_ptr& first, limits l,
                       hawser::observer* watch) {
    watch_ = watch;
    limits_ = l;
    total_ = after(l.total);
    {
        std::lock_guard lock(mutex_);
        begun_ = true;
        since_ = clock::now();
    }
    c.tell(&s);
    c.lend_to(&cursors_);
    first->round_trips = 1;
    if (!first->batch.requests.empty())
        run(c, s, first);
    else if (first->finish_running())
        deliver(*first);
    bool expired = false;
    while (why_.empty()) {
        next n = wait(after(l.idle));
        switch (n.why) {
        case next::reason::released: end(errc::misuse, "has been given back"); break;
        case next::reason::stopped: end(errc::closed, "was rolled back: the database is being closed"); break;
        case next::reason::idle:
            end(errc::statement_timeout,
                "was rolled back: nothing was asked of it for " + seconds(l.idle) + std::string(use_tx));
            break;
        case next::reason::too_long:
            expired = true;
            end(errc::statement_timeout, "was rolled back: it lasted longer than " + seconds(l.total));
            break;
        case next::reason::job:
            if (n.what.job) {
                serve_job(c, s, n.what);
            } else if (open_ == n.what.inner) {
                cursors_.close_all();
                roll_back(c);
                leave_inner(c, transaction_outcome::rolled_back, errc::misuse, "has been given back");
            }
        }
    }
    cursors_.close_all();
    c.lend_to(nullptr);
    c.tell(nullptr);
    if (watch_ && limits_.snapshot) watch_->on(snapshot_ended{terms_.holder, clock::now() - since_, expired});
    if (c.in_transaction() && c.undo_own("rollback") != SQLITE_OK) poisoned_ = true;
    if (open_) leave_inner(c, transaction_outcome::rolled_back, kind_, why_);
    if (watch_ && !terms_.session) {
        const auto outcome = committed_  ? transaction_outcome::committed
                             : in_doubt_ ? transaction_outcome::unknown
                                         : transaction_outcome::rolled_back;
        watch_->on(transaction_ended{terms_.holder, outcome, clock::now() - since_, statements_});
    }
    if (const auto last = std::move(last_); last && last->finish_running()) deliver(*last);
    return !poisoned_;
}

} // namespace hawser::sqlite
