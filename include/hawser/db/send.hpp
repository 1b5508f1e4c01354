#pragma once
// From a call to a job and back: the compiled core under the typed verbs.
#include <atomic>
#include <functional>
#include <hawser/async/deadline.hpp>
#include <hawser/async/task.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/core/wall_clock.hpp>
#include <hawser/db/options.hpp>
#include <hawser/db/sending.hpp>
#include <hawser/engine/engine.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/row.hpp>
#include <hawser/mapping/type_map.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace hawser {

class executor_ref;
class result;

namespace detail {

// What query<Row>() gives.
template <class Row>
struct rows_of_row {
    using type = std::vector<Row>;
};
template <>
struct rows_of_row<result> {
    using type = result;
};
template <class Row>
using rows_of = typename rows_of_row<Row>::type;

inline constexpr std::size_t every = std::numeric_limits<std::size_t>::max();

// What is common to all handles of one open database.
struct database_state {
    std::shared_ptr<engine::engine> engine;
    std::chrono::milliseconds statement_timeout{};
    retry_options retry{};
    wall_clock* clock = nullptr; // never null
    uuid_source* uuids = nullptr;
};

// What differs between them.
struct call_settings {
    std::chrono::milliseconds timeout{-1};
    std::string name{};
    std::string actor{}, reason{}; // of audited entities
};

// What belongs to a leased connection besides it, common to all handles on it.
struct lease_state {
    deadline until = no_deadline; // of the whole transaction
    bool read_only = false;
    bool session = false;           // the connection is the caller's: what it may be asked is not restricted
    std::atomic<unsigned> calls{0}; // made on it
    std::vector<std::function<void()>> after_commit;
    std::string number;       // of a transaction with resolve_commit, as the server counts them
    std::string server_life;  // as long as which it gives no number twice
    bool rolled_back = false; // instead of its COMMIT, whose answer was lost: so the server says
};

struct handle {
    std::shared_ptr<const database_state> database;
    std::shared_ptr<const call_settings> settings; // null: the database's defaults
    std::shared_ptr<engine::lease> lease;          // null: the shared lane
    std::shared_ptr<lease_state> held;             // with the lease

    [[nodiscard]] timestamp now() const noexcept { return database->clock->now(); }
    // What a row that is written now is stamped with. Its views live as long as the settings.
    [[nodiscard]] stamp stamped() const noexcept {
        if (!settings) return {.now = now(), .uuids = database->uuids};
        return {now(), settings->actor, settings->reason, database->uuids};
    }
    // Of a call that is made now: its own, and no later than that of the transaction it is part of.
    [[nodiscard]] deadline due() const noexcept;
    // For bulk loads, which only a timeout of the caller's own ends.
    [[nodiscard]] deadline due_if_given() const noexcept;
    // With other settings; what is left out stays.
    [[nodiscard]] handle with(const call_options& options) const;
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

// `of`: whose text of the statement is told.
[[noreturn]] void throw_not_found(const engine::job& j, dialect of);
[[noreturn]] void throw_too_many(const engine::job& j, dialect of);

// A range of mapped values: one argument that holds them all.
template <class A>
concept value_list = std::ranges::input_range<const A&> && !mapped<bare<A>> &&
                     mapped<bare<std::ranges::range_value_t<const A&>>>;

// Appends a job's values. One that cannot be encoded (a date of no calendar, NaN in a document) is the job's failure,
// which send() throws: from the task, like every other.
template <class Append>
void append_values(engine::job& j, Append append) {
    if (j.failure) return;
    try {
        append(j.batch.values);
    } catch (...) { j.failure = std::current_exception(); }
}

template <class A>
void bind_argument(parameters& p, const A& a) {
    if constexpr (std::is_convertible_v<const A&, std::string_view>)
        p.text(std::string_view(a));
    else if constexpr (std::is_same_v<A, std::nullopt_t>)
        p.null();
    else if constexpr (value_list<A>)
        encode_list<std::ranges::range_value_t<const A&>>(a, p);
    else {
        static_assert(mapped<bare<A>>,
                      "hawser: an argument has a type without a mapping; specialise hawser::type_map for it");
        encode(a, p);
    }
}
template <class... A>
void bind_arguments(engine::job& j, const A&... args) {
    append_values(j, [&](parameters& to) { (bind_argument(to, args), ...); });
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

// Takes one row. Where it must be the only one, a second is a failure within the engine, so that a statement that writes
// is undone.
template <class Row, bool Named>
class single_row final : public row_sink {
public:
    // only_in: the job, which owns the sink; null: further rows are not wanted.
    single_row(const engine::job* only_in, dialect of) noexcept : only_in_(only_in), of_(of) {}
    void begin(std::span<const std::string_view> columns) override {
        taken.reset(); // a statement that is run again begins anew
        decoder_.begin(columns);
    }
    bool row(std::span<const field_view> fields) override {
        if (taken) throw_too_many(*only_in_, of_);
        decoder_.decode_row(fields, taken.emplace());
        return only_in_ != nullptr;
    }
    std::optional<Row> taken;

private:
    const engine::job* only_in_;
    dialect of_;
    row_decoder<Row, Named> decoder_;
};
template <class Row, bool Named>
std::optional<Row>& collect_single(engine::job& j, bool only, dialect of) {
    auto row = std::make_shared<single_row<Row, Named>>(only ? &j : nullptr, of);
    j.batch.requests.back().rows = row.get();
    j.batch.owned.push_back(row);
    return row->taken;
}

template <class Row, bool Named>
task<std::vector<Row>> fetch_rows(std::shared_ptr<engine::engine> to, engine::job_ptr j, std::size_t most) {
    auto& rows = collect<Row, Named>(*j, most);
    co_await send(std::move(to), j);
    co_return std::move(rows.rows);
}
// Given is Row, which must be there, or an optional of it.
template <class Given, class Row, bool Named>
task<Given> fetch_row(std::shared_ptr<engine::engine> to, engine::job_ptr j, bool only) {
    const dialect of = to->describe().dialect;
    std::optional<Row>& row = collect_single<Row, Named>(*j, only, of);
    sending s(std::move(to), j);
    if (!s.goes_in()) co_await s.room();
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    s.see_cancelled(state);
    co_await s.answer();
    s.finish();
    if constexpr (std::is_same_v<Given, Row>) {
        if (!row) throw_not_found(*j, of);
        co_return std::move(*row);
    } else {
        co_return std::move(row);
    }
}
template <class Row, bool Named>
task<std::optional<Row>> fetch_first_row(std::shared_ptr<engine::engine> to, engine::job_ptr j, bool only) {
    return fetch_row<std::optional<Row>, Row, Named>(std::move(to), std::move(j), only);
}
template <class Row, bool Named>
task<Row> fetch_only_row(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    return fetch_row<Row, Row, Named>(std::move(to), std::move(j), true);
}

// Rows of any shape.
[[nodiscard]] task<result> fetch_result(const executor_ref& on, engine::job_ptr j);

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
