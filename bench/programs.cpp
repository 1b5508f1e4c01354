#include "programs.hpp"
#include <filesystem>
#include <sstream>

namespace bench {

std::string probe_program() {
    return std::filesystem::read_symlink("/proc/self/exe").replace_filename("hawser_bench_probe").string();
}

std::string source_folder() {
    return BENCH_SOURCE;
}

std::vector<std::string> compile_line() {
    std::istringstream words(BENCH_COMPILER);
    std::vector<std::string> line;
    for (std::string word; words >> word;)
        if (word != "ccache") line.push_back(word); // which would measure itself
    for (const char* flag : {"-std=c++20", "-O1", "-I" BENCH_SOURCE "/../include", "-c", "-o", "/dev/null"})
        line.emplace_back(flag);
    return line;
}

} // namespace bench
