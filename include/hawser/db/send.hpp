#pragma once
// From a call to a job and back: the compiled core under the typed verbs.
#include <hawser/async/deadline.hpp>
#include <hawser/async/task.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/engine/engine.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/mapping/row.hpp>
#include <hawser/mapping/type_map.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace hawser {

class executor_ref;

namespace detail {

inline constexpr std::size_t every = std::numeric_limits<std::size_t>::max();

// What is common to all handles of one open database.
struct database_state {
    std::shared_ptr<engine::engine> engine;
    std::chrono::milliseconds statement_timeout{};
    timestamp (*now)() noexcept = nullptr;
};

// What differs between them.
struct call_settings {
    std::chrono::milliseconds timeout{};
    std::string name;
};

struct handle {
    std::shared_ptr<const database_state> database;
    std::shared_ptr<const call_settings> settings; // null: the database's defaults
    std::shared_ptr<engine::lease> lease;          // null: the shared lane

    [[nodiscard]] timestamp now() const noexcept { return database->now(); }
    [[nodiscard]] deadline due() const noexcept;
    // For bulk loads, which only a timeout of the caller's own ends.
    [[nodiscard]] deadline due_if_given() const noexcept;
    [[nodiscard]] std::string_view name() const noexcept {
        return settings ? std::string_view(settings->name) : std::string_view{};
    }
};

// An empty job with the handle's deadline, name and lease.
[[nodiscard]] engine::job_ptr new_job(const handle& on, engine::batch_mode mode);
// A job of one statement; its values are appended next.
[[nodiscard]] engine::job_ptr statement_job(const handle& on, const statement& what);
// Same for a text of run time. What is wrong with the text becomes the job's failure, thrown by send().
[[nodiscard]] engine::job_ptr text_job(const handle& on, const std::string& text, std::size_t arguments);
// Adds a request whose values are those appended to the batch since `first`.
engine::request& add_request(engine::batch& b, const statement& what, std::size_t first);

// Waits for room, submits, waits for the answer, throws its failure.
[[nodiscard]] task<void> send(std::shared_ptr<engine::engine> to, engine::job_ptr j);
// Same, but not to be cancelled: for COMMIT and ROLLBACK.
[[nodiscard]] task<void> send_shielded(std::shared_ptr<engine::engine> to, engine::job_ptr j);
// The rows affected by the job's only request.
[[nodiscard]] task<std::int64_t> run_counted(std::shared_ptr<engine::engine> to, engine::job_ptr j);
[[nodiscard]] const std::shared_ptr<engine::engine>& engine_of(const executor_ref& on) noexcept;

[[noreturn]] void throw_not_found(const engine::job& j);
[[noreturn]] void throw_too_many(const engine::job& j);

template <class A>
void bind_argument(parameters& p, const A& a) {
    if constexpr (std::is_convertible_v<const A&, std::string_view>)
        p.text(std::string_view(a));
    else if constexpr (std::is_same_v<A, std::nullopt_t>)
        p.null();
    else {
        static_assert(mapped<bare<A>>,
                      "hawser: an argument has a type without a mapping; specialise hawser::type_map for it");
        encode(a, p);
    }
}
template <class... A>
void bind_arguments(engine::job& j, const A&... args) {
    (bind_argument(j.batch.values, args), ...);
    j.batch.requests.back().parameter_count = static_cast<std::uint32_t>(sizeof...(A));
}

// How many columns a Row is made from.
template <class Row>
inline constexpr std::size_t row_width = 1;
template <described Row>
inline constexpr std::size_t row_width<Row> = column_count<Row>;
template <class... V>
inline constexpr std::size_t row_width<std::tuple<V...>> = sizeof...(V);

// The sink belongs to the job: its rows are moved out once the job is answered.
template <class Row, bool Named>
collected_rows<Row, Named>& collect(engine::job& j, std::size_t most) {
    auto rows = std::make_shared<collected_rows<Row, Named>>(most);
    j.batch.requests.back().rows = rows.get();
    j.batch.owned.push_back(rows);
    return *rows;
}

template <class Row, bool Named>
task<std::vector<Row>> fetch_rows(std::shared_ptr<engine::engine> to, engine::job_ptr j, std::size_t most) {
    auto& rows = collect<Row, Named>(*j, most);
    co_await send(std::move(to), j);
    co_return std::move(rows.rows);
}
template <class Row, bool Named>
task<std::optional<Row>> fetch_first_row(std::shared_ptr<engine::engine> to, engine::job_ptr j, bool only) {
    auto& rows = collect<Row, Named>(*j, only ? 2 : 1);
    co_await send(std::move(to), j);
    if (rows.rows.size() > 1) throw_too_many(*j);
    if (rows.rows.empty()) co_return std::nullopt;
    co_return std::optional<Row>(std::move(rows.rows.front()));
}
template <class Row, bool Named>
task<Row> fetch_only_row(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    auto& rows = collect<Row, Named>(*j, 2);
    co_await send(std::move(to), j);
    if (rows.rows.size() > 1) throw_too_many(*j);
    if (rows.rows.empty()) throw_not_found(*j);
    co_return std::move(rows.rows.front());
}

// Raw SQL: structs by column name.
template <class Row>
task<std::vector<Row>> fetch_all(const executor_ref& on, engine::job_ptr j, std::size_t most) {
    return fetch_rows<Row, true>(engine_of(on), std::move(j), most);
}
template <class Row>
task<Row> fetch_one(const executor_ref& on, engine::job_ptr j) {
    return fetch_only_row<Row, true>(engine_of(on), std::move(j));
}
template <class Row>
task<std::optional<Row>> fetch_optional(const executor_ref& on, engine::job_ptr j) {
    return fetch_first_row<Row, true>(engine_of(on), std::move(j), true);
}

} // namespace detail
} // namespace hawser
