#include "postgres/home.hpp"
#include "core/retold.hpp"
#include "engine/answer.hpp"
#include "postgres/lease.hpp"
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <hawser/core/error.hpp>
#include <optional>
#include <utility>

namespace hawser::postgres {

namespace asio = boost::asio;

namespace {

connection::manner expected() {
    return {.expected = true};
}

// So many jobs on the least busy connection are worth another one.
constexpr std::size_t busy = 16;

// What has been given up meanwhile leaves its place to others.
constexpr std::chrono::milliseconds look_again(100);

// Between the tries to reach a server that was there: a second and a half in all.
constexpr std::chrono::milliseconds pauses[] = {
    std::chrono::milliseconds(50), std::chrono::milliseconds(100), std::chrono::milliseconds(200),
    std::chrono::milliseconds(400), std::chrono::milliseconds(800)};

// It refuses connections, or says that it is starting or stopping.
bool may_come_back(const std::exception_ptr& why) {
    try {
        std::rethrow_exception(why);
    } catch (const error& e) {
        const std::string& state = e.info().sqlstate;
        return e.kind() == errc::connect_failed && (state.empty() || state.starts_with("57P0"));
    } catch (...) { return false; }
}

void remove(std::vector<std::shared_ptr<connection>>& from, const connection& c) {
    std::erase_if(from, [&](const auto& one) { return one.get() == &c; });
}

} // namespace

home::home(std::shared_ptr<core> c, asio::any_io_executor io) : core_(std::move(c)), io_(std::move(io)) {}

home::~home() {
    core_->wanting -= wants_;
}

std::shared_ptr<home> home::make(std::shared_ptr<core> c, asio::any_io_executor io) {
    auto h = std::make_shared<home>(c, std::move(io));
    c->join(std::shared_ptr<core::neighbour>(h, h.get()));
    return h;
}

// One that is larger than what a connection takes goes alone.
std::shared_ptr<connection> home::choose(const engine::job& j) const {
    const std::size_t bytes = asked_bytes(j);
    const std::size_t most = core_->settings->max_pipeline;
    std::shared_ptr<connection> best;
    std::size_t least = 2 * most;
    for (const auto& c : shared_) {
        if (!c->is_open() || c->in_flight() >= most) continue;
        if (c->status() != 'I') continue; // somebody's transaction, which is being undone
        if (c->in_flight() > 0 && c->unanswered() + bytes > core_->settings->pipeline_bytes) continue;
        const std::size_t load = c->in_flight() + (c->is_fed() ? most : 0); // behind a bulk statement last
        if (load >= least) continue;
        least = load;
        best = c;
    }
    return best;
}

// Makes what is wanted and may be made. Under the lock. True: somebody waits whom another home's rest would help.
bool home::grow() {
    if (stopped_) return false;
    // The first is made in any case: those who hold all others may be waiting for it.
    if (!pending_.empty() && ((shared_.empty() && making_shared_ == 0) || may_grow())) make_connection(true);
    while (making_ + resting_.size() < waiting_.size() && !core_->is_full()) make_connection(false);
    return note_wants();
}

// Under the lock. True: more wait in vain than before.
bool home::note_wants() noexcept {
    const std::size_t hoping = making_ + resting_.size();
    const auto now = static_cast<unsigned>(waiting_.size() > hoping ? waiting_.size() - hoping : 0);
    const unsigned before = std::exchange(wants_, now);
    core_->wanting += now - before;
    return now > before;
}

// The last place is left to those who need one of their own.
bool home::may_grow() const noexcept {
    return shared_.size() + making_shared_ < core_->settings->shared_connections &&
           core_->connections.load() + 1 < core_->settings->max_connections;
}

void home::room_found(bool by_failure) noexcept {
    std::lock_guard lock(mutex_);
    // Where a connect fails, others try whom nothing else will wake: they hear of it, and that is the end.
    if (by_failure && (making_ > 0 || !lent_.empty() || !resting_.empty() || !tried_.empty())) return;
    static_cast<void>(grow());
}

void home::submit(engine::job_ptr j) noexcept {
    place(std::move(j), false);
}

void home::place(engine::job_ptr j, bool queued) noexcept {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (stopped_ || (shut_ && !queued)) {
            lock.unlock();
            return engine::refuse(j, engine::closed_failure(), core_->room);
        }
        auto c = pending_.empty() ? choose(*j) : nullptr;
        if (!c) {
            pending_.push_back(std::move(j));
            pending_count_ = pending_.size();
            if (making_shared_ == 0) static_cast<void>(grow());
            lock.unlock();
            core_->alarm_at(clock::now() + look_again);
            return shed();
        }
        if ((c->in_flight() >= busy || c->is_fed()) && making_shared_ == 0 && may_grow())
            make_connection(true);
        c->expect_job();
        lock.unlock();
        if (queued ? c->submit_queued(j, expected()) : c->submit(j, expected()))
            return; // else it has just ended
    }
}

