#include <hawser/db/session.hpp>

namespace hawser {
namespace detail {

task<session> open_session(handle on, engine::lease_terms terms, deadline due) {
    on.lease = on.database->engine->make_lease(std::move(terms));
    on.held = std::make_shared<lease_state>();
    on.held->session = true;
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = engine::verb::connect;
    j->due = due;
    session opened(on);
    co_await send(on.database->engine, std::move(j));
    co_return opened;
}

} // namespace detail

session::~session() {
    if (handle_.lease) handle_.lease->release();
}

task<void> session::clear_statement_cache() const {
    if (handle_.database->engine->describe().dialect == dialect::sqlite)
        return run_script({}); // throws where it has ended
    auto j = detail::new_job(handle_, engine::batch_mode::read);
    j->what = engine::verb::forget_statements;
    return detail::send(handle_.database->engine, std::move(j));
}

task<void> session::close() {
    auto j = detail::new_job(handle_, engine::batch_mode::atomic);
    j->what = engine::verb::hand_back;
    return detail::send_shielded(handle_.database->engine, std::move(j));
}

} // namespace hawser
