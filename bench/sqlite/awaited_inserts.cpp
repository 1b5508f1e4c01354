#include "in_flight.hpp"
#include "raw_sqlite.hpp"
#include "sqlite/awaited.hpp"
#include "sqlite/suite.hpp"
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bench {
namespace {

using hawser::durability;

sample raw_transactions(std::size_t count, std::size_t per_transaction, durability d) {
    fresh_folder folder;
    const std::vector<prediction> rows = make_predictions(count);
    auto db = std::make_unique<raw_sqlite>(folder.file(), d);
    return measure(count, [&](latencies& each) {
        each.reserve(count / per_transaction);
        for (std::size_t at = 0; at < count; at += per_transaction) {
            const auto start = steady::now();
            db->begin();
            db->insert(std::span(rows).subspan(at, std::min(per_transaction, count - at)));
            db->commit();
            each.push_back(microseconds_since(start));
        }
        db.reset();
    });
}

bench_case in_flight_case(std::string name, const context& with, std::size_t each, durability d,
                          double thread_bar, double inline_bar) {
    const sizes& n = with.n;
    const std::size_t callers = n.in_flight;
    const std::string together = "raw: transaction of " + std::to_string(callers) + " rows";
    const std::string alone = "raw: a transaction each";
    bench_case c{.name = std::move(name), .contenders = {}, .bars = {}};
    const auto add = [&](const std::string& name_of, threading on, double at_least) {
        c.contenders.push_back(
            {name_of,
             [=] { return awaited_inserts({.callers = callers, .each = each, .durability = d, .on = on}); }});
        c.bars.push_back({name_of, together, at_least});
        if (d == durability::full)
            c.bars.push_back({name_of, alone, 50});
        else
            c.bars.push_back({name_of, alone, {}});
    };
    add("hawser, writer thread", threading::thread, thread_bar);
    add("hawser, writer inline", threading::inline_, inline_bar);
    c.contenders.push_back({together, [=] { return raw_transactions(callers * each, callers, d); }});
    const std::size_t single = d == durability::full ? n.single_commits : 10 * n.single_commits;
    c.contenders.push_back({alone, [=] { return raw_transactions(single, 1, d); }});
    add_peers(c, with, ": a transaction each", alone,
              [=](const peer& p) { return peer_writes(p, "commits", single, d); });
    for (const peer& p : with.peers) {
        if (p.name != "sqlx" || !p.skipped.empty()) continue; // the asynchronous one
        c.contenders.push_back(
            {"sqlx: awaited inserts", [=] { return peer_writes(p, "awaited", single, d); }});
        c.bars.push_back({"sqlx: awaited inserts", together, {}});
    }
    return c;
}

} // namespace

cases awaited_insert_cases(const context& with) {
    const sizes& n = with.n;
    return {in_flight_case("awaited inserts, 256 in flight, FULL", with, n.durable_each, durability::full,
                           0.65, 0.65),
            in_flight_case("awaited inserts, 256 in flight, NORMAL", with, n.normal_each, durability::normal,
                           0.65, 0.85)};
}

} // namespace bench
