#include <hawser/core/error.hpp>
#include <hawser/db/transaction.hpp>
#include <hawser/db/unit_of_work.hpp>

namespace hawser {
namespace detail {

void throw_not_committed() {
    throw_error(errc::misuse, "the key of a pending row is known after its unit of work was committed");
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

task<commit_result> commit_once(handle on, std::span<const std::shared_ptr<unit_operation>> operations,
                                deadline due) {
    auto j = new_job(on, engine::batch_mode::atomic);
    j->due = due;
    const stamp by{on.now()};
    j->batch.requests.reserve(operations.size());
    for (const auto& op : operations) op->add(j->batch, by);
    co_await send(on.database->engine, j);
    commit_result result;
    result.round_trips = 1;
    for (const auto& op : operations) result.operations.push_back(op->done(j->batch.requests[op->index], by));
    co_return result;
}

} // namespace

task<commit_result> commit_unit(handle on, std::vector<std::shared_ptr<unit_operation>> operations,
                                commit_options options) {
    require_valid(operations);
    const deadline due = options.timeout.count() > 0    ? after(options.timeout)
                         : options.timeout.count() == 0 ? no_deadline
                                                        : on.due();
    for (unsigned attempt = 1;; ++attempt) {
        std::exception_ptr failure;
        try {
            commit_result result = co_await commit_once(on, operations, due);
            result.attempts = attempt;
            co_return result;
        } catch (const error&) { failure = std::current_exception(); }
        // Inside a transaction the whole body must be run again, not this unit alone.
        if (on.lease || !worth_another_try(failure, attempt, options.attempts, due))
            std::rethrow_exception(failure);
        co_await back_off(attempt);
    }
}

} // namespace detail

unit_of_work::unit_of_work(const executor_ref& on, const unit_options& options) : on_(on.get()) {
    if (options.name.empty()) return;
    auto settings = std::make_shared<detail::call_settings>();
    settings->timeout = on_.settings ? on_.settings->timeout : std::chrono::milliseconds(-1);
    settings->name = options.name;
    on_.settings = std::move(settings);
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

task<commit_result> unit_of_work::commit(const commit_options& options) {
    return [](unit_of_work& unit, commit_options o) -> task<commit_result> {
        if (unit.operations_.empty()) co_return commit_result{};
        commit_result result = co_await detail::commit_unit(unit.on_, unit.operations_, o);
        const auto then = std::move(unit.after_commit_);
        unit.clear();
        for (const auto& f : then) f();
        co_return result;
    }(*this, options);
}

} // namespace hawser
