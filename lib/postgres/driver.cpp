#include "postgres/driver.hpp"
#include "engine/answer.hpp"
#include "postgres/check_settings.hpp"
#include "postgres/home.hpp"
#include "postgres/lease.hpp"
#include <algorithm>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/postgres/engine.hpp>
#include <utility>

namespace hawser::postgres {

namespace asio = boost::asio;

namespace {

// Ties homes to their context: they let go of their sockets before the context's own services are destroyed.
class home_service final : public asio::execution_context::service {
public:
    using key_type = home_service;
    static inline asio::execution_context::id id;

    explicit home_service(asio::execution_context& owner) : service(owner) {}
    void shutdown() override {
        std::vector<std::weak_ptr<home>> all;
        {
            std::lock_guard lock(mutex_);
            all.swap(homes_);
        }
        for (const auto& h : all)
            if (const auto alive = h.lock()) alive->shut_down();
    }
    void add(const std::shared_ptr<home>& h) {
        std::lock_guard lock(mutex_);
        std::erase_if(homes_, [](const auto& one) { return one.expired(); });
        homes_.push_back(h);
    }

private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<home>> homes_;
};

// The context's own executor, where `e` is one or a strand of one. Else empty.
template <class Context>
asio::any_io_executor own_of(const asio::any_io_executor& e) {
    using plain = typename Context::executor_type;
    using tracked = decltype(asio::require(std::declval<plain>(), asio::execution::outstanding_work.tracked));
    if (e.target<plain>() == nullptr && e.target<tracked>() == nullptr &&
        e.target<asio::strand<plain>>() == nullptr && e.target<asio::strand<tracked>>() == nullptr)
        return {};
    return static_cast<Context&>(asio::query(e, asio::execution::context)).get_executor();
}

// Where sockets work: not on a caller's strand, whose handlers may block.
asio::any_io_executor io_of(const asio::any_io_executor& e) {
    if (const auto* any = e.target<asio::strand<asio::any_io_executor>>())
        return io_of(any->get_inner_executor());
    if (auto own = own_of<asio::io_context>(e)) return own;
    if (auto own = own_of<asio::thread_pool>(e)) return own;
    return e;
}

// Bulk work that waits for an answer in between.
bool wants_a_lease(const hawser::engine::job& j) noexcept {
    using hawser::engine::bulk_verb;
    const auto& all = j.batch.requests;
    if (j.what != hawser::engine::verb::run || all.size() != 1 || all.front().bulk == nullptr) return false;
    const auto& r = all.front();
    return r.bulk_as == bulk_verb::copy || (r.bulk_as == bulk_verb::update && r.when_no_row);
}

} // namespace

driver::driver(const settings& s) : core_(std::make_shared<core>(s)) {
    capabilities_.dialect = dialect::postgres;
    core_->room.keeper = this;
    core_->room.on_waiting = [](void* self, deadline due) noexcept {
        static_cast<driver*>(self)->alarm_at(due);
    };
    core_->watch_by(this);
    watchdog_ = std::thread([this] { watch(); });
}

driver::~driver() {
    close(nullptr);
    {
        std::lock_guard lock(mutex_);
        stop_at_ = clock::now();
        changed_.notify_all();
    }
    watchdog_.join();
    core_->watch_by(nullptr);
    for (const auto& h : homes()) h->shut(true);
}

std::vector<std::shared_ptr<home>> driver::homes() const {
    std::vector<std::shared_ptr<home>> all;
    std::lock_guard lock(mutex_);
    for (const auto& [context, h] : homes_) all.push_back(h);
    return all;
}

std::shared_ptr<home> driver::home_of(const async::operation& op) {
    auto& context = asio::query(op.executor(), asio::execution::context);
    std::vector<std::shared_ptr<home>> gone; // with their contexts; destroyed without the lock
    std::lock_guard lock(mutex_);
    const auto found = homes_.find(&context);
    if (found != homes_.end() && !found->second->is_gone()) return found->second;
    std::erase_if(homes_, [&](auto& one) {
        if (!one.second->is_gone()) return false;
        gone.push_back(std::move(one.second));
        return true;
    });
    auto& place = homes_[&context];
    const asio::any_io_executor io = io_of(op.executor());
    // Services that are younger are shut down first: the sockets' own must be older.
    static_cast<void>(asio::generic::stream_protocol::socket(io));
    auto& service = asio::use_service<home_service>(context);
    place = home::make(core_, io);
    service.add(place);
    return place;
}

void driver::submit(hawser::engine::job_ptr j) noexcept {
    using hawser::engine::verb;
    j->submitted = clock::now();
    deadline due = j->due;
    j->runner.store(this, std::memory_order_release);
    const bool first = j->what == verb::begin || j->what == verb::connect;
    const auto lease = j->on ? held_lease::behind(j->on) : nullptr;
    try {
        if (lease && first && !held_lease::within_session(*j->on)) {
            const auto here = home_of(*j);
            lease->start(here, std::move(j));
            due = std::min(due, lease->expire(clock::now()));
        } else if (lease) {
            hawser::engine::drop(j, core_->room);
            j->weight = 0;
            lease->submit(std::move(j));
        } else if (j->what == verb::forget_statements) {
            for (const auto& h : homes()) h->forget_statements();
            if (j->start())
                hawser::engine::answer(j, core_->room);
            else
                hawser::engine::drop(j, core_->room);
            return;
        } else if (wants_a_lease(*j) &&
                   core_->settings->max_connections > core_->settings->shared_connections) {
            // It may take long, and nothing goes beside it on its connection.
            const auto errand = std::make_shared<held_lease>(
                hawser::engine::lease_terms{.holder = std::string(j->batch.requests.front().what->name())},
                held_lease::limits{}, core_->room, core_->settings->observer);
            const auto here = home_of(*j);
            errand->start(here, std::move(j));
            errand->release();
        } else if (j->what == verb::run || j->what == verb::script || j->what == verb::ping) {
            home_of(*j)->submit(std::move(j));
        } else {
            return hawser::engine::refuse(
                j, make_error(errc::misuse, "a transaction needs a lease of its own"), core_->room);
        }
    } catch (...) {
        if (j) hawser::engine::refuse(j, std::current_exception(), core_->room);
    }
    alarm_at(due);
}

std::shared_ptr<hawser::engine::lease> driver::make_lease(hawser::engine::lease_terms terms) {
    const postgres::settings& s = *core_->settings;
    // A session without a transaction keeps nobody waiting.
    const bool bounded = !terms.session;
    const auto limit = [bounded](std::chrono::milliseconds asked, std::chrono::milliseconds own) {
        const auto l = asked.count() >= 0 ? asked : bounded ? own : std::chrono::milliseconds(0);
        return l.count() == 0 ? clock::duration::max() : saturated(l);
    };
    const held_lease::limits l{.total = limit(terms.hold_total, s.hold_total),
                               .idle = limit(terms.hold_idle, s.hold_idle),
                               .acquire = s.acquire_timeout.count() > 0 ? saturated(s.acquire_timeout)
                                                                        : clock::duration::max()};
    return held_lease::make(std::move(terms), l, core_->room, core_->settings->observer);
}

// `total` comes too late for what is on its way, and `partial` lets it end by itself.
void driver::cancel(hawser::engine::job& running, asio::cancellation_type type) noexcept {
    if ((type & (asio::cancellation_type::partial | asio::cancellation_type::terminal)) ==
        asio::cancellation_type::none)
        return;
    const bool stops = (type & asio::cancellation_type::terminal) != asio::cancellation_type::none;
    for (const auto& h : homes()) {
        if (!h->abandon(running, stops)) continue;
        deliver(running);
        if (stops) alarm_at(clock::now()); // what is to be stopped has an end in time
        return;
    }
}

void driver::abandon(hawser::engine::job& running) noexcept {
    for (const auto& h : homes())
        if (h->abandon(running, false)) return;
}

// Whoever calls it has put what is due where watch() looks for it, under a lock that watch() takes behind its reset of the
// alarm: an alarm that is seen here and is about to be reset is followed by a look that finds it.
void driver::alarm_at(deadline due) noexcept {
    if (due >= alarm_.load()) return;
    std::lock_guard lock(mutex_);
    if (due >= alarm_.load()) return;
    alarm_ = due;
    changed_.notify_all();
}

void driver::watch() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
        const deadline next = std::min(alarm_.load(), stop_at_);
        if (clock::now() < next && !(closing_ && !closed_)) {
            if (next == no_deadline)
                changed_.wait(lock);
            else
                changed_.wait_until(lock, next);
            continue;
        }
        const bool stops = clock::now() >= stop_at_;
        alarm_ = no_deadline;
        lock.unlock();
        const auto all = homes();
        deadline left = core_->room.expire(clock::now());
        for (const auto& h : all) left = std::min(left, h->expire(clock::now()));
        if (stops)
            for (const auto& h : all) h->shut(true);
        // A job between two lists is in none of them.
        if (core_->room.count().inside > 0)
            left = std::min(left, clock::now() + std::chrono::milliseconds(100));
        const bool resting = std::all_of(all.begin(), all.end(), [](const auto& h) { return h->at_rest(); });
        std::vector<hawser::engine::job_ptr> callers;
        lock.lock();
        alarm_ = std::min(alarm_.load(), left);
        if (closing_ && !closed_ && (resting || stops)) {
            closed_ = true;
            callers.swap(waiting_for_close_);
            lock.unlock();
            for (const auto& h : all) h->shut(true);
            for (const auto& j : callers)
                if (j->start() && j->finish_running()) deliver(*j);
            lock.lock();
        } else if (closing_ && !closed_) {
            changed_.wait_for(lock, std::chrono::milliseconds(2));
        }
        if (stops) return;
    }
}

void driver::close(hawser::engine::job_ptr done) noexcept {
    bool first = false;
    {
        std::lock_guard lock(mutex_);
        first = !std::exchange(closing_, true);
        if (first) stop_at_ = after(core_->settings->close_after);
        if (done && !closed_) waiting_for_close_.push_back(std::exchange(done, nullptr));
        changed_.notify_all();
    }
    if (first) {
        core_->room.shut();
        for (const auto& h : homes()) h->shut(false);
    }
    if (done && done->start() && done->finish_running()) deliver(*done);
}

std::shared_ptr<hawser::engine::engine> open(const settings& s) {
    check_settings(s);
    return std::make_shared<driver>(s);
}

} // namespace hawser::postgres
