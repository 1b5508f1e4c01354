#pragma once
// Database URLs, in the forms that people have them.
#include <string>
#include <string_view>

namespace hawser {

enum class backend : unsigned char { sqlite, postgres };

// What a URL says. For SQLite only `path` counts.
struct database_url {
    hawser::backend backend = hawser::backend::sqlite;
    std::string path;       // ":memory:", or a path as it was written
    std::string connection; // PostgreSQL: all behind the scheme's "://"
};

// sqlite:path, sqlite:///relative, sqlite:////absolute, sqlite::memory:, sqlite:///:memory:, a bare path;
// postgres://, postgresql://, postgresql+asyncpg://.
// Throws misuse naming the part that is wrong; passwords are never part of a message.
[[nodiscard]] database_url parse_url(std::string_view url);

} // namespace hawser
