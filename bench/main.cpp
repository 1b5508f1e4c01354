#include "report.hpp"
#include "sqlite_suite.hpp"
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

namespace {

constexpr int rounds = 5;

int usage() {
    std::cerr << "usage: hawser_bench sqlite [--json FILE]\n";
    return 2;
}

int run(const std::string& suite, const std::string& json) {
    std::vector<bench::case_result> results;
    for (const auto& c : bench::sqlite_suite()) results.push_back(bench::run_case(c, rounds));
    bench::print_table(std::cout, results);
    if (json.empty()) return 0;
    std::ofstream out(json);
    out << bench::to_json(suite, results) << '\n';
    if (!out.flush()) {
        std::cerr << "cannot write " << json << '\n';
        return 1;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || std::strcmp(argv[1], "sqlite") != 0) return usage();
    std::string json;
    if (argc == 4 && std::strcmp(argv[2], "--json") == 0)
        json = argv[3];
    else if (argc != 2)
        return usage();
    try {
        return run(argv[1], json);
    } catch (const std::exception& e) {
        std::cerr << "hawser_bench: " << e.what() << '\n';
        return 1;
    }
}
