#include "support/postgres_files.hpp"
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace support {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

bool has_programs(const fs::path& folder) {
    return ::access((folder / "initdb").c_str(), X_OK) == 0 &&
           ::access((folder / "postgres").c_str(), X_OK) == 0;
}

// Of the folders that Debian has them in.
std::vector<fs::path> by_version() {
    std::vector<std::pair<int, fs::path>> found;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (has_programs(entry.path() / "bin"))
            found.emplace_back(version == 15 ? 1000 : version, entry.path() / "bin");
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<fs::path> folders;
    for (auto& [version, folder] : found) folders.push_back(std::move(folder));
    return folders;
}

std::vector<fs::path> by_path() {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    std::vector<fs::path> found;
    for (std::string folder; std::getline(folders, folder, ':');)
        if (!folder.empty() && has_programs(folder))
            found.push_back(fs::canonical(fs::path(folder) / "initdb").parent_path());
    return found;
}

void run_initdb(guardian& by) {
    const std::string command = quoted((postgres_programs() / "initdb").string()) + " --pgdata " +
                                quoted((by.folder() / "data").string()) +
                                " --username postgres --auth trust --encoding UTF8 --locale C --no-sync";
    if (by.run(command, seconds(120)) != 0) throw std::runtime_error("initdb failed:\n" + by.end_of_log());
}

// Where nobody else reads or makes them meanwhile, as long as this lives.
class lock {
public:
    explicit lock(const fs::path& file) : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        const auto until = std::chrono::steady_clock::now() + seconds(150);
        while (fd_ >= 0 && !(held_ = ::flock(fd_, LOCK_EX | LOCK_NB) == 0) &&
               std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ~lock() {
        if (fd_ >= 0) ::close(fd_);
    }
    lock(const lock&) = delete;
    lock& operator=(const lock&) = delete;
    [[nodiscard]] bool held() const noexcept { return held_; }

private:
    int fd_;
    bool held_ = false;
};

fs::path folder_of_templates() {
    for (fs::path folder = fs::canonical("/proc/self/exe").parent_path(); folder.has_relative_path();
         folder = folder.parent_path())
        if (folder.filename() == "build") return folder / "postgres";
    return {};
}

// Of another server's files a cluster cannot be made.
std::string maker() {
    const fs::path initdb = postgres_programs() / "initdb";
    return initdb.string() + ' ' + std::to_string(fs::last_write_time(initdb).time_since_epoch().count());
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Throws filesystem_error where this may not be done here.
bool made_from_template(guardian& by, const account& as) {
    const fs::path folder = folder_of_templates();
    if (folder.empty()) return false;
    fs::create_directories(folder);
    const lock only_one(folder / "lock");
    if (!only_one.held()) return false;
    const fs::path kept = folder / "template", made_by = folder / "made_by", data = by.folder() / "data";
    if (exists(kept) && text_of(made_by) == maker()) {
        fs::copy(kept, data, fs::copy_options::recursive);
        as.own(data);
        return true;
    }
    run_initdb(by);
    fs::remove(made_by);
    fs::remove_all(kept);
    fs::copy(data, kept, fs::copy_options::recursive);
    std::ofstream(made_by) << maker(); // last: what is not whole is made anew
    return true;
}

} // namespace

fs::path postgres_programs() {
    static const fs::path found = [] {
        if (const char* told = std::getenv("HAWSER_TEST_POSTGRES"); told != nullptr && has_programs(told))
            return fs::path(told);
        for (const auto& folders : {by_version(), by_path()})
            if (!folders.empty()) return folders.front();
        return fs::path();
    }();
    return found;
}

void make_cluster_files(guardian& by, const account& as) {
    const fs::path data = by.folder() / "data";
    try {
        if (made_from_template(by, as)) return;
    } catch (const fs::filesystem_error&) {
        fs::remove_all(data); // half a copy
    }
    run_initdb(by);
}

} // namespace support
