#pragma once
// The tree that this program was built in, and the parts of its pages that tests write or read.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace support {

inline std::filesystem::path source_tree() {
    for (auto folder :
         {std::filesystem::current_path(), std::filesystem::canonical("/proc/self/exe").parent_path()})
        for (; folder.has_relative_path(); folder = folder.parent_path())
            if (exists(folder / "docs/configuration.md")) return folder;
    throw std::runtime_error("the tree with docs/configuration.md is not above the program");
}

inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace support
