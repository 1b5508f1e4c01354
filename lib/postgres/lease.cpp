#include "postgres/lease.hpp"
#include "core/retold.hpp"
#include "engine/answer.hpp"
#include "postgres/connection.hpp"
#include "postgres/home.hpp"
#include <algorithm>
#include <cstdio>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <utility>

namespace hawser::postgres {
namespace {

// A transaction on a session's connection; its members are guarded by the session's mutex.
class inner_transaction final : public engine::lease {
public:
    inner_transaction(std::shared_ptr<held_lease> s, engine::lease_terms t)
        : session(std::move(s)), terms(std::move(t)) {}
    void release() noexcept override { session->undo(begun, ended); }
    [[nodiscard]] bool holds_its_connection() const noexcept override { return true; }

    const std::shared_ptr<held_lease> session;
    const engine::lease_terms terms;
    const std::shared_ptr<const std::string> name = std::make_shared<const std::string>(terms.holder);
    bool begun = false;
    bool ended = false;
};

bool ends(const engine::job& j) noexcept {
    return j.what == engine::verb::commit || j.what == engine::verb::rollback;
}

// It is over; the call itself was fine.
std::exception_ptr over(errc kind, const std::string& title, const std::string& why, const engine::job& j) {
    error_info info;
    info.id = "DB_TXN_001";
    info.statement_name = j.name;
    return std::make_exception_ptr(transaction_error(kind, title + " " + why, std::move(info)));
}

std::string seconds(clock::duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(d).count());
    return text;
}

template <class Lease>
std::shared_ptr<engine::lease> handle_of(std::shared_ptr<Lease> held) {
    engine::lease* const shown = held.get();
    return {shown, [held = std::move(held)](engine::lease*) { held->release(); }};
}

} // namespace

std::shared_ptr<engine::lease> held_lease::make(engine::lease_terms terms, limits l, async::gate& room,
                                                hawser::observer* watch) {
    if (const auto within = std::move(terms.within))
        return handle_of(std::make_shared<inner_transaction>(behind(within), std::move(terms)));
    return handle_of(std::make_shared<held_lease>(std::move(terms), l, room, watch));
}

std::shared_ptr<held_lease> held_lease::behind(const std::shared_ptr<engine::lease>& handle) {
    if (const auto* inner = dynamic_cast<const inner_transaction*>(handle.get())) return inner->session;
    return static_cast<held_lease*>(handle.get())->shared_from_this();
}

bool held_lease::within_session(const engine::lease& handle) noexcept {
    return dynamic_cast<const inner_transaction*>(&handle) != nullptr;
}

std::string held_lease::title() const {
    return (terms_.session ? "session '" : "transaction '") + terms_.holder + "'";
}

std::exception_ptr held_lease::refusal(const engine::job& j, const engine::lease* handle) const {
    if (const auto* inner = dynamic_cast<const inner_transaction*>(handle)) {
        const std::string name = "transaction '" + inner->terms.holder + "'";
        if (inner->ended) return over(errc::misuse, name, "has ended", j);
        if (within_ && j.what == engine::verb::begin && !inner->begun)
            return over(errc::misuse, title(), "is in a transaction already", j);
        if (inner->begun == (j.what == engine::verb::begin))
            return over(errc::misuse, name, inner->begun ? "has begun already" : "has not begun", j);
    } else if (terms_.session && ends(j)) {
        return over(errc::misuse, title(), "is no transaction", j);
    }
    if (!why_.empty()) return over(kind_, title(), why_, j);
    // Nor will it: whoever was to begin it has been cancelled while it waited for a connection.
    const bool in_vain = !connection_ && !is_asked() && j.what == engine::verb::rollback;
    if (!started_ || in_vain) return over(errc::misuse, title(), "has not begun", j);
    if (released_) return over(errc::misuse, title(), "has been given back", j);
    return nullptr;
}

void held_lease::note(const engine::job& j, engine::lease* handle) {
    if (auto* inner = dynamic_cast<inner_transaction*>(handle)) {
        if (j.what == engine::verb::begin) inner->begun = within_ = true;
        if (ends(j)) {
            inner->ended = true;
            within_ = false;
        }
        return;
    }
    if (!ends(j) && j.what != engine::verb::hand_back) return;
    why_ = "has ended";
    kind_ = errc::misuse;
}

