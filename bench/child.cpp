#include "child.hpp"
#include "folder.hpp"
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <malloc.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {
namespace {

double seconds(const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

std::string read_all(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

child_outcome run_child(const std::vector<std::string>& command) {
    malloc_trim(0); // the system counts what the parent holds when the child begins as the child's
    const fresh_folder folder;
    const std::string out = folder.file() + ".out", err = folder.file() + ".err";
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), flags, 0600);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t child = 0;
    const auto start = std::chrono::steady_clock::now();
    const int problem = posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (problem != 0) throw std::runtime_error("cannot start " + command.front());
    int status = 0;
    rusage used{};
    wait4(child, &status, 0, &used);
    child_outcome o;
    o.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    o.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
    o.peak_bytes = static_cast<double>(used.ru_maxrss) * 1024;
    o.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    o.out = read_all(out);
    o.err = read_all(err);
    return o;
}

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string program = folder + '/' + name;
        if (::access(program.c_str(), X_OK) == 0) return program;
    }
    return {};
}

} // namespace bench
