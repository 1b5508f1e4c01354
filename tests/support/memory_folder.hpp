#pragma once
// A folder in memory where the system offers that: for many files whose syncs take no time. Gone with its files when
// the test is over.
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace support {

class memory_folder {
public:
    memory_folder() {
        const std::filesystem::path memory = "/dev/shm";
        const auto within = exists(memory) ? memory : std::filesystem::temp_directory_path();
        std::string pattern = (within / "hawser-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("cannot make a folder in " + within.string());
        path_ = pattern;
    }
    ~memory_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    memory_folder(const memory_folder&) = delete;
    memory_folder& operator=(const memory_folder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace support