void held_lease::start(const std::shared_ptr<home>& from, engine::job_ptr first) noexcept {
    const auto handle =
        std::move(first->on); // what drops the last one is the caller, in the order of its calls
    {
        std::lock_guard lock(mutex_);
        const bool fits = !started_ && (first->what == engine::verb::connect) == terms_.session;
        if (fits) {
            started_ = true;
            home_ = from;
            acquire_until_ = after(limits_.acquire);
            if (first->long_running) limits_ = {};
            waiting_.push_back({std::exchange(first, nullptr), false, name_});
        }
    }
    if (first) return engine::refuse(first, over(errc::misuse, title(), "has begun already", *first), room_);
    from->lend_to(shared_from_this());
}

void held_lease::submit(engine::job_ptr j) noexcept {
    const auto handle = std::move(j->on);
    const bool inside = j->what != engine::verb::begin && (!terms_.session || within_session(*handle));
    const auto* inner = dynamic_cast<const inner_transaction*>(handle.get());
    const auto& within = inner != nullptr ? inner->name : name_;
    std::exception_ptr refused;
    std::shared_ptr<connection> to;
    {
        std::lock_guard lock(mutex_);
        refused = refusal(*j, handle.get());
        if (!refused) {
            note(*j, handle.get());
            // What a session leaves behind is cleared away when its connection is given back, whoever asks for that.
            if (j->what == engine::verb::hand_back) j->what = engine::verb::connect;
            ++calls_;
            to = connection_;
            if (!to) return waiting_.push_back({std::move(j), inside, within});
            ++coming_;
        }
    }
    if (refused) return engine::refuse(j, std::move(refused), room_);
    pass_on(to, {std::move(j), inside, within}, false);
}

// The connection does not go back between a job's being accepted and its being there.
void held_lease::pass_on(const std::shared_ptr<connection>& to, const accepted& a, bool queued) noexcept {
    if (!queued && !to->serves(*a.job))
        engine::refuse(
            a.job,
            over(errc::misuse, title(),
                 "is used from another context, and the one that its connection is on does not run", *a.job),
            room_);
    else if (!(queued ? to->submit_queued(a.job, {.inside = a.inside, .within = a.within})
                      : to->submit(a.job, {.inside = a.inside, .within = a.within})))
        engine::refuse(a.job, over(errc::connection_lost, title(), "has lost its connection", *a.job), room_);
    {
        std::lock_guard lock(mutex_);
        --coming_;
    }
    progressed();
}

void held_lease::take(std::shared_ptr<connection> c) noexcept {
    std::deque<accepted> jobs;
    {
        std::lock_guard lock(mutex_);
        connection_ = c;
        total_until_ = after(limits_.total);
        since_ = clock::now();
        paused_from_ = clock::now();
        jobs.swap(waiting_);
        coming_ += static_cast<unsigned>(jobs.size());
    }
    for (const auto& a : jobs) pass_on(c, a, true);
    progressed(); // it may have been dropped meanwhile
}

void held_lease::refuse(const std::exception_ptr& why) noexcept {
    end(why, errc::connect_failed, "has no connection");
}

void held_lease::lost(const std::string& why) noexcept {
    end(nullptr, errc::connection_lost, "has lost its connection: " + why);
}

void held_lease::end(const std::exception_ptr& why, errc kind, std::string told) noexcept {
    std::deque<accepted> jobs;
    std::shared_ptr<connection> gone;
    {
        std::lock_guard lock(mutex_);
        if (why_.empty()) {
            why_ = std::move(told);
            kind_ = kind;
        }
        jobs.swap(waiting_);
        gone = std::move(connection_);
        home_.reset();
    }
    if (gone) tell_snapshot();
    for (const auto& a : jobs)
        engine::refuse(a.job, why ? detail::named(why, a.job->name) : over(kind_, title(), why_, *a.job),
                       room_);
}

bool held_lease::is_asked() const noexcept {
    return std::any_of(waiting_.begin(), waiting_.end(), [](const accepted& a) { return a.job->queued(); });
}

bool held_lease::gives_up() noexcept {
    std::deque<accepted> jobs;
    {
        std::lock_guard lock(mutex_);
        if (connection_ || (why_.empty() && !released_)) return false;
        if (is_asked()) return false;
        jobs.swap(waiting_);
    }
    for (const accepted& a : jobs) engine::drop(a.job, room_);
    return true;
}

void held_lease::release() noexcept {
    {
        std::lock_guard lock(mutex_);
        released_ = true;
    }
    progressed();
}

