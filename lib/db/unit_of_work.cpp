#include "core/retold.hpp"
#include "db/commit_fate.hpp"
#include "db/unit_batches.hpp"
#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/transaction.hpp>
#include <hawser/db/unit_of_work.hpp>
#include <iterator>
#include <utility>

namespace hawser {
namespace detail {

void throw_not_committed() {
    throw_error(errc::misuse,
                "the key of a pending row is known after its unit of work was committed, but where "
                "it was lost with the answer to COMMIT");
}

void throw_no_integer_key() {
    throw_error(errc::misuse, "bind: the key of that row is not one integer");
}

namespace {

void require_valid(std::span<const std::shared_ptr<unit_operation>> operations) {
    std::vector<violation> found;
    for (const auto& op : operations) op->validate(found);
    if (!found.empty()) throw validation_error("unit of work", std::move(found));
}

using operations = std::span<const std::shared_ptr<unit_operation>>;

// One message to the engine, and the code that is run after it.
struct leg {
    unit_batch sent;
    const std::function<task<void>(transaction&)>* then = nullptr;
};

// At least one, the last without code.
std::vector<leg> legs_of(operations left, bool own_keys) {
    std::vector<leg> legs;
    for (std::size_t batch = 0;;) {
        const auto body =
            std::find_if(left.begin(), left.end(), [](const auto& op) { return op->body() != nullptr; });
        const operations some = left.first(static_cast<std::size_t>(body - left.begin()));
        for (unit_batch& one : batches_of(some, own_keys, batch)) legs.push_back({std::move(one), nullptr});
        if (body == left.end()) break;
        if (some.empty()) legs.emplace_back();
        legs.back().then = (*body)->body();
        batch = legs.size();
        left = left.subspan(some.size() + 1);
    }
    if (legs.empty() || legs.back().then != nullptr) legs.emplace_back();
    return legs;
}

void add_all(engine::batch& to, operations some, const stamp& by) {
    to.requests.reserve(some.size());
    for (const auto& op : some) op->add(to, by);
}
// The first failure, told as the operation's; the answers of the others are taken all the same.
std::exception_ptr take_answers(const engine::batch& from, operations some, const stamp& by,
                                commit_result& to) {
    std::exception_ptr failure;
    for (const auto& op : some) {
        try {
            to.operations[op->index] = op->done(from.requests[op->place], by);
        } catch (const error& e) {
            if (failure) continue;
            error_info info = e.info();
            info.statement_index = op->index;
            failure = make_error(e.kind(), e.message(), std::move(info));
        }
    }
    return failure;
}

// They are stored.
void note_unanswered(operations some, const stamp& by, commit_result& to) {
    for (const auto& op : some) {
        operation_result& result = to.operations[op->index];
        result = op->done(engine::request{}, by);
        result.answered = false;
    }
}

bool in_transaction(const handle& on) noexcept {
    return on.lease && !(on.held && on.held->session);
}

task<commit_result> commit_once(handle on, operations all, const transaction_terms& terms,
                                std::exception_ptr& untold) {
    auto j = new_job(on, engine::batch_mode::atomic);
    j->due = terms.due;
    if (!in_transaction(on)) j->modes = terms.modes;
    const stamp by = on.stamped();
    add_all(j->batch, all, by);
    co_await send(on.database->engine, j);
    commit_result result;
    result.operations.resize(all.size());
    result.round_trips = 1;
    untold = take_answers(j->batch, all, by, result);
    co_return result;
}

// Whether the engine takes keys that are made in the same batch. Another tells of each statement that it gets with BEGIN
// or COMMIT where it stands.
bool takes_own_keys(const handle& on) noexcept {
    return on.database->engine->describe().one_hop_units;
}

// The same failure, counted from the beginning of the unit.
[[noreturn]] void rethrow_as_operation(const std::exception_ptr& failure, operations some, bool all_counted) {
    if (some.empty()) std::rethrow_exception(failure);
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        const auto counted = e.info().statement_index;
        const bool of_one = dynamic_cast<const stale_object*>(&e) != nullptr;
        if (!counted && !of_one && (all_counted || some.size() > 1 || e.id() == "DB_TXN_001"))
            throw; // of BEGIN or COMMIT
        const std::size_t at = counted.value_or(0);
        if (at < some.size()) std::rethrow_exception(at_statement(failure, some[at]->index));
        std::rethrow_exception(at_statement(failure, {})); // of what goes with them
    }
}

task<void> run_operations(const transaction& tx, engine::job_ptr j, operations some, const stamp& by,
                          bool resolves, commit_result& result, std::exception_ptr& untold) {
    const handle& on = tx.get();
    add_all(j->batch, some, by);
    if (resolves && j->what == engine::verb::begin) ask_number(on, *j);
    std::exception_ptr failure;
    try {
        if (j->what == engine::verb::commit)
            co_await send_shielded(on.database->engine, j);
        else
            co_await send(on.database->engine, j);
    } catch (const error&) { failure = std::current_exception(); }
    if (failure && j->what == engine::verb::commit) {
        const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        failure = co_await resolved_commit(on, failure);
        co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
        if (!failure) {
            note_unanswered(some, by, result);
            co_return;
        }
    }
    const bool all_counted = j->what != engine::verb::run && !takes_own_keys(on);
    if (failure) rethrow_as_operation(failure, some, all_counted);
    auto unheard = take_answers(j->batch, some, by, result);
    if (j->what == engine::verb::commit)
        untold = std::move(unheard);
    else if (unheard)
        std::rethrow_exception(unheard);
}

task<void> run_all(transaction& tx, std::span<const leg> legs, const transaction_terms& terms, bool guest,
                   commit_result& result, std::exception_ptr& untold) {
    const handle& on = tx.get();
    const stamp by = on.stamped();
    for (const leg& one : legs) {
        const bool first = &one == &legs.front();
        const bool last = &one == &legs.back();
        if (last && on.held->until <= clock::now())
            throw_error(errc::statement_timeout, "the deadline of the unit passed before its COMMIT");
        auto j = first && !guest ? begin_job(on, terms) : new_job(on, engine::batch_mode::atomic);
        if (last && !guest) j->what = engine::verb::commit;
        if (j->what != engine::verb::run || !one.sent.empty())
            co_await run_operations(tx, std::move(j), one.sent, by, terms.resolve_commit, result, untold);
        if (one.then != nullptr) co_await (*one.then)(tx);
    }
}

// One attempt of a unit of several legs: a transaction, or within one a savepoint.
task<commit_result> commit_in_legs(handle on, const unit_operations& all, std::span<const leg> legs,
                                   const transaction_terms& terms, unsigned attempt, callbacks& then,
                                   std::shared_ptr<lease_state>& tried, std::exception_ptr& untold) {
    const bool guest = in_transaction(on);
    for (const auto& op : all) op->remember();
    transaction tx = guest ? guest_transaction(on) : new_transaction(on, terms, attempt);
    const handle& held = tx.get();
    tried = held.held;
    const unsigned calls = held.held->calls.load();
    const std::size_t registered = held.held->after_commit.size();
    if (guest) co_await mark_savepoint(held, engine::verb::savepoint, 0);
    commit_result result;
    result.operations.resize(all.size());
    std::exception_ptr failure;
    try {
        co_await run_all(tx, legs, terms, guest, result, untold);
    } catch (...) { failure = std::current_exception(); }
    if (failure) {
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        failure = told_as_cancelled(failure, state.cancelled() != boost::asio::cancellation_type::none);
    }
    const bool cancellable = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    try {
        if (guest)
            co_await end_savepoint(held, 0, failure);
        else if (failure) {
            co_await end_transaction(held, engine::verb::rollback);
            failure = undone(failure, held);
        }
    } catch (...) {
        if (guest || !failure) failure = std::current_exception();
    }
    co_await boost::asio::this_coro::throw_if_cancelled(cancellable);
    if (failure) {
        held.held->after_commit.resize(registered);
        for (const auto& op : all) op->restore();
        std::rethrow_exception(failure);
    }
    result.round_trips = held.held->calls.load() - calls;
    if (!guest) then = std::exchange(held.held->after_commit, {});
    co_return result;
}

} // namespace

task<commit_result> commit_unit(handle on, unit_operations all, transaction_terms terms, callbacks& then,
                                std::exception_ptr& untold) {
    require_valid(all);
    const std::vector<leg> legs = legs_of(all, takes_own_keys(on));
    for (unsigned attempt = 1;; ++attempt) {
        std::exception_ptr failure;
        handle tried = on;
        try {
            commit_result result;
            if (legs.size() > 1)
                result = co_await commit_in_legs(on, all, legs, terms, attempt, then, tried.held, untold);
            else
                result = co_await commit_once(on, all, terms, untold);
            result.attempts = attempt;
            co_return result;
        } catch (const error&) { failure = std::current_exception(); }
        // Inside a transaction the whole body must be run again, not this unit alone.
        if (in_transaction(on) || !worth_another_try(tried, failure, attempt, terms.attempts, terms.due))
            std::rethrow_exception(with_attempt(failure, attempt));
        require_not_cancelled(co_await boost::asio::this_coro::cancellation_state);
        co_await back_off(on, attempt);
    }
}

} // namespace detail

