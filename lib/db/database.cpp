#include "db/site.hpp"
#include <chrono>
#include <hawser/core/error.hpp>
#include <hawser/db/database.hpp>

namespace hawser {
namespace {

class system_clock final : public wall_clock {
public:
    timestamp now() noexcept override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

// Never destroyed: threads may still write while the program ends.
system_clock& of_the_system() {
    static auto& clock = *new system_clock;
    return clock;
}

} // namespace

database make_database(std::shared_ptr<engine::engine> engine, const open_options& options) {
    auto state = std::make_shared<detail::database_state>();
    state->engine = std::move(engine);
    state->statement_timeout = options.statement_timeout;
    state->retry = options.retry;
    state->clock = options.clock ? options.clock : &of_the_system();
    state->uuids = options.uuids;
    return database(detail::handle{std::move(state), nullptr, nullptr, nullptr});
}

task<void> database::ping() const {
    auto j = detail::new_job(handle_, engine::batch_mode::read);
    j->what = engine::verb::ping;
    return detail::send(handle_.database->engine, std::move(j));
}

task<void> database::clear_statement_cache() const {
    if (describe().dialect == dialect::sqlite) return ping(); // throws where it is closed
    auto j = detail::new_job(handle_, engine::batch_mode::read);
    j->what = engine::verb::forget_statements;
    return detail::send(handle_.database->engine, std::move(j));
}

task<void> database::close() const {
    return [](detail::handle h) -> task<void> {
        auto j = engine::job::make();
        co_await async::wait(*j, [&h, &j] {
            const auto to = h.database->engine;
            auto job = j;
            to->close(std::move(job));
        });
        if (j->failure) std::rethrow_exception(j->failure);
    }(handle_);
}

database database::with(const call_options& options) const {
    return database(handle_.with(options));
}

task<session> database::session(const session_options& options, const std::source_location& where) const {
    engine::lease_terms terms;
    terms.holder = !options.name.empty() ? options.name : handle_.name().empty() ? "session" : handle_.name();
    terms.site = detail::site_of(where);
    terms.session = true;
    terms.hold_total = countable(options.hold_total);
    terms.hold_idle = countable(options.hold_idle);
    const deadline due = options.timeout.count() > 0    ? after(options.timeout)
                         : options.timeout.count() == 0 ? no_deadline
                                                        : handle_.due();
    return detail::open_session(handle_, std::move(terms), due);
}

} // namespace hawser
