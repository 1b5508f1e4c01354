#pragma once
#include <source_location>
#include <string>
#include <string_view>

namespace hawser::detail {

// "desk.cpp:42"
inline std::string site_of(const std::source_location& where) {
    const std::string_view path = where.file_name();
    return std::string(path.substr(path.find_last_of("/\\") + 1)) + ":" + std::to_string(where.line());
}

} // namespace hawser::detail
