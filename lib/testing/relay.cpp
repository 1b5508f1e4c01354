#include "testing/relay.hpp"
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/system_executor.hpp>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser::testing::detail {

std::shared_ptr<relay> relay::take(const engine::job_ptr& caller, then done) {
    auto r = std::make_shared<relay>();
    caller->runner.store(r.get(), std::memory_order_release);
    if (!caller->start()) {
        caller->runner.store(nullptr, std::memory_order_release);
        return nullptr;
    }
    r->done_ = std::move(done);
    r->twin_ = engine::job::make();
    engine::job& to = *r->twin_;
    to.what = caller->what;
    to.batch.mode = caller->batch.mode;
    to.batch.requests = caller->batch.requests; // sinks look into the caller's own
    to.batch.values.swap(caller->batch.values);
    to.batch.owned = caller->batch.owned;
    to.on = std::move(caller->on);
    to.due = caller->due;
    to.name = caller->name;
    to.text = std::move(caller->text);
    to.level = caller->level;
    to.modes = caller->modes;
    to.cursor = std::move(caller->cursor);
    to.weight = std::exchange(caller->weight, 0);
    to.long_running = caller->long_running;
    caller->batch.owned.push_back(r);
    r->caller_ = caller;
    return r;
}

void relay::start(engine::engine& inner) {
    auto twin = twin_;
    twin->arm(boost::asio::bind_executor(boost::asio::system_executor{},
                                         [self = shared_from_this()] { self->finished(); }),
              true);
    inner.submit(std::move(twin));
}

void relay::finished() {
    if (twin_->abandoned()) { // the engine still works on it; the caller does not wait
        const auto caller = std::exchange(caller_, nullptr);
        if (caller->abandon()) deliver(*caller);
        return;
    }
    auto& to = caller_->batch.requests;
    const auto& from = twin_->batch.requests;
    for (std::size_t i = 0; i < to.size() && i < from.size(); ++i) {
        to[i].rows_affected = from[i].rows_affected;
        to[i].key = from[i].key;
        to[i].inserted = from[i].inserted;
        to[i].rows_done = from[i].rows_done;
        to[i].failure = from[i].failure;
    }
    caller_->round_trips = twin_->round_trips;
    const auto done = std::exchange(done_, nullptr);
    done(shared_from_this(), twin_->failure);
}

void relay::answer(std::exception_ptr failure) {
    const auto caller = std::exchange(caller_, nullptr);
    caller->failure = std::move(failure);
    if (caller->finish_running()) deliver(*caller);
}

void relay::cancel(engine::job&, boost::asio::cancellation_type type) noexcept {
    error_info info;
    info.statement_name = twin_->name;
    if (twin_->finish_queued(make_error(errc::cancelled, "cancelled before it began", std::move(info))))
        deliver(*twin_);
    else if (auto* const c = twin_->runner.load(std::memory_order_acquire))
        c->cancel(*twin_, type);
}

void relay::abandon(engine::job&) noexcept {
    if (twin_->finish_queued(nullptr))
        deliver(*twin_);
    else if (auto* const c = twin_->runner.load(std::memory_order_acquire))
        c->abandon(*twin_);
}

} // namespace hawser::testing::detail
