#pragma once
#include <filesystem>
#include <string>

namespace hawser::testing {

// A folder of the test's own under the system's folder for temporary files, empty at first, removed with all that is
// in it by the destructor. The databases in it are closed before. Throws std::runtime_error where it cannot be made.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    // The path of a file in it, which need not be there.
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace hawser::testing
