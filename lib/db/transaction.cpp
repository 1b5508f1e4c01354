#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/db/transaction.hpp>
#include <random>

namespace hawser {
namespace detail {
namespace {

constexpr unsigned default_attempts = 5;
constexpr auto first_pause = std::chrono::milliseconds(1);
constexpr auto longest_pause = std::chrono::milliseconds(50);

} // namespace

bool worth_another_try(const std::exception_ptr& failure, unsigned attempt, unsigned attempts,
                       deadline due) noexcept {
    if (clock::now() >= due) return false;
    if (attempt >= (attempts == 0 ? default_attempts : attempts)) return false;
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) { return e.retryable(); } catch (...) {
        return false;
    }
}

// Full jitter: anywhere from nothing to the doubled pause.
task<void> back_off(unsigned attempt) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto ceiling =
        std::min<std::chrono::microseconds>(first_pause * (1 << std::min(attempt, 10u)), longest_pause);
    const std::chrono::microseconds pause{
        std::uniform_int_distribution<std::int64_t>(0, ceiling.count())(random)};
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, pause);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

task<transaction> begin_transaction(handle on, transaction_options options, std::string name, deadline due,
                                    unsigned attempt) {
    if (name.empty()) name = on.name().empty() ? "transaction" : std::string(on.name());
    on.lease = on.database->engine->make_lease(std::move(name), options.read_only);
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = engine::verb::begin;
    j->read_only = options.read_only;
    j->due = due;
    transaction tx(on, attempt);
    co_await send(on.database->engine, std::move(j));
    co_return tx;
}

task<void> mark_savepoint(handle on, engine::verb what, unsigned level) {
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = what;
    j->level = level;
    if (what != engine::verb::savepoint) j->due = no_deadline;
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
        co_await mark_savepoint(on, engine::verb::release, level);
    } catch (const error&) { on.lease->release(); }
    std::rethrow_exception(failure);
}

} // namespace detail

transaction::~transaction() {
    if (handle_.lease) handle_.lease->release();
}

task<void> transaction::end(engine::verb how) {
    auto j = detail::new_job(handle_, engine::batch_mode::atomic);
    j->what = how;
    j->due = no_deadline;
    return detail::send_shielded(handle_.database->engine, std::move(j));
}
task<void> transaction::commit() {
    return end(engine::verb::commit);
}
task<void> transaction::rollback() {
    return end(engine::verb::rollback);
}

} // namespace hawser
