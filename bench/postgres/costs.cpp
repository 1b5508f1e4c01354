// What an operation costs in user instructions and in system calls: counted from outside, not timed.
#include "child.hpp"
#include "postgres/suite.hpp"
#include <utility>

namespace bench {
namespace {

struct question {
    const char* unit;
    std::string tool;
    sample (*count)(const std::string&, const command&, const postgres_work&, const postgres_place&);
};

bench_case counted(std::string name, const question& q, const context& with, const postgres_place& at,
                   const postgres_work& w, std::optional<double> at_most) {
    bench_case c{.name = std::move(name), .contenders = {}, .bars = {}, .unit = q.unit};
    c.most_rounds = 3;
    c.warms_up = false;
    if (q.tool.empty()) {
        c.notes.emplace_back("not measured: no tool for it works here");
        return c;
    }
    const auto add = [&](const std::string& who, const command& program) {
        c.contenders.push_back({who, [=] { return q.count(q.tool, program, w, at); }});
    };
    add(hawser_name, hawser_program());
    add(replay_name, replay_program());
    if (const auto libpq = peer_program(with, libpq_name)) {
        add(libpq_name, *libpq);
        c.bars.push_back({hawser_name, libpq_name, at_most, sense::at_most, &sample::figure});
    }
    return c;
}

} // namespace

cases postgres_cost_cases(const context& with, const postgres_place& at) {
    const std::size_t n = with.n.postgres_counted;
    const auto reads = [](std::size_t count, std::size_t in_flight, std::size_t connections) {
        return postgres_work{
            .name = "reads", .count = count, .in_flight = in_flight, .connections = connections};
    };
    cases all;
    if (with.n.counts_instructions) {
        const question q{"user instructions/op", find_program("valgrind"), instructions};
        all.push_back(counted("instructions: point reads, one at a time", q, with, at, reads(n, 1, 1), {}));
        all.push_back(counted("instructions: point reads, 64 in flight", q, with, at, reads(n, 64, 1), 0.4));
        all.push_back(counted("instructions: point reads, 256 in flight, 4 connections", q, with, at,
                              reads(n, 256, 4), {}));
        all.push_back(counted("instructions: inserts, 64 in flight", q, with, at,
                              {.name = "inserts", .count = n, .in_flight = 64}, {}));
        all.push_back(counted("instructions: binary COPY in", q, with, at,
                              {.name = "copy", .count = with.n.postgres_rows / 4}, {}));
        all.push_back(counted("instructions: rows into structs", q, with, at,
                              {.name = "rows", .count = with.n.postgres_rows / 4}, {}));
    }
    const question q{"system calls/op", call_counter(), system_calls};
    const std::size_t many = 8 * n; // how many answers one read brings varies
    all.push_back(counted("system calls: point reads, one at a time, 1 connection", q, with, at,
                          reads(many, 1, 1), {}));
    all.push_back(counted("system calls: point reads, 64 in flight, 1 connection", q, with, at,
                          reads(many, 64, 1), {}));
    all.push_back(counted("system calls: point reads, 256 in flight, 4 connections", q, with, at,
                          reads(many, 256, 4), {}));
    for (std::size_t i = all.size() - 3; i < all.size(); ++i)
        if (q.tool.ends_with("strace"))
            all[i].notes.emplace_back("counted by strace, which slows the program down");
    return all;
}

} // namespace bench
