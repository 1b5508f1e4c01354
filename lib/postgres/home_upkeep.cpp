// How a home gets rid of connections, and finds out whether those are of use that have rested.
#include "postgres/home.hpp"
#include "postgres/lease.hpp"
#include <algorithm>
#include <unordered_set>
#include <utility>

namespace hawser::postgres {

rest home::rest_of(const connection& c, clock::time_point since) const noexcept {
    return {since, retires_at(c.since(), core_->settings->recycle_after, c.server().process)};
}

namespace {

bool holds(const std::vector<std::shared_ptr<connection>>& all, const connection& c) noexcept {
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.get() == &c; });
}

} // namespace

bool home::is_shared(const connection& c) const noexcept {
    return holds(shared_, c);
}

bool home::is_leaving(const connection& c) const noexcept {
    return holds(leaving_, c);
}

bool home::is_at_limit() const noexcept {
    return core_->connections.load() == core_->settings->max_connections;
}

bool home::is_over_limit() const noexcept {
    return core_->connections.load() > core_->settings->max_connections;
}

bool home::is_surplus() const noexcept {
    return core_->connections.load() > core_->settings->kept_connections;
}

// The one that rested last is lent first, so that those come to the end of their rest of which there are too many.
void home::serve(std::unique_lock<std::mutex> lock) noexcept {
    const rested r = std::move(resting_.back());
    resting_.pop_back();
    const auto now = clock::now();
    const use u = use_of(rest_of(*r.what, r.since), now, core_->settings->ping_after);
    if (u == use::replace) {
        lock.unlock();
        return r.what->close("it was replaced, being as old as recycle_after");
    }
    const loan given{r.what, std::move(waiting_.front())};
    waiting_.pop_front();
    if (u == use::try_first)
        tried_.push_back({given, r.since, now + longest_try});
    else
        lent_.push_back(given);
    static_cast<void>(note_wants());
    lock.unlock();
    if (u == use::hand_out) return given.to->take(given.what);
    core_->alarm_at(now + longest_try);
    given.what->try_out();
}

// Its lease, which has it from now on. Under the lock.
std::shared_ptr<held_lease> home::tried_well(const connection& c) noexcept {
    const auto at =
        std::find_if(tried_.begin(), tried_.end(), [&](const trial& t) { return t.of.what.get() == &c; });
    if (at == tried_.end() || c.in_flight() > 0) return nullptr;
    auto l = at->of.to;
    lent_.push_back(std::move(at->of));
    tried_.erase(at);
    return l;
}

// Whoever was to have it is the next to be served. Under the lock.
bool home::tried_in_vain(const connection& c) noexcept {
    const auto at =
        std::find_if(tried_.begin(), tried_.end(), [&](const trial& t) { return t.of.what.get() == &c; });
    if (at == tried_.end()) return false;
    waiting_.push_front(std::move(at->of.to));
    tried_.erase(at);
    return true;
}

deadline home::look_after(clock::time_point now) noexcept {
    std::vector<rested> idle;
    {
        std::lock_guard lock(mutex_);
        for (const auto& c : shared_) idle.push_back({c, now});
    }
    for (rested& r : idle) r.since = r.what->idle_since(now);
    std::vector<farewell> over;
    const deadline left = choose_those_over(now, idle, over);
    for (const farewell& f : over) {
        if (f.at_once)
            f.to->close(f.why);
        else
            static_cast<void>(f.to->close_at_rest(f.why));
    }
    return left;
}

