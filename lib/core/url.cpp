#include <hawser/core/error.hpp>
#include <hawser/core/url.hpp>

namespace hawser {
namespace {

bool is_scheme(std::string_view s) {
    if (s.size() < 2) return false; // one letter would be a drive
    for (const char c : s)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
              c == '-' || c == '.'))
            return false;
    return true;
}

std::string lower(std::string_view s) {
    std::string out(s);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

// Behind "sqlite:". Three slashes are an empty host and a relative path, four an absolute one.
std::string sqlite_path(std::string_view rest) {
    if (rest.starts_with("///"))
        rest.remove_prefix(3);
    else if (rest.starts_with("//"))
        throw_error(errc::misuse, "database URL: a SQLite URL has no host; write sqlite:path, "
                                  "sqlite:///relative or sqlite:////absolute");
    if (rest.empty()) throw_error(errc::misuse, "database URL: the path of the SQLite file is missing");
    return std::string(rest);
}

} // namespace

database_url parse_url(std::string_view url) {
    if (url.empty()) throw_error(errc::misuse, "database URL: empty");
    if (url.find('\0') != std::string_view::npos)
        throw_error(errc::misuse, "database URL: holds a zero byte");
    const std::size_t colon = url.find(':');
    const std::string scheme = colon == std::string_view::npos ? std::string{} : lower(url.substr(0, colon));
    if (scheme == "sqlite" || scheme == "sqlite3")
        return {.backend = backend::sqlite, .path = sqlite_path(url.substr(colon + 1)), .connection = {}};
    if (scheme == "postgres" || scheme == "postgresql" || scheme == "postgresql+asyncpg") {
        if (!url.substr(colon + 1).starts_with("//"))
            throw_error(errc::misuse, "database URL: // is missing behind " + scheme + ":");
        return {.backend = backend::postgres, .path = {}, .connection = std::string(url.substr(colon + 3))};
    }
    if (is_scheme(scheme) && url.substr(colon + 1).starts_with("//"))
        throw_error(errc::misuse,
                    "database URL: unknown scheme " + scheme + "; known are sqlite, postgres and postgresql");
    if (url.find("://") != std::string_view::npos) // may hold a password: must not become a path in messages
        throw_error(errc::misuse, "database URL: neither a known scheme nor a path");
    return {.backend = backend::sqlite, .path = std::string(url), .connection = {}};
}

} // namespace hawser
