#include "core/retold.hpp"
#include "db/commit_fate.hpp"
#include "db/site.hpp"
#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/db/transaction.hpp>
#include <random>
#include <string_view>
#include <utility>

namespace hawser {
namespace detail {

bool worth_another_try(const handle& on, const std::exception_ptr& failure, unsigned attempt,
                       unsigned attempts, deadline due) noexcept {
    if (clock::now() >= due) return false;
    if (attempt >= (attempts == 0 ? on.database->retry.attempts : attempts)) return false;
    if (on.held && on.held->rolled_back) return true;
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) { return e.retryable(); } catch (...) {
        return false;
    }
}

void require_not_cancelled(const boost::asio::cancellation_state& state) {
    if (state.cancelled() != boost::asio::cancellation_type::none)
        throw_error(errc::cancelled, "cancelled before another try");
}

// Full jitter: anywhere from nothing to the doubled pause.
task<void> back_off(const handle& on, unsigned attempt) {
    const retry_options& retry = on.database->retry;
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto ceiling = std::min<std::chrono::microseconds>(
        retry.first_pause * (1 << std::min(attempt, 10u)), retry.longest_pause);
    const std::chrono::microseconds pause{
        std::uniform_int_distribution<std::int64_t>(0, ceiling.count())(random)};
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, pause);
    boost::system::error_code cancelled;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    if (cancelled) throw_error(errc::cancelled, "cancelled before another try");
}

transaction_terms::transaction_terms(const handle& on, const transaction_options& options,
                                     const std::source_location& where)
    : name(options.name),
      site(site_of(where)),
      modes{options.isolation, options.read_only, options.deferrable},
      attempts(options.attempts),
      due(options.timeout.count() > 0    ? after(options.timeout)
          : options.timeout.count() == 0 ? no_deadline
                                         : on.due()),
      until(options.timeout.count() > 0 ? due : no_deadline),
      resolve_commit(options.resolve_commit && !options.read_only &&
                     on.database->engine->describe().dialect == dialect::postgres) {
    if (name.empty()) name = on.name().empty() ? "transaction" : std::string(on.name());
}

handle written_by(const handle& on, const transaction_options& options) {
    return options.actor.empty() && options.reason.empty()
               ? on
               : on.with({.actor = options.actor, .reason = options.reason});
}

transaction new_transaction(handle on, const transaction_terms& terms, unsigned attempt) {
    engine::lease_terms wanted;
    wanted.holder = terms.name;
    wanted.site = terms.site;
    wanted.read_only = terms.modes.read_only;
    wanted.within = std::move(on.lease);
    on.lease = on.database->engine->make_lease(std::move(wanted));
    on.held = std::make_shared<lease_state>();
    on.held->until = terms.until;
    on.held->read_only = terms.modes.read_only;
    return transaction(std::move(on), attempt);
}

transaction guest_transaction(handle on) {
    return transaction(std::move(on), 1, false);
}

engine::job_ptr begin_job(const handle& on, const transaction_terms& terms) {
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = engine::verb::begin;
    j->modes = terms.modes;
    j->due = terms.due;
    return j;
}

task<transaction> begin_transaction(handle on, transaction_terms terms, unsigned attempt) {
    transaction tx = new_transaction(std::move(on), terms, attempt);
    auto j = begin_job(tx.get(), terms);
    if (terms.resolve_commit) ask_number(tx.get(), *j);
    co_await send(tx.get().database->engine, std::move(j));
    co_return tx;
}

task<transaction> transaction_on(const handle& on, const transaction_options& options,
                                 const std::source_location& where) {
    return begin_transaction(written_by(on, options), transaction_terms(on, options, where), 1);
}

task<void> end_transaction(handle on, engine::verb how) {
    const bool late = how == engine::verb::commit && clock::now() >= on.held->until;
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = late ? engine::verb::rollback : how;
    j->due = std::max(j->due, clock::now()); // an end is asked for, however late that is
    std::exception_ptr failure;
    try {
        co_await send_shielded(on.database->engine, std::move(j));
    } catch (...) { failure = std::current_exception(); }
    if (failure) {
        const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        failure = co_await resolved_commit(on, failure);
        co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
        if (failure) std::rethrow_exception(failure);
    }
    if (late)
        throw_error(errc::statement_timeout,
                    "the deadline of the transaction passed before its COMMIT; it was rolled back",
                    {.statement_name = std::string(on.name())});
}

std::exception_ptr undone(std::exception_ptr failure, const handle& within) {
    return failure ? undone_within(std::move(failure), within.lease) : failure;
}

void run_after_commit(const handle& on) {
    const auto all = std::exchange(on.held->after_commit, {});
    for (const auto& then : all) then();
}

std::exception_ptr told_as_cancelled(std::exception_ptr failure, bool cancelled) {
    if (!cancelled) return failure;
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        if (e.code() == boost::asio::error::operation_aborted)
            return make_error(errc::cancelled, "cancelled; what was begun is undone");
    } catch (...) {}
    return failure;
}

task<void> mark_savepoint(handle on, engine::verb what, unsigned level) {
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = what;
    j->level = level;
    if (what != engine::verb::savepoint) j->due = std::max(j->due, clock::now());
    return send_shielded(on.database->engine, std::move(j));
}

task<void> end_savepoint(handle on, unsigned level, std::exception_ptr failure) {
    if (!failure) {
        try {
            co_await mark_savepoint(on, engine::verb::release, level);
            co_return;
        } catch (const error&) { failure = std::current_exception(); }
    }
    try {
        co_await mark_savepoint(on, engine::verb::rollback_to, level);
        failure = undone(failure, on);
        co_await mark_savepoint(on, engine::verb::release, level);
    } catch (const error&) { on.lease->release(); }
    std::rethrow_exception(failure);
}

} // namespace detail

transaction::~transaction() {
    if (handle_.lease && owns_) handle_.lease->release();
}

task<void> transaction::commit() {
    return [](detail::handle on) -> task<void> {
        co_await detail::end_transaction(on, engine::verb::commit);
        detail::run_after_commit(on);
    }(handle_);
}
task<void> transaction::rollback() {
    return detail::end_transaction(handle_, engine::verb::rollback);
}

} // namespace hawser
