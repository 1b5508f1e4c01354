#include "db/password_file.hpp"
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace hawser::detail {
namespace {

struct field {
    std::string text;
    bool is_all = false; // a bare '*'
};

// Up to a ':' without a '\' before it, which is taken too.
std::optional<field> take_field(std::string_view& line, bool last) {
    field out;
    std::size_t i = 0;
    for (; i < line.size() && line[i] != ':'; ++i) {
        if (line[i] == '\\' && i + 1 < line.size()) ++i;
        out.text += line[i];
    }
    if (i == line.size() && !last) return std::nullopt;
    out.is_all = line.substr(0, i) == "*";
    line.remove_prefix(i == line.size() ? i : i + 1);
    return out;
}

std::optional<std::string> password_of(std::string_view line, const login& who) {
    for (const std::string* const wanted : {&who.host, &who.port, &who.database, &who.user}) {
        const auto given = take_field(line, false);
        if (!given || (!given->is_all && given->text != *wanted)) return std::nullopt;
    }
    return take_field(line, true)->text;
}

bool is_usual_socket(std::string_view host) {
    return host == "/var/run/postgresql" || host == "/run/postgresql" || host == "/tmp";
}

constexpr std::uintmax_t longest_file = 1 << 20;

// Why the file is not read; empty where it may be.
std::string refusal(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (!fs::exists(status)) return "there is no " + path;
    if (!fs::is_regular_file(status)) return path + " is no plain file";
    using enum fs::perms;
    constexpr fs::perms others = group_all | others_all;
    if ((status.permissions() & others) != none)
        return path + " is passed over: group or others may use it (chmod 600 mends it)";
    if (fs::file_size(path, failed) > longest_file) return path + " is too long";
    return {};
}

} // namespace

secret password_in(std::string_view text, const login& who, std::size_t& line) {
    line = 0;
    while (!text.empty()) {
        ++line;
        std::string_view one = text.substr(0, text.find('\n'));
        text.remove_prefix(one.size() < text.size() ? one.size() + 1 : one.size());
        if (one.ends_with('\r')) one.remove_suffix(1);
        if (one.empty() || one.starts_with('#')) continue;
        if (auto password = password_of(one, who)) return secret(std::move(*password));
    }
    return {};
}

found_password password_from_file(const std::string& path, const login& who) {
    if (std::string why = refusal(path); !why.empty()) return {{}, std::move(why)};
    std::ifstream file(path, std::ios::binary);
    if (!file) return {{}, path + " cannot be read"};
    const std::string text(std::istreambuf_iterator<char>(file), {});
    login as_written = who;
    if (is_usual_socket(who.host)) as_written.host = "localhost";
    std::size_t line = 0;
    secret password = password_in(text, as_written, line);
    if (password.empty()) return {{}, "no line of " + path + " fits"};
    return {std::move(password), path + ':' + std::to_string(line)};
}

} // namespace hawser::detail
