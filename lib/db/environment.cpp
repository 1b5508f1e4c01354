#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hawser/core/error.hpp>
#include <hawser/db/environment.hpp>
#include <iterator>

namespace hawser {
namespace {

std::optional<std::string> of_this_process(std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string text_of_dotenv() {
    std::error_code ignored;
    if (!std::filesystem::exists(".env", ignored)) return {};
    std::ifstream file;
    if (!std::filesystem::is_directory(".env", ignored)) file.open(".env", std::ios::binary);
    if (!file.is_open()) throw_error(errc::misuse, ".env is there but cannot be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

bool has_password_file() {
    std::error_code ignored;
    const auto home = of_this_process("HOME");
    return home && std::filesystem::is_regular_file(std::filesystem::path(*home) / ".pgpass", ignored);
}

} // namespace

std::string_view to_string(environment e) noexcept {
    switch (e) {
    case environment::none: return "none";
    case environment::development: return "development";
    case environment::testing: return "testing";
    case environment::production: return "production";
    }
    return "?";
}

environment_variables environment_variables::of_process() {
    return environment_variables(&of_this_process, text_of_dotenv(), hawser::has_password_file());
}

} // namespace hawser