// Under the lock.
void home::make_connection(bool shared) {
    ++(shared ? making_shared_ : making_);
    asio::co_spawn(
        asio::make_strand(io_),
        [](std::shared_ptr<home> self, slot place, bool is_shared) -> asio::awaitable<void> {
            std::exception_ptr why;
            std::optional<started> session;
            try {
                session.emplace(co_await self->reach());
            } catch (...) { why = std::current_exception(); }
            if (!session) {
                self->not_made(is_shared, why);
                place.leave(true);
                co_return;
            }
            try {
                self->made(is_shared,
                           std::make_shared<connection>(std::move(*session), *self->core_, std::move(place)));
            } catch (...) { why = std::current_exception(); }
            if (why) self->not_made(is_shared, why);
        }(shared_from_this(), slot(core_), shared),
        asio::detached);
}

// A server that was there may be coming up again.
asio::awaitable<started> home::reach() {
    for (const auto pause : pauses) {
        std::exception_ptr why;
        try {
            co_return co_await connect(io_, core_->settings);
        } catch (...) { why = std::current_exception(); }
        bool waits = was_there_ && may_come_back(why);
        {
            std::lock_guard lock(mutex_);
            waits = waits && !shut_;
        }
        if (!waits) std::rethrow_exception(why);
        asio::steady_timer timer(co_await asio::this_coro::executor, pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return co_await connect(io_, core_->settings);
}

void home::made(bool shared, const std::shared_ptr<connection>& c) noexcept {
    bool closing = false;
    was_there_ = true;
    c->lend(!shared);
    c->run(std::shared_ptr<connection::owner>(shared_from_this(), this));
    {
        std::lock_guard lock(mutex_);
        --(shared ? making_shared_ : making_);
        closing = stopped_ || (shut_ && (!shared || pending_.empty()));
        if (!closing && c->is_open()) {
            if (shared)
                shared_.push_back(c);
            else
                resting_.push_back({c, clock::now()});
        }
        static_cast<void>(note_wants());
    }
    if (closing) c->close("the database is closed");
    core_->alarm_at(rests_until(rest_of(*c, clock::now()), is_surplus()));
    feed();
}

void home::not_made(bool shared, const std::exception_ptr& why) noexcept {
    std::deque<engine::job_ptr> refused;
    std::deque<std::shared_ptr<held_lease>> disappointed;
    {
        std::lock_guard lock(mutex_);
        --(shared ? making_shared_ : making_);
        if (shared && shared_.empty() && making_shared_ == 0) {
            refused.swap(pending_);
            pending_count_ = 0;
        }
        // Whoever has nothing to hope for any more hears of it.
        if (!shared && making_ == 0 && lent_.empty() && resting_.empty() && tried_.empty())
            disappointed.swap(waiting_);
        static_cast<void>(note_wants());
    }
    for (const auto& j : refused) engine::refuse(j, detail::named(why, j->name), core_->room);
    for (const auto& l : disappointed) l->refuse(why);
}

// Gives those who wait what there is for them. One thread at a time: what it does may come back here.
void home::feed() noexcept {
    {
        std::lock_guard lock(mutex_);
        if (std::exchange(feeding_, true)) {
            fed_anew_ = true;
            return;
        }
    }
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!waiting_.empty() && !resting_.empty()) {
            serve(std::move(lock));
            continue;
        }
        const auto c = pending_.empty() ? nullptr : choose(*pending_.front());
        if (!c) {
            if (std::exchange(fed_anew_, false)) continue;
            feeding_ = false;
            return;
        }
        engine::job_ptr j = std::move(pending_.front());
        pending_.pop_front();
        pending_count_ = pending_.size();
        c->expect_job();
        lock.unlock();
        if (c->submit_queued(j, expected())) continue;
        lock.lock();
        pending_.push_front(std::move(j));
        pending_count_ = pending_.size();
    }
}

