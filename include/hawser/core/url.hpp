#pragma once
// Database URLs, in the forms that people have them.
#include <cstdint>
#include <hawser/core/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

enum class backend : unsigned char { sqlite, postgres };

// One of several servers. A host that begins with '/' is the folder of a unix socket, an empty one the server's
// usual place on this machine. Port 0: the usual one.
struct url_endpoint {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const url_endpoint&) const = default;
};

// name=value behind the '?', percent-decoded.
struct url_option {
    std::string name;
    std::string value;

    bool operator==(const url_option&) const = default;
};

// What a URL says, percent-decoded.
struct database_url {
    hawser::backend backend = hawser::backend::sqlite;
    std::string path; // SQLite: ":memory:", or a path as it was written

    // PostgreSQL. What is empty was not said. user, password, dbname, host and port given as options stand here.
    std::vector<url_endpoint> hosts{};
    std::string user{};
    std::optional<secret> password{};
    std::string database{};

    std::vector<url_option> options{}; // in their order; which names there are is for the reader to judge

    bool operator==(const database_url&) const = default;
};

// SQLite: sqlite:path, sqlite:///relative, sqlite:////absolute, sqlite::memory:, sqlite:///:memory:, each with
// ?name=value&.. behind it, and sqlite3:, sqlite+aiosqlite:, sqlite+pysqlite: for sqlite:. A '?' or '%' that belongs
// to the path is written %3F or %25. Or a bare path, which is taken as it stands.
// PostgreSQL: postgres://user:password@host:port,host:port/database?name=value&.. and postgresql://,
// postgresql+asyncpg://. Characters with a meaning here are percent-encoded; IPv6 addresses stand in brackets.
//
// Throws misuse naming the part that is wrong. No message holds anything of user, password, host or an option's value.
[[nodiscard]] database_url parse_url(std::string_view url);

// The URL anew, fit for logs: passwords, and values of options that are not known to be harmless, are "***".
// Without such, parse_url() gives the same parts again.
[[nodiscard]] std::string to_string(const database_url& url);

// PostgreSQL's own connection parameters, as libpq and asyncpg spell them: "sslmode", "application_name", ..
[[nodiscard]] bool is_postgres_parameter(std::string_view name) noexcept;

} // namespace hawser
