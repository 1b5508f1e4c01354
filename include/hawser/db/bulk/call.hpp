#pragma once
// A bulk call of any verb over untyped rows: its plan, its rows, its answer.
#include <hawser/db/bulk/options.hpp>
#include <hawser/db/send.hpp>
#include <hawser/engine/batch.hpp>
#include <optional>
#include <vector>

namespace hawser {
struct violation;
}

namespace hawser::detail {

// What the compiled core needs to know of one bulk verb of one entity. Null: the verb has no such thing.
struct bulk_plan {
    engine::bulk_verb verb;
    const table_info* table;
    const statement* what;
    const statement* keyed = nullptr;  // insert: with the generated key in front
    const statement* exists = nullptr; // update: finds a row by its key
    bool generates_key = false;
    std::size_t row_size;
    void (*validate)(const void* row, std::optional<std::size_t> index,
                     std::vector<violation>& found) = nullptr;
    void (*encode)(const void* row, const stamp& by, parameters& to);
    void (*encode_key)(const void* row, parameters& to) = nullptr;
    void (*encode_target)(const void* row,
                          parameters& to) = nullptr; // where the last of several rows wins: what they meet in
    void (*write_back)(void* row, const stamp& by) = nullptr;
};

// The rows of a call and what becomes of them. The rows are borrowed; all else lives here, with the job.
//
// Invariants
// 1. An engine sees the rows of the last show() only, and touches nothing here after it has answered.
// 2. Indexes in answers and failures count from the first row of the whole call.
class bulk_call final : public row_source {
public:
    bulk_call(const bulk_plan& plan, const handle& on);

    // `first` is the index of the first of these rows in the call. What was lent before is forgotten.
    void lend(const void* rows, std::size_t count, std::size_t first = 0);
    // Versions and timestamps of the rows that are stored go back here: the same rows.
    void return_to(void* rows) noexcept { back_ = static_cast<std::byte*>(rows); }
    // Asks for the keys of inserted rows.
    void want_keys();
    // A row that an update does not find is a failure; else it is noted in `misses`.
    void throw_misses() noexcept { throws_misses_ = true; }

    // Throws validation_error with the violations of all rows from `first` on.
    void require_valid(std::size_t first) const;
    // Of rows that meet in encode_target only the last is sent, so that all engines store it.
    void leave_out_overwritten();

    // The part of the rows that is sent next.
    void show(std::size_t first, std::size_t last);
    // The index behind the first `shown` of them.
    [[nodiscard]] std::size_t behind(std::size_t shown) const noexcept;
    void write_back(std::size_t first, std::size_t last);

    [[nodiscard]] const bulk_plan& plan() const noexcept { return plan_; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t first() const noexcept { return base_; }
    [[nodiscard]] bool wants_keys() const noexcept { return !keys.empty(); }
    [[nodiscard]] bool throws_misses() const noexcept { return throws_misses_; }

    [[nodiscard]] std::size_t size() const override {
        return picked_.empty() ? last_ - first_ : picked_.size();
    }
    [[nodiscard]] std::size_t position(std::size_t index) const override { return base_ + at(index); }
    void encode(std::size_t index, parameters& to) const override { plan_.encode(row(at(index)), by_, to); }
    void encode_key(std::size_t index, parameters& to) const override {
        plan_.encode_key(row(at(index)), to);
    }
    void assigned(std::size_t index, std::int64_t key) override { keys[at(index)] = key; }
    void missed(std::size_t index, bool exists) override;

    // The answer so far.
    struct missed_index {
        std::size_t row;
        miss why;
    };
    std::vector<std::int64_t> keys;
    std::vector<missed_index> misses;
    std::int64_t affected = 0;
    upsert_counts counts;

private:
    [[nodiscard]] std::size_t at(std::size_t index) const {
        return picked_.empty() ? first_ + index : picked_[index];
    }
    [[nodiscard]] const std::byte* row(std::size_t i) const { return rows_ + i * plan_.row_size; }

    const bulk_plan& plan_;
    const std::shared_ptr<const call_settings> settings_; // by_ points into it
    const stamp by_;
    const std::byte* rows_ = nullptr;
    std::byte* back_ = nullptr;
    std::size_t count_ = 0;
    std::size_t base_ = 0;
    std::size_t first_ = 0;
    std::size_t last_ = 0;
    bool throws_misses_ = false;
    std::vector<bool> overwritten_;   // empty: none
    std::vector<std::size_t> picked_; // the shown rows, where some are left out
};

// Which rows have a later one with the same values of encode_target; empty: none. NULL is like nothing.
[[nodiscard]] std::vector<bool> overwritten_rows(const bulk_plan& plan, const void* rows, std::size_t count);

// Runs a call over the rows that it was lent. Throws the first failure, see bulk_options::atomic.
[[nodiscard]] task<void> run_bulk(handle on, std::shared_ptr<bulk_call> call, bulk_options options);

} // namespace hawser::detail