void home::lend_to(std::shared_ptr<held_lease> l) noexcept {
    bool in_vain = false;
    {
        std::unique_lock lock(mutex_);
        if (shut_) {
            lock.unlock();
            return l->refuse(engine::closed_failure());
        }
        waiting_.push_back(std::move(l));
        in_vain = grow();
    }
    if (in_vain && !core_->ask_for_room(*this)) static_cast<void>(spare_shared());
    feed();
}

void home::give_back(const std::shared_ptr<connection>& c) noexcept {
    bool closing = false;
    bool spared = false;
    const auto now = clock::now();
    {
        std::lock_guard lock(mutex_);
        std::erase_if(lent_, [&](const loan& one) { return one.what == c; });
        closing = shut_;
        const bool wanted = core_->wanting.load() > 0 && core_->is_full();
        spared = !closing && waiting_.empty() && (wanted || is_over_limit());
        if (c->is_open() && !closing && !spared) resting_.push_back({c, now});
        static_cast<void>(note_wants());
    }
    if (closing) c->close("the database is closed");
    if (spared) c->close("its place was needed on another context");
    core_->alarm_at(rests_until(rest_of(*c, now), is_surplus()));
    feed();
}

std::shared_ptr<held_lease> home::holder_of(const connection& c) const noexcept {
    for (const loan& l : lent_)
        if (l.what.get() == &c) return l.to;
    return nullptr;
}

std::vector<std::shared_ptr<connection>> home::working() const {
    std::vector<std::shared_ptr<connection>> all = shared_;
    all.insert(all.end(), leaving_.begin(), leaving_.end());
    for (const loan& l : lent_) all.push_back(l.what);
    return all;
}

void home::progressed(connection& c) noexcept {
    if (pending_count_.load() > 0) feed();
    std::shared_ptr<held_lease> l;
    std::shared_ptr<held_lease> served;
    bool closing = false;
    bool leaves = false;
    {
        std::lock_guard lock(mutex_);
        served = tried_well(c);
        l = served ? nullptr : holder_of(c);
        const bool rests = !l && !served && c.in_flight() == 0;
        closing = rests && shut_ && pending_.empty();
        leaves = rests && (is_leaving(c) || (core_->wanting.load() > 0 && is_at_limit() && is_shared(c)));
    }
    if (served) served->take(c.shared_from_this());
    if (l) l->progressed();
    if (closing) c.close("the database is closed");
    if (leaves) static_cast<void>(c.close_at_rest("it has come to its end"));
}

void home::ended(connection& c, std::vector<engine::job_ptr> unsent, const std::string& why) noexcept {
    const auto keep = c.shared_from_this();
    std::shared_ptr<held_lease> l;
    bool anew = false;
    {
        std::lock_guard lock(mutex_);
        l = holder_of(c);
        remove(shared_, c);
        remove(leaving_, c);
        std::erase_if(resting_, [&](const rested& one) { return one.what.get() == &c; });
        std::erase_if(lent_, [&](const loan& one) { return one.what.get() == &c; });
        anew = tried_in_vain(c);
        static_cast<void>(grow());
    }
    if (l) l->lost(why);
    for (auto& j : unsent) place(std::move(j), true);
    if (anew) feed();
}

