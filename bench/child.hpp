#pragma once
#include <string>
#include <vector>

namespace bench {

// What became of another program.
struct child_outcome {
    int exit_code = -1; // negative: it was killed
    std::string out;
    std::string err;
    double wall_s = 0;
    double cpu_s = 0; // of it and of its own children
    double peak_bytes = 0;
};

// Runs it to its end. Throws where it cannot be started.
[[nodiscard]] child_outcome run_child(const std::vector<std::string>& command);

// The path of a program, empty where there is none.
[[nodiscard]] std::string find_program(const std::string& name);

} // namespace bench
