#include "measure.hpp"
#include "raw_sqlite.hpp"
#include "sqlite/database.hpp"
#include "sqlite/suite.hpp"
#include <functional>
#include <stdexcept>

namespace bench {
namespace {

void require_whole(const checksum& seen, const filled_file& of) {
    if (seen != of.whole()) throw std::runtime_error("the wrong rows were read");
}

checksum sum_of(const std::vector<prediction>& rows) {
    checksum sum;
    for (const prediction& p : rows) sum.add(p);
    return sum;
}

sample raw_whole(const filled_file& file) {
    raw_sqlite db(file.path());
    std::vector<prediction> rows;
    const sample s = measure(file.rows(), [&](latencies&) { rows = db.all(file.rows()); });
    require_whole(sum_of(rows), file);
    return s;
}

sample raw_each(const filled_file& file) {
    raw_sqlite db(file.path());
    checksum sum;
    const sample s =
        measure(file.rows(), [&](latencies&) { db.each([&](const prediction& p) { sum.add(p); }); });
    require_whole(sum, file);
    return s;
}

sample hawser_whole(const filled_file& file) {
    const hawser::database db = open_database(file.path());
    std::vector<prediction> rows;
    const sample s = measure(
        file.rows(), [&](latencies&) { rows = hawser::run(hawser::repository<prediction>{db}.all()); });
    hawser::run(db.close());
    require_whole(sum_of(rows), file);
    return s;
}

sample hawser_streamed(const filled_file& file, bool by_row, std::size_t at_once) {
    const hawser::database db = open_database(file.path());
    checksum sum;
    const auto scan = [&]() -> hawser::task<> {
        auto rows = hawser::repository<prediction>{db}.stream(at_once);
        if (by_row) {
            while (const prediction* p = co_await rows.next()) sum.add(*p);
            co_return;
        }
        for (;;) {
            const std::span<const prediction> some = co_await rows.next_batch();
            if (some.empty()) co_return;
            for (const prediction& p : some) sum.add(p);
        }
    };
    const sample s = measure(file.rows(), [&](latencies&) { hawser::run(scan()); });
    hawser::run(db.close());
    require_whole(sum, file);
    return s;
}

} // namespace

cases scan_cases(const context& with) {
    const sizes& n = with.n;
    const over_file on(n.rows);
    const auto stream = [on](bool by_row, std::size_t at_once) {
        return on([=](const filled_file& f) { return hawser_streamed(f, by_row, at_once); });
    };
    const std::string whole = "hawser all()", raw = "raw: columns into a vector of structs";
    const std::string next = "hawser stream(256), next()", batch = "hawser stream(256), next_batch()",
                      large = "hawser stream(4096), next_batch()", raw_one = "raw: columns into one struct";
    bench_case c{.name = "scan of 1 M rows into structs",
                 .contenders = {{whole, on(hawser_whole)},
                                {next, stream(true, 256)},
                                {batch, stream(false, 256)},
                                {large, stream(false, 4096)},
                                {raw, on(raw_whole)},
                                {raw_one, on(raw_each)}},
                 .bars = {{whole, raw, 1.1}, {next, raw, 0.85}, {batch, raw, 0.85}, {large, raw, {}}}};
    for (const std::string& stream_of : {next, batch, large})
        c.bars.push_back({stream_of, raw_one, {}}); // which keeps no rows either
    add_peers(c, with, "", raw, [=](const peer& p) {
        return on([=](const filled_file& f) { return peer_reads(p, "scan", 0, f); })();
    });
    return {std::move(c)};
}

} // namespace bench
