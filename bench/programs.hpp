#pragma once
#include <string>
#include <vector>

namespace bench {

// What the build knows of programs and files that the suite uses.
[[nodiscard]] std::string probe_program();
[[nodiscard]] std::string source_folder();             // of the benchmarks
[[nodiscard]] std::vector<std::string> compile_line(); // the compiler and its flags, up to the source

} // namespace bench
