#include "sqlite_suite.hpp"
#include "prediction.hpp"
#include "raw_sqlite.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace bench {

std::vector<prediction> make_predictions(std::size_t count) {
    std::vector<prediction> rows(count);
    for (std::size_t i = 0; i < count; ++i) {
        prediction& p = rows[i];
        p.symbol = i % 3 == 0 ? "BTCUSDT" : "ETHUSDT";
        p.model = "gradient-7";
        p.value = static_cast<double>(i % 1000) / 1000;
        p.confidence = 0.5;
        p.features =
            R"({"rsi":51.25,"macd":-0.125,"spread":0.0004,"depth":)" + std::to_string(1000 + i % 9000) + "}";
    }
    return rows;
}

namespace {

constexpr std::size_t bulk_rows = 1'000'000;
constexpr std::size_t in_flight = 256;
constexpr std::size_t rows_each = 200;
constexpr std::size_t durable_rows = in_flight * rows_each;
constexpr std::size_t single_commits = 1000;

// A folder on the disk of the working directory: a memory file system would make durability free.
class fresh_folder {
public:
    fresh_folder() {
        std::string pattern = (std::filesystem::current_path() / "hawser-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder here");
        path_ = pattern;
    }
    ~fresh_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    fresh_folder(const fresh_folder&) = delete;
    fresh_folder& operator=(const fresh_folder&) = delete;
    [[nodiscard]] std::string file() const { return (path_ / "bench.db").string(); }

private:
    std::filesystem::path path_;
};

using rows_ptr = std::shared_ptr<const std::vector<prediction>>;

sample raw_transactions(const rows_ptr& rows, std::size_t count, std::size_t per_transaction) {
    fresh_folder folder;
    raw_sqlite db(folder.file());
    return measure(count, [&](latencies&) {
        for (std::size_t at = 0; at < count; at += per_transaction) {
            db.begin();
            db.insert({rows->data() + at, std::min(per_transaction, count - at)});
            db.commit();
        }
    });
}

hawser::database open(const std::string& file) {
    auto main = [&]() -> hawser::task<hawser::database> {
        hawser::database db = co_await hawser::open("sqlite:" + file);
        co_await db.create_tables<prediction>();
        co_return db;
    };
    return hawser::run(main());
}

sample hawser_bulk(const rows_ptr& rows) {
    fresh_folder folder;
    const hawser::database db = open(folder.file());
    const sample s = measure(rows->size(), [&](latencies&) {
        const auto ids = hawser::run(hawser::repository<prediction>{db}.bulk_insert(*rows));
        if (ids.size() != rows->size() || ids.back() != static_cast<std::int64_t>(rows->size()))
            throw std::runtime_error("wrong ids");
    });
    hawser::run(db.close());
    return s;
}

// 256 coroutines on one thread, each awaiting its insert before it sends the next.
sample hawser_awaited(const rows_ptr& rows) {
    fresh_folder folder;
    const hawser::database db = open(folder.file());
    const sample s = measure(durable_rows, [&](latencies& each) {
        boost::asio::io_context context(1);
        each.reserve(durable_rows);
        const hawser::repository<prediction> predictions{db};
        auto caller = [&](std::size_t n) -> hawser::task<> {
            for (std::size_t i = 0; i < rows_each; ++i) {
                prediction p = (*rows)[n * rows_each + i];
                const auto start = std::chrono::steady_clock::now();
                co_await predictions.insert(p);
                each.push_back(
                    std::chrono::duration<float, std::micro>(std::chrono::steady_clock::now() - start)
                        .count());
            }
        };
        for (std::size_t n = 0; n < in_flight; ++n)
            boost::asio::co_spawn(context, caller(n), [](std::exception_ptr e) {
                if (e) std::rethrow_exception(e);
            });
        context.run();
    });
    hawser::run(db.close());
    return s;
}

} // namespace

std::vector<bench_case> sqlite_suite() {
    const auto rows = std::make_shared<const std::vector<prediction>>(make_predictions(bulk_rows));
    return {
        {.name = "bulk insert of 1 M structs, one transaction, FULL",
         .contenders = {{"hawser bulk_insert, ids in order", [=] { return hawser_bulk(rows); }},
                        {"raw prepared single-row loop",
                         [=] { return raw_transactions(rows, bulk_rows, bulk_rows); }}},
         .bars = {{"hawser bulk_insert, ids in order", "raw prepared single-row loop", 1.25}}},
        {.name = "durable inserts, 256 in flight, FULL",
         .contenders = {{"hawser awaited inserts", [=] { return hawser_awaited(rows); }},
                        {"raw transaction of 256 rows",
                         [=] { return raw_transactions(rows, durable_rows, in_flight); }},
                        {"raw transaction each", [=] { return raw_transactions(rows, single_commits, 1); }}},
         .bars = {{"hawser awaited inserts", "raw transaction of 256 rows", 0.65},
                  {"hawser awaited inserts", "raw transaction each", 50}}},
    };
}

} // namespace bench
