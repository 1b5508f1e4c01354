#include <hawser/core/error.hpp>
#include <hawser/db/bulk.hpp>

namespace hawser::detail {

task<std::unique_ptr<bulk_load>> bulk_load::begin(handle on, const entity_plan& plan) {
    if (on.lease) {
        co_await mark_savepoint(on, engine::verb::savepoint, 0);
        co_return std::unique_ptr<bulk_load>(new bulk_load(std::move(on), plan, false));
    }
    on.lease = on.database->engine->make_lease("copy_in " + std::string(plan.table->name), false);
    std::unique_ptr<bulk_load> load(new bulk_load(on, plan, true));
    auto j = new_job(on, engine::batch_mode::atomic);
    j->what = engine::verb::begin;
    j->long_running = true;
    j->due = on.due_if_given();
    co_await send(on.database->engine, std::move(j));
    co_return load;
}

bulk_load::~bulk_load() {
    if (own_) on_.lease->release();
}

task<void> bulk_load::add(const void* rows, std::size_t count) {
    try {
        co_await insert_rows(on_, plan_, rows, count, false);
    } catch (const validation_error& e) {
        // Rows are counted from the beginning of the range, not of the chunk.
        std::vector<violation> found(e.violations().begin(), e.violations().end());
        for (violation& v : found)
            if (v.row) *v.row += static_cast<std::size_t>(rows_);
        throw validation_error(plan_.table->name, std::move(found));
    } catch (const error& e) {
        if (!e.info().row) throw;
        error_info info = e.info();
        *info.row += static_cast<std::size_t>(rows_);
        const std::string message =
            e.message() + " of its chunk, row " + std::to_string(*info.row) + " of the range";
        throw_error(e.kind(), message, std::move(info));
    }
    rows_ += static_cast<std::int64_t>(count);
}

task<std::int64_t> bulk_load::finish(std::exception_ptr failure) {
    if (!own_) {
        co_await end_savepoint(on_, 0, failure);
        co_return rows_;
    }
    if (failure) std::rethrow_exception(failure); // the lease is dropped with its transaction
    auto j = new_job(on_, engine::batch_mode::atomic);
    j->what = engine::verb::commit;
    j->due = no_deadline;
    co_await send_shielded(on_.database->engine, std::move(j));
    co_return rows_;
}

} // namespace hawser::detail
