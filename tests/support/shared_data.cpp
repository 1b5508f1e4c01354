#include "support/shared_data.hpp"
#include <cstdlib>
#include <filesystem>

namespace support {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> in_folder(const fs::path& folder, const std::string& name) {
    std::error_code ignored;
    const fs::path path = folder / name;
    if (!fs::is_regular_file(path, ignored)) return std::nullopt;
    return path.string();
}

} // namespace

std::optional<std::string> shared_data(const std::string& name) {
    if (const char* given = std::getenv("HAWSER_DATA")) return in_folder(given, name);
    std::error_code failed;
    const fs::path here = fs::read_symlink("/proc/self/exe", failed);
    if (failed) return std::nullopt;
    for (fs::path around = here.parent_path(); around != around.parent_path(); around = around.parent_path())
        if (auto found = in_folder(around / "shared/data", name)) return found;
    return std::nullopt;
}

} // namespace support
