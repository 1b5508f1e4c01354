#include "raw_sqlite.hpp"
#include "sqlite/database.hpp"
#include "sqlite/suite.hpp"
#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>

namespace bench {
namespace {

using hawser::durability;
using rows_ptr = std::shared_ptr<const std::vector<prediction>>;

// Both sides are timed until the file is closed: the log's way back into the file is paid for.
sample raw_bulk(const rows_ptr& rows) {
    fresh_folder folder;
    auto db = std::make_unique<raw_sqlite>(folder.file(), durability::full);
    return measure(rows->size(), [&](latencies&) {
        db->begin();
        db->insert(*rows);
        db->commit();
        db.reset();
    });
}

void require_ids(const std::vector<std::int64_t>& ids, std::size_t rows) {
    std::int64_t expected = 0;
    const auto next = [&](std::int64_t id) { return id == ++expected; };
    if (ids.size() != rows || !std::all_of(ids.begin(), ids.end(), next))
        throw std::runtime_error("wrong ids");
}

sample hawser_bulk(const rows_ptr& rows, threading on) {
    fresh_folder folder;
    const hawser::database db = open_database(folder.file(), {.on = on});
    std::vector<std::int64_t> ids;
    const sample s = measure(rows->size(), [&](latencies&) {
        const auto whole = [&]() -> hawser::task<> {
            ids = co_await hawser::repository<prediction>{db}.bulk_insert(*rows);
            co_await db.close();
        };
        hawser::run(whole());
    });
    require_ids(ids, rows->size());
    return s;
}

sample hawser_copy(const rows_ptr& rows) {
    fresh_folder folder;
    const hawser::database db = open_database(folder.file());
    return measure(rows->size(), [&](latencies&) {
        const auto whole = [&]() -> hawser::task<> {
            co_await hawser::repository<prediction>{db}.copy_in(*rows);
            co_await db.close();
        };
        hawser::run(whole());
    });
}

} // namespace

cases bulk_insert_cases(const context& with) {
    const sizes& n = with.n;
    auto rows = std::make_shared<std::vector<prediction>>();
    const auto made = [rows, count = n.rows]() -> rows_ptr {
        if (rows->empty()) *rows = make_predictions(count);
        return rows;
    };
    const std::string raw = "raw: prepared insert, row by row";
    bench_case c{
        .name = "bulk insert of 1 M structs, one transaction, FULL",
        .contenders = {{"hawser bulk_insert, ids in order",
                        [=] { return hawser_bulk(made(), threading::thread); }},
                       {"hawser copy_in, no ids", [=] { return hawser_copy(made()); }},
                       {raw, [=] { return raw_bulk(made()); }}},
        .bars = {{"hawser bulk_insert, ids in order", raw, 1.25}, {"hawser copy_in, no ids", raw, {}}}};
    add_peers(c, with, "", raw,
              [count = n.rows](const peer& p) { return peer_writes(p, "bulk", count, durability::full); });
    return {std::move(c)};
}

} // namespace bench
