#pragma once
#include <filesystem>
#include <string>

namespace bench {

// A folder on the disk of the working directory: a memory file system would make durability free.
class fresh_folder {
public:
    fresh_folder();
    ~fresh_folder();
    fresh_folder(const fresh_folder&) = delete;
    fresh_folder& operator=(const fresh_folder&) = delete;
    [[nodiscard]] std::string file() const { return (path_ / "bench.db").string(); }

private:
    std::filesystem::path path_;
};

} // namespace bench
