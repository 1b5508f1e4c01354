#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/bulk/feed.hpp>
#include <hawser/db/bulk/insert.hpp>
#include <hawser/db/transaction.hpp>

namespace hawser::detail {
namespace {

using boost::asio::cancellation_type;

// Once the first chunk is on its way `total` comes too late.
void throw_if_cancelled(cancellation_type asked, bool begun, const bulk_plan& plan) {
    const auto heard =
        begun ? cancellation_type::terminal | cancellation_type::partial : cancellation_type::all;
    if ((asked & heard) == cancellation_type::none) return;
    error_info info;
    info.statement_name = plan.what->name();
    throw_error(errc::cancelled, begun ? "cancelled between two chunks" : "cancelled before it began",
                std::move(info));
}

} // namespace

bulk_feed::bulk_feed(handle on, const bulk_plan& plan, const bulk_options& options, std::size_t total)
    : on_(std::move(on)),
      plan_(plan),
      options_(options),
      chunk_(options.chunk == 0 ? bulk_options{}.chunk : options.chunk),
      total_(total),
      due_(on_.due_if_given()),
      joins_(on_.lease != nullptr),
      done_(options.resume_from) {}

bulk_feed::~bulk_feed() {
    if (options_.atomic && !joins_ && on_.lease) on_.lease->release();
}

task<void> bulk_feed::begin() {
    const auto asked = co_await boost::asio::this_coro::cancellation_state;
    throw_if_cancelled(asked.cancelled(), false, plan_);
    if (!options_.atomic) co_return;
    if (joins_) {
        co_await mark_savepoint(on_, engine::verb::savepoint, 0);
    } else {
        on_.lease = on_.database->engine->make_lease(std::string(plan_.what->name()), false);
        auto j = new_job(on_, engine::batch_mode::atomic);
        j->what = engine::verb::begin;
        j->long_running = true;
        j->due = due_;
        co_await send(on_.database->engine, std::move(j));
    }
    begun_ = true;
}

task<void> bulk_feed::add(std::shared_ptr<bulk_call> call, std::size_t first, std::size_t last) {
    const auto asked = co_await boost::asio::this_coro::cancellation_state;
    throw_if_cancelled(asked.cancelled(), begun_, plan_);
    const bool may_pause = !options_.atomic && !joins_;
    while (first < last) {
        const std::size_t end = co_await send_rows(on_, call, due_, first, last, may_pause);
        begun_ = true;
        if (!options_.atomic) call->write_back(first, end);
        first = end;
        done_ = call->first() + end;
        if (first == last) break;
        const auto meanwhile = co_await boost::asio::this_coro::cancellation_state;
        throw_if_cancelled(meanwhile.cancelled(), true, plan_);
    }
    if (options_.progress) options_.progress(done_, total_);
}

task<void> bulk_feed::finish(std::exception_ptr failure) {
    if (!options_.atomic) {
        if (failure) std::rethrow_exception(told(failure));
        co_return;
    }
    if (!begun_) std::rethrow_exception(failure);
    if (joins_) {
        co_await end_savepoint(on_, 0, failure);
        co_return;
    }
    auto j = new_job(on_, engine::batch_mode::atomic);
    j->what = failure ? engine::verb::rollback : engine::verb::commit;
    j->due = std::max(j->due, clock::now());
    try {
        co_await send_shielded(on_.database->engine, std::move(j));
    } catch (...) { // a transaction that its failure has ended is rolled back already
        if (!failure) throw;
    }
    if (failure) std::rethrow_exception(failure);
}

std::exception_ptr bulk_feed::told(std::exception_ptr failure) const {
    try {
        std::rethrow_exception(failure);
    } catch (const validation_error& e) {
        error_info info = e.info();
        info.resume_from = done_;
        std::vector<violation> found(e.violations().begin(), e.violations().end());
        return std::make_exception_ptr(
            validation_error(plan_.table->name, std::move(found), std::move(info)));
    } catch (const error& e) {
        error_info info = e.info();
        info.resume_from = done_;
        return make_error(e.kind(), e.message() + "; resume_from is " + std::to_string(done_),
                          std::move(info));
    } catch (...) { return failure; }
}

task<std::size_t> send_rows(handle on, std::shared_ptr<bulk_call> call, deadline due, std::size_t first,
                            std::size_t last, bool may_pause) {
    const bulk_plan& plan = call->plan();
    call->show(first, last);
    if (call->size() == 0) co_return last;
    auto j = new_job(on, engine::batch_mode::atomic);
    j->due = due;
    engine::request& r = add_request(j->batch, *plan.what, 0);
    r.bulk = call.get();
    r.bulk_as = plan.verb;
    r.may_pause = may_pause;
    r.generates_key = call->wants_keys();
    r.keyed = call->wants_keys() ? plan.keyed : nullptr;
    r.probe = plan.exists;
    if (call->throws_misses()) r.when_no_row = errc::stale_object;
    j->batch.owned.push_back(call);
    co_await send(on.database->engine, j);
    const engine::request& done = j->batch.requests.front();
    call->affected += done.rows_affected;
    call->counts.inserted += done.inserted;
    call->counts.updated += done.rows_affected - done.inserted;
    co_return call->behind(done.rows_done);
}

task<void> copy_chunk(bulk_feed& feed, const bulk_plan& plan, const handle& on, const void* rows,
                      std::size_t count, std::size_t first) {
    auto call = std::make_shared<bulk_call>(plan, on);
    call->lend(rows, count, first);
    call->require_valid(0);
    co_await feed.add(std::move(call), 0, count);
}

} // namespace hawser::detail
