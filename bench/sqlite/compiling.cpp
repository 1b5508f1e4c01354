// What a file with 3 entities and 20 calls costs its user to compile, without precompiled headers.
#include "child.hpp"
#include "programs.hpp"
#include "sqlite/suite.hpp"
#include <stdexcept>

namespace bench {
namespace {

constexpr const char* source = "/compiled/three_entities.cpp";

child_outcome compile() {
    std::vector<std::string> line = compile_line();
    line.push_back(source_folder() + source);
    child_outcome o = run_child(line);
    if (o.exit_code != 0) throw std::runtime_error("it does not compile: " + o.err.substr(0, 400));
    return o;
}

sample figure(double f) {
    sample s;
    s.figure = f;
    return s;
}

} // namespace

cases compile_cases(const context&) {
    const std::string who = "hawser, -O1";
    return {{.name = "compiling 3 entities and 20 calls, time",
             .contenders = {{who, [] { return figure(compile().cpu_s); }}},
             .bars = {{who, "", 8, sense::at_most, &sample::figure}},
             .unit = "s CPU",
             .most_rounds = 3},
            {.name = "compiling 3 entities and 20 calls, memory",
             .contenders = {{who, [] { return figure(compile().peak_bytes / 1e9); }}},
             .bars = {{who, "", 1, sense::at_most, &sample::figure}},
             .unit = "GB",
             .most_rounds = 3,
             .warms_up = false}};
}

} // namespace bench
