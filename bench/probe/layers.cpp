// One layer doing one kind of work.
#include "folder.hpp"
#include "in_flight.hpp"
#include "probe/probe.hpp"
#include "sqlite/database.hpp"
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <hawser/sqlite/engine.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using bench::prediction;
namespace engine = hawser::engine;

constexpr std::size_t rows_to_read = 1000;

// Looks at every event, and does as little as one can.
class counting_observer final : public hawser::observer {
public:
    void on(const hawser::statement_started&) noexcept override { count(); }
    void on(const hawser::statement_ended&) noexcept override { count(); }
    void on(const hawser::writer_waited&) noexcept override { count(); }
    void on(const hawser::group_committed&) noexcept override { count(); }
    void on(const hawser::checkpointed&) noexcept override { count(); }
    [[nodiscard]] std::uint64_t seen() const noexcept { return seen_.load(); }

private:
    void count() noexcept { seen_.fetch_add(1, std::memory_order_relaxed); }
    std::atomic<std::uint64_t> seen_{0};
};

// --- the driver alone: a job filled by hand, for a statement of the program's own -------------------------

constexpr hawser::statement insert_statement({
    .name = "insert",
    .sqlite =
        R"(insert into "predictions" ("symbol", "model", "value", "confidence", "features", "created_at", )"
        R"("updated_at") values (?1, ?2, ?3, ?4, ?5, ?6, ?7))",
    .postgres = "",
    .parameters = 7,
    .one_row = true,
});
constexpr hawser::statement get_statement({
    .name = "get",
    .sqlite =
        R"(select "id", "symbol", "model", "value", "confidence", "features", "created_at", "updated_at" )"
        R"(from "predictions" where "id" = ?1)",
    .postgres = "",
    .parameters = 1,
    .read_only = true,
    .one_row = true,
});

engine::job_ptr job_of(const hawser::statement& what, engine::batch_mode mode) {
    engine::job_ptr j = engine::job::make();
    j->batch.mode = mode;
    engine::request& r = j->batch.requests.emplace_back();
    r.what = &what;
    r.parameter_count = what.parameters();
    return j;
}

struct submit {
    const std::shared_ptr<engine::engine>& to;
    const engine::job_ptr& j;
    void operator()() const { to->submit(j); }
};

hawser::task<> run(const std::shared_ptr<engine::engine>& to, engine::job_ptr j) {
    co_await hawser::async::wait(*j, submit{to, j});
    if (j->failure) std::rethrow_exception(j->failure);
}

hawser::task<> driver_insert(const std::shared_ptr<engine::engine>& to, prediction& p) {
    engine::job_ptr j = job_of(insert_statement, engine::batch_mode::atomic);
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    hawser::parameters& v = j->batch.values;
    v.text(p.symbol);
    v.text(p.model);
    v.real(p.value);
    v.real(p.confidence);
    v.text(p.features);
    v.timestamp(now);
    v.timestamp(now);
    j->batch.requests.front().generates_key = true;
    co_await run(to, j);
    p.created_at = p.updated_at = now;
    p.id = j->batch.requests.front().key;
}

struct one_prediction final : hawser::row_sink {
    prediction p;
    void begin(std::span<const std::string_view>) override {}
    bool row(std::span<const hawser::field_view> f) override {
        p.id = f[0].integer;
        p.symbol = f[1].text();
        p.model = f[2].text();
        p.value = f[3].real;
        p.confidence = f[4].real;
        p.features = f[5].text();
        p.created_at = hawser::timestamp(std::chrono::microseconds(f[6].integer));
        p.updated_at = hawser::timestamp(std::chrono::microseconds(f[7].integer));
        return true;
    }
};

hawser::task<prediction> driver_get(const std::shared_ptr<engine::engine>& to, std::int64_t id) {
    engine::job_ptr j = job_of(get_statement, engine::batch_mode::read);
    j->batch.values.integer(id);
    auto sink = std::make_shared<one_prediction>();
    j->batch.requests.front().rows = sink.get();
    j->batch.owned.push_back(sink);
    co_await run(to, j);
    if (sink->p.id != id) throw std::runtime_error("the wrong row");
    co_return std::move(sink->p);
}

// --- the work ---------------------------------------------------------------------------------------------

struct work {
    std::string layer, what;
    std::size_t callers, each;
    bench::threading on;
};

// For insert(prediction&) -> task<> and get(id) -> task<prediction>.
template <class Insert, class Get>
void do_work(const work& w, Insert insert, Get get) {
    std::vector<prediction> rows =
        bench::make_predictions(w.what == "insert" ? w.callers * w.each : rows_to_read);
    if (w.what == "get")
        bench::run_callers(1, 1, [&](std::size_t) -> hawser::task<> {
            for (prediction& p : rows) co_await insert(p);
        });
    const std::uint64_t before = probe::allocations();
    bench::run_callers(w.callers, 1, [&](std::size_t n) -> hawser::task<> {
        for (std::size_t i = 0; i < w.each; ++i) {
            const std::size_t at = i * w.callers + n;
            if (w.what == "insert")
                co_await insert(rows[at]);
            else
                co_await get(bench::random_key(at, rows_to_read));
        }
    });
    std::printf("%llu\n", static_cast<unsigned long long>(probe::allocations() - before));
}

void run_driver(const work& w, const std::string& file) {
    const hawser::database made =
        bench::open_database(file, {.on = w.on, .durability = hawser::durability::normal});
    hawser::run(made.close());
    const std::shared_ptr<engine::engine> driver =
        hawser::sqlite::open({.path = file,
                              .durability = hawser::durability::normal,
                              .writer = w.on == bench::threading::inline_ ? hawser::writer_mode::inline_
                                                                          : hawser::writer_mode::thread,
                              .readers = 1});
    do_work(
        w, [&](prediction& p) { return driver_insert(driver, p); },
        [&](std::int64_t id) { return driver_get(driver, id); });
}

void run_repository(const work& w, const std::string& file, hawser::observer* observer) {
    const hawser::database db = bench::open_database(
        file, {.on = w.on, .durability = hawser::durability::normal, .observer = observer});
    const hawser::repository<prediction> predictions{db};
    do_work(
        w, [&](prediction& p) { return predictions.insert(p); },
        [&](std::int64_t id) { return predictions.get(id); });
    hawser::run(db.close());
}

void run_one(const work& w) {
    const bench::fresh_folder folder;
    counting_observer counter;
    if (w.layer == "driver")
        run_driver(w, folder.file());
    else
        run_repository(w, folder.file(), w.layer == "observed" ? &counter : nullptr);
    if (w.layer == "observed" && counter.seen() < w.each)
        throw std::runtime_error("the observer saw too little");
}

} // namespace

void probe::run_layer(const std::vector<std::string>& arguments) {
    run_one({arguments.at(0), arguments.at(1), std::stoul(arguments.at(2)), std::stoul(arguments.at(3)),
             arguments.at(4) == "inline" ? bench::threading::inline_ : bench::threading::thread});
}