// Whose time has come.
deadline home::choose_those_over(clock::time_point now, const std::vector<rested>& idle,
                                 std::vector<farewell>& over) noexcept {
    std::lock_guard lock(mutex_);
    deadline left = no_deadline;
    if (shut_) return left;
    give_up_tries(now, left, over);
    unsigned all = core_->connections.load();
    const auto is_over = [&](const connection& c, clock::time_point since) {
        const deadline until = rests_until(rest_of(c, since), all > core_->settings->kept_connections);
        if (until > now) {
            left = std::min(left, until);
            return false;
        }
        --all;
        return true;
    };
    std::erase_if(resting_, [&](const rested& r) {
        if (!is_over(*r.what, r.since)) return false;
        over.push_back({r.what, "it has rested for long enough", true});
        return true;
    });
    for (const auto& [c, since] : idle) {
        if (!is_shared(*c) || !is_over(*c, since)) continue;
        over.push_back({c, "it has come to its end"});
        leaving_.push_back(c);
        std::erase(shared_, c);
    }
    return left;
}

// What has rested for as long as one that does not answer is of no more use.
void home::give_up_tries(clock::time_point now, deadline& left, std::vector<farewell>& over) noexcept {
    clock::time_point dead = clock::time_point::min();
    for (const trial& t : tried_) {
        if (t.until > now) {
            left = std::min(left, t.until);
            continue;
        }
        dead = std::max(dead, t.since);
        over.push_back({t.of.what, "it did not answer when it was tried", true});
    }
    std::erase_if(resting_, [&](const rested& r) {
        if (r.since > dead) return false;
        over.push_back({r.what, "another one that rested for as long did not answer"});
        return true;
    });
}

// One that does nothing goes where there are more than may be.
void home::shed() noexcept {
    if (!is_over_limit()) return;
    std::shared_ptr<connection> own;
    {
        std::lock_guard lock(mutex_);
        if (waiting_.empty() && !resting_.empty()) {
            own = std::move(resting_.back().what);
            resting_.pop_back();
        }
    }
    if (own)
        own->close("its place was needed on the shared lane");
    else
        core_->ask_for_room(*this);
}

// However many have waited in vain, no connection is made for them.
void home::forget_given_up() noexcept {
    std::deque<std::shared_ptr<held_lease>> all;
    {
        std::lock_guard lock(mutex_);
        all = waiting_;
    }
    std::erase_if(all, [](const auto& l) { return !l->gives_up(); });
    if (all.empty()) return;
    std::lock_guard lock(mutex_);
    const std::unordered_set<std::shared_ptr<held_lease>> gone(all.begin(), all.end());
    std::erase_if(waiting_, [&](const auto& l) { return gone.contains(l); });
    static_cast<void>(note_wants());
}

// Nobody else is to wait for a server that says nothing.
void home::leave_silent() noexcept {
    {
        std::lock_guard lock(mutex_);
        const std::size_t before = shared_.size();
        std::erase_if(shared_, [&](const auto& c) {
            const bool silent = c->is_silent();
            if (silent) leaving_.push_back(c);
            return silent;
        });
        if (shared_.size() == before) return;
        static_cast<void>(grow());
    }
    feed();
}

// For somebody of this home who needs one of his own.
bool home::spare_shared() noexcept {
    std::vector<std::shared_ptr<connection>> all;
    {
        std::lock_guard lock(mutex_);
        if (!pending_.empty() || !is_at_limit()) return false;
        all = shared_;
    }
    return std::any_of(all.begin(), all.end(),
                       [](const auto& c) { return c->close_at_rest("its place was needed by a lease"); });
}

bool home::spare_one() noexcept {
    std::vector<std::shared_ptr<connection>> idle;
    {
        std::lock_guard lock(mutex_);
        if (!waiting_.empty() || !pending_.empty()) return false;
        for (const rested& r : resting_) idle.push_back(r.what);
        idle.insert(idle.end(), shared_.begin(), shared_.end());
    }
    return std::any_of(idle.begin(), idle.end(), [&](const auto& c) {
        bool was_resting = false;
        {
            std::lock_guard lock(mutex_);
            if (holder_of(*c)) return false; // lent meanwhile
            was_resting = std::erase_if(resting_, [&](const auto& r) { return r.what == c; }) > 0;
        }
        const char* const why = "its place was needed on another context";
        if (!was_resting) return c->close_at_rest(why);
        c->close(why); // the driver's own jobs may be under way on it
        return true;
    });
}

} // namespace hawser::postgres
