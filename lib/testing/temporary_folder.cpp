#include <hawser/testing/temporary_folder.hpp>
#include <cstdlib>
#include <stdexcept>

namespace hawser::testing {

temporary_folder::temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hawser-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace hawser::testing