deadline home::expire(clock::time_point now) noexcept {
    std::vector<std::shared_ptr<connection>> all;
    std::vector<engine::job_ptr> late;
    std::vector<engine::job_ptr> given_up;
    std::vector<std::shared_ptr<held_lease>> leases;
    deadline left = no_deadline;
    {
        std::lock_guard lock(mutex_);
        all = working();
        std::erase_if(pending_, [&](const engine::job_ptr& j) {
            if (!j->queued()) {
                given_up.push_back(j);
                return true;
            }
            if (j->due > now) {
                left = std::min(left, j->due);
                return false;
            }
            late.push_back(j);
            return true;
        });
        pending_count_ = pending_.size();
        leases.assign(waiting_.begin(), waiting_.end());
        for (const loan& l : lent_) leases.push_back(l.to);
        for (const trial& t : tried_) leases.push_back(t.of.to);
    }
    for (const auto& j : late) engine::refuse(j, engine::expired_failure(*j, {}), core_->room);
    for (const auto& j : given_up) engine::drop(j, core_->room);
    for (const auto& c : all) left = std::min(left, c->expire(now));
    leave_silent();
    for (const auto& l : leases) left = std::min(left, l->expire(now));
    forget_given_up();
    return std::min(left, look_after(now));
}

void home::forget_statements() noexcept {
    std::vector<std::shared_ptr<connection>> all;
    {
        std::lock_guard lock(mutex_);
        all = working();
        for (const rested& r : resting_) all.push_back(r.what);
        for (const trial& t : tried_) all.push_back(t.of.what);
    }
    for (const auto& c : all) c->forget_statements();
}

bool home::abandon(engine::job& j, bool stops) noexcept {
    std::vector<std::shared_ptr<connection>> all;
    {
        std::lock_guard lock(mutex_);
        all = working();
    }
    return std::any_of(all.begin(), all.end(), [&](const auto& c) { return c->abandon(j, stops); });
}

bool home::at_rest() const noexcept {
    std::lock_guard lock(mutex_);
    const auto rests = [](const auto& c) { return c->in_flight() == 0; };
    return pending_.empty() && waiting_.empty() && lent_.empty() && tried_.empty() &&
           std::all_of(shared_.begin(), shared_.end(), rests) &&
           std::all_of(leaving_.begin(), leaving_.end(), rests);
}

void home::shut(bool at_once) noexcept {
    std::deque<engine::job_ptr> refused;
    std::deque<std::shared_ptr<held_lease>> disappointed;
    std::vector<std::shared_ptr<connection>> closing;
    {
        std::lock_guard lock(mutex_);
        shut_ = true;
        stopped_ = stopped_ || at_once;
        if (at_once) refused.swap(pending_);
        pending_count_ = pending_.size();
        for (const rested& r : resting_) closing.push_back(r.what);
        for (const trial& t : tried_) {
            disappointed.push_back(t.of.to);
            closing.push_back(t.of.what);
        }
        tried_.clear();
        disappointed.insert(disappointed.end(), waiting_.begin(), waiting_.end());
        waiting_.clear();
        static_cast<void>(note_wants());
        for (const auto& c : shared_)
            if (at_once || (pending_.empty() && c->in_flight() == 0)) closing.push_back(c);
        for (const auto& c : leaving_)
            if (at_once) closing.push_back(c);
        if (at_once)
            for (const loan& l : lent_) closing.push_back(l.what);
    }
    for (const auto& j : refused) engine::refuse(j, engine::closed_failure(), core_->room);
    for (const auto& l : disappointed) l->refuse(engine::closed_failure());
    for (const auto& c : closing) c->close("the database is closed");
}

void home::shut_down() noexcept {
    gone_ = true;
    shut(true);
    std::lock_guard lock(mutex_);
    io_ = {}; // a strand would look for its context when it goes
}

} // namespace hawser::postgres
