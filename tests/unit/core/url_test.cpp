#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/core/url.hpp>
#include <string>
#include <vector>

using hawser::backend;
using hawser::parse_url;

namespace {

struct sqlite_form {
    std::string_view url, path;
};
struct postgres_form {
    std::string_view url, connection;
};

std::string complaint(std::string_view url) {
    try {
        (void)parse_url(url);
    } catch (const hawser::error& e) {
        CHECK(e.kind() == hawser::errc::misuse);
        return e.what();
    }
    return "accepted";
}

} // namespace

TEST_CASE("a SQLite URL says a path, in all its forms", "[core][url]") {
    const std::vector<sqlite_form> forms{
        {"sqlite:trading.db", "trading.db"},
        {"sqlite:data/trading.db", "data/trading.db"},
        {"sqlite:/var/lib/trading.db", "/var/lib/trading.db"},
        {"sqlite:///relative.db", "relative.db"},
        {"sqlite:///data/relative.db", "data/relative.db"},
        {"sqlite:////var/lib/absolute.db", "/var/lib/absolute.db"},
        {"sqlite:///:memory:", ":memory:"},
        {"sqlite::memory:", ":memory:"},
        {"SQLite:Trading.db", "Trading.db"},
        {"sqlite3:trading.db", "trading.db"},
        {"trading.db", "trading.db"},
        {"./a folder/trading.db", "./a folder/trading.db"},
        {"/var/lib/trading.db", "/var/lib/trading.db"},
        {":memory:", ":memory:"},
        {"C:\\data\\trading.db", "C:\\data\\trading.db"},
        {"odd:name.db", "odd:name.db"},
    };
    for (const auto& [url, path] : forms) {
        INFO(url);
        const auto parsed = parse_url(url);
        CHECK(parsed.backend == backend::sqlite);
        CHECK(parsed.path == path);
        CHECK(parsed.connection.empty());
    }
}

TEST_CASE("a PostgreSQL URL keeps what is behind its scheme", "[core][url]") {
    const std::vector<postgres_form> forms{
        {"postgres://trader@db1,db2/trading?sslmode=verify-full",
         "trader@db1,db2/trading?sslmode=verify-full"},
        {"postgresql://trader:s3cret@db/trading", "trader:s3cret@db/trading"},
        {"postgresql+asyncpg://trader@db:5433/trading", "trader@db:5433/trading"},
        {"POSTGRES://db/x", "db/x"},
        {"postgres:///trading", "/trading"},
        {"postgres://", ""},
    };
    for (const auto& [url, connection] : forms) {
        INFO(url);
        const auto parsed = parse_url(url);
        CHECK(parsed.backend == backend::postgres);
        CHECK(parsed.connection == connection);
        CHECK(parsed.path.empty());
    }
}

TEST_CASE("a URL that cannot be read is misuse that names the wrong part", "[core][url]") {
    CHECK_THAT(complaint(""), support::contains_text("empty"));
    CHECK_THAT(complaint(std::string_view("a\0b", 3)), support::contains_text("zero byte"));
    CHECK_THAT(complaint("sqlite:"), support::contains_text("path of the SQLite file is missing"));
    CHECK_THAT(complaint("sqlite:///"), support::contains_text("path of the SQLite file is missing"));
    CHECK_THAT(complaint("sqlite://host/file.db"), support::contains_text("has no host"));
    CHECK_THAT(complaint("sqlite://file.db"), support::contains_text("has no host"));
    CHECK_THAT(complaint("postgres:trading"), support::contains_text("// is missing behind postgres:"));
    CHECK_THAT(complaint("postgresql:/db/x"), support::contains_text("// is missing behind postgresql:"));
    CHECK_THAT(complaint("mysql://host/db"), support::contains_text("unknown scheme mysql"));
    CHECK_THAT(complaint("postgresql+psycopg2://host/db"),
               support::contains_text("unknown scheme postgresql+psycopg2"));
    CHECK_THAT(complaint(" postgres://host/db"), support::contains_text("neither a known scheme nor a path"));
}

TEST_CASE("a password is never part of the message", "[core][url]") {
    for (const std::string_view url :
         {"mysql://trader:s3cret@host/db", "postgres:trader:s3cret@host/db",
          "postgresql:/trader:s3cret@host/db", " postgres://trader:s3cret@host/db",
          "(postgres://trader:s3cret@host/db", "sqlite://trader:s3cret@host/x",
          "postgres\t://trader:s3cret@host", "://trader:s3cret@host"}) {
        INFO(url);
        CHECK_THAT(complaint(url), !support::contains_text("s3cret"));
        CHECK(complaint(url) != "accepted");
    }
}
