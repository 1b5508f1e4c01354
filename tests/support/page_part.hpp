#pragma once
// Parts of pages that are made from code. HAWSER_WRITE_DOCS=1 writes them.
#include "support/catch.hpp"
#include "support/source_tree.hpp"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace support {

// What stands between `begin` and `end` (empty: to the end of the file) is `wanted`. `suite`: what renews it.
inline void check_part(const std::filesystem::path& file, const std::string& begin, const std::string& end,
                       const std::string& wanted, const std::string& suite) {
    std::string text = text_of(file);
    const auto from = text.find(begin);
    REQUIRE(from != std::string::npos);
    const auto first = from + begin.size();
    const auto last = end.empty() ? text.size() : text.find(end, first);
    REQUIRE(last != std::string::npos);
    if (std::getenv("HAWSER_WRITE_DOCS")) {
        text.replace(first, last - first, wanted);
        std::ofstream(file) << text;
    } else {
        INFO(file.string() << " is stale: HAWSER_WRITE_DOCS=1 " << suite << " [docs] renews it");
        CHECK(text.substr(first, last - first) == wanted);
    }
}

} // namespace support
