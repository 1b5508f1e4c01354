// Many rows through little memory.
#include "in_flight.hpp"
#include "probe/probe.hpp"
#include "sqlite/database.hpp"
#include <chrono>
#include <cstdio>
#include <fstream>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using bench::prediction;

// The high-water mark since the program was loaded.
double peak_bytes() {
    std::ifstream in("/proc/self/status");
    for (std::string word; in >> word;) {
        double kilobytes = 0;
        if (word == "VmHWM:" && in >> kilobytes) return kilobytes * 1024;
    }
    throw std::runtime_error("the system tells no peak");
}

hawser::task<> stream(hawser::database db, std::int64_t expected) {
    auto rows = hawser::repository<prediction>{db}.stream();
    bench::checksum sum;
    while (const prediction* p = co_await rows.next()) sum.add(*p);
    if (sum.rows != expected) throw std::runtime_error("rows are missing");
}

// All or nothing.
hawser::task<> copy_in(hawser::database db, std::int64_t count) {
    auto rows = std::views::iota(std::size_t{0}, static_cast<std::size_t>(count)) |
                std::views::transform(bench::make_prediction);
    const std::int64_t done = co_await hawser::repository<prediction>{db}.copy_in(rows);
    if (done != count) throw std::runtime_error("rows are missing");
}

// All there before the first is served; how many of them are in the queue at once is bounded, the others wait before it.
hawser::task<> insert_at_once(hawser::database db, std::int64_t count) {
    const auto one = [](hawser::repository<prediction> predictions, std::size_t i) -> hawser::task<> {
        prediction p = bench::make_prediction(i);
        co_await predictions.insert(p);
    };
    const hawser::repository<prediction> predictions{db};
    bench::run_callers(static_cast<std::size_t>(count), 1,
                       [&](std::size_t i) { return one(predictions, i); });
    const auto stored = co_await db.query_one<std::int64_t, "select count(*) from predictions">();
    if (stored != count) throw std::runtime_error("rows are missing");
}

} // namespace

void probe::run_memory(const std::vector<std::string>& arguments) {
    const std::int64_t rows = std::stoll(arguments.at(2));
    // Pages that are mapped are the system's cache, and would count as ours.
    hawser::open_options o;
    o.sqlite.reader_mmap_bytes = 0;
    o.sqlite.readers = 1;
    o.statement_timeout = std::chrono::milliseconds(0); // the last of a crowd waits for all others
    const auto whole = [&]() -> hawser::task<> {
        hawser::database db = co_await hawser::open("sqlite:" + arguments.at(1), o);
        co_await db.create_tables<prediction>();
        if (arguments.at(0) == "stream")
            co_await stream(db, rows);
        else if (arguments.at(0) == "crowd")
            co_await insert_at_once(db, rows);
        else
            co_await copy_in(db, rows);
        co_await db.close();
    };
    hawser::run(whole());
    std::printf("%.0f\n", peak_bytes());
}
