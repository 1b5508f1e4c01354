#include "conditions.hpp"
#include "memory/suite.hpp"
#include "options.hpp"
#include "pinning.hpp"
#include "postgres/suite.hpp"
#include "raw_sqlite.hpp"
#include "report.hpp"
#include "sqlite/suite.hpp"
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

using bench::options;

bench::cases suite(const std::string& name, const bench::context& with) {
    if (name == "memory") return bench::memory_suite(with);
    return name == "postgres" ? bench::postgres_suite(with) : bench::sqlite_suite(with);
}

bench::cases chosen(const options& o, const bench::context& with) {
    bench::cases all = suite(o.suite, with);
    const auto lacks = [](const std::string& name, const std::string& part) {
        return name.find(part) == std::string::npos;
    };
    std::erase_if(all, [&](const bench::bench_case& c) { return lacks(c.name, o.only); });
    for (bench::bench_case& c : all)
        std::erase_if(c.contenders,
                      [&](const bench::contender& one) { return lacks(one.name, o.contender); });
    return all;
}

void list(const bench::cases& all) {
    for (const bench::bench_case& c : all) {
        std::cout << c.name << '\n';
        for (const bench::contender& one : c.contenders) std::cout << "  " << one.name << '\n';
    }
}

void write_json(const options& o, const std::vector<bench::case_result>& results,
                const bench::conditions& under) {
    if (o.json.empty()) return;
    std::ofstream out(o.json);
    out << bench::to_json(o.suite, results, under) << '\n';
    if (!out.flush()) throw std::runtime_error("cannot write " + o.json);
}

// A case that cannot be run is told; the others' figures are not lost with it.
bool run_one(const options& o, const bench::bench_case& c, std::vector<bench::case_result>& results) {
    bool ran = true;
    try {
        results.push_back(bench::run_case(c, o.rounds, o.warm_up, stderr));
    } catch (const std::exception& e) {
        std::cerr << "hawser_bench: " << c.name << ": " << e.what() << '\n';
        results.push_back({.name = c.name, .unit = c.unit, .notes = {}, .contenders = {}, .bars = {}});
        results.back().notes.push_back(std::string("not measured: ") + e.what());
        ran = false;
    }
    bench::print_case(std::cout, results.back());
    std::cout.flush();
    return ran;
}

int run(options o) {
    if (o.help) {
        std::cout << bench::usage();
        return 0;
    }
    bench::use_library_settings();
    o.pins = o.pins && o.suite != "postgres"; // whose contenders are programs
    bench::split_pins::on = o.pins;
    const std::string load = bench::load_here(); // before our own
    bench::context with{o.of, o.peers.empty() ? std::vector<bench::peer>{} : bench::read_peers(o.peers)};
    if (!o.list && o.suite == "sqlite")
        for (bench::peer& p : with.peers) p.sqlite = bench::sqlite_of(p);
    bench::cases all = chosen(o, with);
    if (o.list) {
        list(all);
        return 0;
    }
    if (all.empty()) throw std::runtime_error("no case has such a name");
    bench::conditions under = bench::conditions_here(o, with.peers, load);
    if (o.suite == "postgres") under.emplace_back("server", bench::postgres_described());
    std::vector<bench::case_result> results;
    bool all_ran = true;
    while (!all.empty()) {
        all_ran = run_one(o, all.front(), results) && all_ran;
        all.erase(all.begin()); // and with it the files that only it needs
    }
    write_json(o, results, under);
    return all_ran ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(bench::parse_options(argc, argv));
    } catch (const bench::usage_error& e) {
        std::cerr << "hawser_bench: " << e.what() << "\nusage: " << bench::usage();
        return 2;
    } catch (const std::exception& e) {
        std::cerr << "hawser_bench: " << e.what() << '\n';
        return 1;
    }
}
