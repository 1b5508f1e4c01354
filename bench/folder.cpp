#include "folder.hpp"
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace bench {

fresh_folder::fresh_folder() {
    std::string pattern = (std::filesystem::current_path() / "hawser-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder here");
    path_ = pattern;
}

fresh_folder::~fresh_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace bench