unit_of_work::unit_of_work(const executor_ref& on, const unit_options& options) : on_(on.get()) {
    on_ = on_.with({.name = options.name, .actor = options.actor, .reason = options.reason});
}

std::shared_ptr<detail::unit_operation> unit_of_work::push(std::shared_ptr<detail::unit_operation> op) {
    op->index = operations_.size();
    operations_.push_back(op);
    return op;
}

std::shared_ptr<detail::unit_operation> unit_of_work::registered(const pending_key& key) const {
    const std::size_t index = key.operation_->index;
    if (index >= operations_.size() || operations_[index] != key.operation_)
        throw_error(errc::misuse, "bind: the key belongs to a row of another unit of work, or of one that "
                                  "was committed; use its value");
    return key.operation_;
}

void unit_of_work::clear() noexcept {
    operations_.clear();
    after_commit_.clear();
}

task<commit_result> unit_of_work::commit(const commit_options& options, const std::source_location& where) {
    const transaction_options wanted{.isolation = options.isolation,
                                     .attempts = options.attempts,
                                     .name = on_.name().empty() ? "unit of work" : on_.name(),
                                     .timeout = options.timeout,
                                     .resolve_commit = options.resolve_commit};
    return [](unit_of_work& unit, detail::transaction_terms terms) -> task<commit_result> {
        if (unit.operations_.empty()) co_return commit_result{};
        detail::callbacks then;
        std::exception_ptr untold;
        commit_result result =
            co_await detail::commit_unit(unit.on_, unit.operations_, std::move(terms), then, untold);
        std::move(unit.after_commit_.begin(), unit.after_commit_.end(), std::back_inserter(then));
        unit.clear();
        if (detail::in_transaction(unit.on_)) {
            auto& later = unit.on_.held->after_commit;
            later.insert(later.end(), std::make_move_iterator(then.begin()),
                         std::make_move_iterator(then.end()));
        } else {
            for (const auto& f : then) f();
        }
        if (untold) std::rethrow_exception(untold);
        co_return result;
    }(*this, detail::transaction_terms(on_, wanted, where));
}

} // namespace hawser