void held_lease::undo(const bool& begun, bool& ended) noexcept {
    std::shared_ptr<connection> c;
    {
        std::lock_guard lock(mutex_);
        if (begun && !ended) {
            c = connection_;
            within_ = false;
        }
        ended = true;
    }
    if (c) c->undo();
}

// Gives the connection back once nothing of it is under way, and the server says that no transaction is open.
void held_lease::progressed() noexcept {
    std::shared_ptr<connection> c;
    std::shared_ptr<home> to;
    bool undoes = false;
    bool resets = false;
    bool broken = false;
    {
        std::lock_guard lock(mutex_);
        if (!connection_ || (why_.empty() && !released_) || coming_ > 0) return;
        if (!connection_->is_open() || connection_->in_flight() > 0)
            return; // its end, or its answers, come here again
        c = connection_;
        resets = (terms_.session || c->is_dirty()) && !std::exchange(reset_, true);
        undoes = !resets && c->status() != 'I';
        broken = undoes && std::exchange(undoing_, true);
        if (resets || undoes) {
            ++coming_;
        } else {
            connection_.reset();
            to = std::move(home_);
        }
    }
    if (!resets && !undoes) {
        tell_snapshot();
        if (to) to->give_back(c);
        return;
    }
    if (broken)
        c->close("its transaction could not be rolled back");
    else if (resets)
        c->reset();
    else
        c->undo();
    {
        std::lock_guard lock(mutex_);
        --coming_;
    }
    progressed(); // it may have been answered meanwhile
}

void held_lease::tell_snapshot() const noexcept {
    if (watch_ == nullptr || !terms_.read_only) return;
    bool expired = false;
    {
        std::lock_guard lock(mutex_);
        expired = kind_ == errc::statement_timeout;
    }
    watch_->on(snapshot_ended{*name_, clock::now() - since_, expired});
}

// Notes why it has ended, where it has lasted or paused too long. Under the lock.
deadline held_lease::hold_until(clock::time_point now) noexcept {
    if (!why_.empty() || released_) return no_deadline;
    if (!connection_) return after(std::min(limits_.total, limits_.idle), now);
    if (calls_ != calls_seen_ || coming_ > 0 || connection_->in_flight() > 0) paused_from_ = now;
    calls_seen_ = calls_;
    const deadline pause_until = after(limits_.idle, paused_from_);
    if (now < total_until_ && now < pause_until) return std::min(total_until_, pause_until);
    why_ = terms_.session ? "has ended: " : "was rolled back: ";
    why_ += now < total_until_ ? "nothing was asked of it for " + seconds(limits_.idle)
                               : "it lasted longer than " + seconds(limits_.total);
    kind_ = errc::statement_timeout;
    given_up_at_ = after(pipeline::patience, now);
    return given_up_at_;
}

deadline held_lease::expire(clock::time_point now) noexcept {
    std::deque<engine::job_ptr> late;
    std::deque<accepted> in_vain;
    std::shared_ptr<connection> outlasted; // what runs on it is to be stopped,
    std::shared_ptr<connection> stuck;     // and does not end
    deadline left = no_deadline;
    bool over = false;
    {
        std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [&](const accepted& a) {
            if (a.job->due > now) {
                left = std::min(left, a.job->due);
                return false;
            }
            late.push_back(a.job);
            return true;
        });
        if (!connection_ && !waiting_.empty()) {
            if (now >= acquire_until_) {
                in_vain.swap(waiting_);
                why_ = "has no connection: none was free for " + seconds(limits_.acquire);
                kind_ = errc::pool_exhausted;
            } else {
                left = std::min(left, acquire_until_);
            }
        }
        left = std::min(left, hold_until(now));
        over = !why_.empty();
        const bool works = connection_ && given_up_at_ != no_deadline && connection_->in_flight() > 0;
        if (works) (now < given_up_at_ ? outlasted : stuck) = connection_;
        if (connection_ && now < given_up_at_) left = std::min(left, given_up_at_);
    }
    if (outlasted) left = std::min(left, outlasted->expire(now, true));
    if (stuck) stuck->close("the connection was given up, since " + title() + " had lasted for too long");
    for (const auto& j : late) engine::refuse(j, engine::expired_failure(*j, {}), room_);
    for (const accepted& a : in_vain)
        engine::refuse(a.job,
                       make_error(kind_, title() + " " + why_, {.statement_name = std::string(a.job->name)}),
                       room_);
    if (over) progressed();
    return left;
}

} // namespace hawser::postgres
