#include "probe/postgres.hpp"
#include "probe/probe.hpp"
#include <cstdio>
#include <map>
#include <stdexcept>

namespace {

using contender = probe::postgres_told (*)(const probe::postgres_work&);

const std::map<std::string, contender>& contenders() {
    static const std::map<std::string, contender> all{{"hawser", probe::hawser}, {"replay", probe::replay}};
    return all;
}

} // namespace

void probe::run_postgres(const std::vector<std::string>& arguments) {
    const auto number = [&](std::size_t at) { return std::stoul(arguments.at(at)); };
    const postgres_told told = contenders().at(arguments.at(1))({.what = arguments.at(2),
                                                                 .url = arguments.at(3),
                                                                 .count = number(4),
                                                                 .rows = number(5),
                                                                 .in_flight = number(6),
                                                                 .connections = number(7)});
    const bench::sample& s = told.figures;
    std::printf(
        R"({"ops_per_s":%.17g,"cpu_us_per_op":%.17g,"p50_us":%.17g,"p99_us":%.17g,"rows":%zu,"ids":%lld})"
        "\n",
        s.ops_per_s, s.cpu_us_per_op, s.p50_us, s.p99_us, told.rows, static_cast<long long>(told.ids));
}
