#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/entity_plan.hpp>

namespace hawser::detail {

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
    require_valid(plan, row, 1, false);
    const stamp by{on.now()};
    auto j = new_job(on, engine::batch_mode::atomic);
    add_insert(j->batch, plan, row, by, {});
    co_await send(on.database->engine, j);
    plan.write_back_insert(row, by, j->batch.requests.front().key);
}

task<bool> update_row(handle on, const entity_plan& plan, void* row) {
    require_valid(plan, row, 1, false);
    const stamp by{on.now()};
    auto j = new_job(on, engine::batch_mode::atomic);
    add_update(j->batch, plan, row, by);
    co_await send(on.database->engine, j);
    if (j->batch.requests.front().rows_affected == 0) co_return false;
    plan.write_back_update(row, by);
    co_return true;
}

task<void> upsert_row(handle on, const entity_plan& plan, const statement& what, void* row) {
    require_valid(plan, row, 1, false);
    auto j = new_job(on, engine::batch_mode::atomic);
    plan.encode_insert(row, stamp{on.now()}, {}, j->batch.values);
    add_request(j->batch, what, 0);
    co_await send(on.database->engine, j);
}

task<bool> run_changed(handle on, engine::job_ptr j) {
    co_await send(on.database->engine, j);
    co_return j->batch.requests.front().rows_affected > 0;
}

namespace {

// The caller's rows, borrowed; the keys they are given are kept here, with the job.
class borrowed_rows final : public row_source {
public:
    borrowed_rows(const entity_plan& plan, const void* rows, std::size_t count, stamp by, bool with_keys)
        : plan_(plan),
          rows_(static_cast<const std::byte*>(rows)),
          count_(count),
          by_(by),
          keys(with_keys ? count : 0) {}

    std::size_t size() const override { return count_; }
    void encode(std::size_t index, parameters& to) const override {
        plan_.encode_insert(rows_ + index * plan_.row_size, by_, {}, to);
    }
    void assigned(std::size_t index, std::int64_t key) override { keys[index] = key; }

private:
    const entity_plan& plan_;
    const std::byte* rows_;
    std::size_t count_;
    stamp by_;

public:
    std::vector<std::int64_t> keys;
};

} // namespace

task<std::vector<std::int64_t>> insert_rows(handle on, const entity_plan& plan, const void* rows,
                                            std::size_t count, bool with_keys) {
    require_valid(plan, rows, count, true);
    if (count == 0) co_return std::vector<std::int64_t>{};
    with_keys = with_keys && plan.generates_key;
    auto source = std::make_shared<borrowed_rows>(plan, rows, count, stamp{on.now()}, with_keys);
    auto j = new_job(on, engine::batch_mode::atomic);
    j->due = on.due_if_given();
    engine::request& r = add_request(j->batch, *plan.insert, 0);
    r.bulk = source.get();
    r.generates_key = with_keys;
    r.keyed = with_keys ? plan.insert_keyed : nullptr;
    j->batch.owned.push_back(source);
    co_await send(on.database->engine, j);
    co_return std::move(source->keys);
}

} // namespace hawser::detail
