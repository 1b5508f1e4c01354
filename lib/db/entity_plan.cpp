#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/entity_plan.hpp>

namespace hawser::detail {

void refuse(engine::job& j, const table_info& table, std::vector<violation> found) {
    if (!found.empty()) j.failure = std::make_exception_ptr(validation_error(table.name, std::move(found)));
}

void require_valid(const entity_plan& plan, const void* rows, std::size_t count, bool bulk) {
    std::vector<violation> found;
    const auto* row = static_cast<const std::byte*>(rows);
    for (std::size_t i = 0; i < count; ++i, row += plan.row_size)
        plan.validate(row, bulk ? std::optional(i) : std::nullopt, found);
    if (!found.empty()) throw validation_error(plan.table->name, std::move(found));
}

engine::request& add_insert(engine::batch& b, const entity_plan& plan, const void* row, const stamp& by,
                            std::span<const key_binding> bound) {
    const std::size_t first = b.values.size();
    plan.encode_insert(row, by, bound, b.values);
    engine::request& r = add_request(b, *plan.insert, first);
    r.generates_key = plan.generates_key;
    return r;
}

engine::request& add_update(engine::batch& b, const entity_plan& plan, const void* row, const stamp& by) {
    const std::size_t first = b.values.size();
    plan.encode_update(row, by, b.values);
    const std::size_t probe = b.values.size();
    engine::request& r = add_request(b, *plan.update, first);
    if (!plan.versioned) return r;
    r.when_no_row = errc::stale_object;
    r.probe = plan.row_exists;
    r.probe_first = static_cast<std::uint32_t>(probe);
    plan.encode_key(row, b.values);
    r.probe_count = static_cast<std::uint32_t>(b.values.size() - probe);
    return r;
}

task<void> insert_row(handle on, const entity_plan& plan, void* row) {
    const stamp by = on.stamped();
    if (plan.fill) plan.fill(row, by);
    require_valid(plan, row, 1, false);
    auto j = new_job(on, engine::batch_mode::atomic);
    add_insert(j->batch, plan, row, by, {});
    sending s(on.database->engine, j);
    if (!s.goes_in()) co_await s.room();
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    s.see_cancelled(state);
    co_await s.answer();
    s.finish();
    plan.write_back_insert(row, by, j->batch.requests.front().key);
}

task<bool> update_row(handle on, const entity_plan& plan, void* row) {
    require_valid(plan, row, 1, false);
    const stamp by = on.stamped();
    auto j = new_job(on, engine::batch_mode::atomic);
    add_update(j->batch, plan, row, by);
    co_await send(on.database->engine, j);
    if (j->batch.requests.front().rows_affected == 0) co_return false;
    plan.write_back_update(row, by);
    co_return true;
}

task<void> upsert_row(handle on, const entity_plan& plan, const statement& what, void* row) {
    const stamp by = on.stamped();
    if (plan.fill) plan.fill(row, by);
    require_valid(plan, row, 1, false);
    auto j = new_job(on, engine::batch_mode::atomic);
    plan.encode_insert(row, by, {}, j->batch.values);
    add_request(j->batch, what, 0);
    co_await send(on.database->engine, j);
}

task<bool> run_changed(handle on, engine::job_ptr j) {
    co_await send(on.database->engine, j);
    co_return j->batch.requests.front().rows_affected > 0;
}

} // namespace hawser::detail
