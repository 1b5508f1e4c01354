#include "db/option_table.hpp"
#include "fixture.hpp"
#include <cstdlib>
#include <fstream>
#include <hawser/testing/recorder.hpp>
#include <map>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sstream>

using namespace market;
using namespace std::chrono_literals;
using hawser::config;
using hawser::errc;
using hawser::option_source;
using hawser::url_endpoint;

namespace {

using variables = std::map<std::string, std::string, std::less<>>;

config made(const variables& set, std::string dotenv = {}, const hawser::open_options& code = {},
            bool password_file = false) {
    const hawser::environment_variables from(
        [&](std::string_view name) -> std::optional<std::string> {
            const auto at = set.find(name);
            return at == set.end() ? std::nullopt : std::optional(at->second);
        },
        std::move(dotenv), password_file);
    return config::from_env(from, code);
}

template <class Make>
std::string complaint(Make make) {
    try {
        (void)make();
    } catch (const hawser::error& e) {
        CHECK(e.kind() == errc::misuse);
        return e.message();
    }
    return "accepted";
}
std::string complaint(const variables& set, const std::string& dotenv = {}) {
    return complaint([&] { return made(set, dotenv); });
}

hawser::option_row row_named(const config& c, std::string_view name) {
    for (auto& row : c.describe())
        if (row.name == name) return row;
    FAIL("no option " << name);
    return {};
}

// spdlog's default logger writes into a string meanwhile, a line "[logger] level: text" each.
class captured_log {
public:
    captured_log() : before_(spdlog::default_logger()) {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
        sink->set_pattern("[%n] %l: %v");
        spdlog::set_default_logger(std::make_shared<spdlog::logger>("captured", sink));
    }
    ~captured_log() { spdlog::set_default_logger(before_); }
    captured_log(const captured_log&) = delete;
    captured_log& operator=(const captured_log&) = delete;
    [[nodiscard]] std::string text() const { return out_.str(); }

private:
    std::ostringstream out_;
    std::shared_ptr<spdlog::logger> before_;
};

} // namespace

TEST_CASE("options behind the ? of a SQLite URL are applied", "[db][config]") {
    const config c("sqlite:x.db?durability=normal&readers=2&busy_timeout=250ms&sqlite.cache_kib=64"
                   "&statement_timeout=7s&read_only=yes&reader_mmap_bytes=1MiB&log_statements=on");
    CHECK(c.url().path == "x.db");
    CHECK(c.url().options.empty());
    CHECK(c.options().sqlite.durability == hawser::durability::normal);
    CHECK(c.options().sqlite.readers == 2);
    CHECK(c.options().sqlite.busy_timeout == 250ms);
    CHECK(c.options().sqlite.cache_kib == 64);
    CHECK(c.options().sqlite.read_only);
    CHECK(c.options().sqlite.reader_mmap_bytes == 1 << 20);
    CHECK(c.options().statement_timeout == 7s);
    CHECK(c.options().log_statements);
    CHECK(row_named(c, "sqlite.readers").source == option_source::url);
    CHECK(row_named(c, "sqlite.hold_idle").source == option_source::default_);
}

TEST_CASE("an option that is not known, or has a wrong value, is named and its value is not shown",
          "[db][config]") {
    const auto says = [](const char* url, const char* what) {
        INFO(url);
        const std::string text = complaint([&] { return config(url); });
        CHECK_THAT(text, support::contains_text(what));
        CHECK_THAT(text, !support::contains_text("s3cret"));
    };
    says("sqlite:x.db?reeders=2", "unknown option reeders");
    says("sqlite:x.db?readers=s3cret", "the option readers: not a whole number");
    says("sqlite:x.db?readers=257", "the option readers is not from 0 to 256");
    says("sqlite:x.db?busy_timeout=5", "the option busy_timeout: not a duration with its unit");
    says("sqlite:x.db?busy_timeout=5us", "the option busy_timeout: finer than a millisecond");
    says("sqlite:x.db?durability=s3cret", "the option durability: not full or normal");
    says("sqlite:x.db?sslmode=require", "unknown option sslmode");
    says("sqlite:x.db?pool.max_connections=4", "the option pool.max_connections is not for SQLite");
    says("sqlite:x.db?postgres.max_pipeline=4", "the option postgres.max_pipeline is not for SQLite");
    says("sqlite:x.db?max_pipeline=4", "unknown option max_pipeline");
    says("postgres://u:s3cret@h/x?max_pipeline=0", "the option max_pipeline is not from 1 to 65536");
    says("postgres://u:s3cret@h/x?statements=s3cret", "the option statements: not named, unnamed or simple");
    says("postgres://u:s3cret@h/x?connect_timeout=s3cret", "connect_timeout: not a whole number of seconds");
    says("postgres://u:s3cret@h/x?readers=2", "unknown option readers");
    says("postgres://u:s3cret@h/x?sqlite.readers=2", "the option sqlite.readers is not for PostgreSQL");
    says("postgres://u:s3cret@h/x?frobnicate=2", "unknown option frobnicate");
}

TEST_CASE("what the code sets wins over the URL, and out of bounds it is refused", "[db][config]") {
    const config c("sqlite:x.db?readers=2&busy_timeout=1s", {.sqlite = {.readers = 8}});
    CHECK(c.options().sqlite.readers == 8);
    CHECK(c.options().sqlite.busy_timeout == 1s);
    CHECK(row_named(c, "sqlite.readers").source == option_source::code);
    CHECK_THAT(complaint([] { return config("sqlite:x.db", {.sqlite = {.readers = 1000}}); }),
               support::contains_text("the option sqlite.readers is not from 0 to 256"));
    CHECK_THAT(complaint([] { return config("sqlite:x.db", {.statement_timeout = -1ms}); }),
               support::contains_text("the option statement_timeout is not from 0"));
    CHECK_THAT(complaint([] { return config("postgres://h/x", {.pool = {.max_connections = 0}}); }),
               support::contains_text("the option pool.max_connections is not from 1"));
}

TEST_CASE("a PostgreSQL URL is read whole, and opening it without TLS beyond this machine is unsupported",
          "[db][config]") {
    const config c("postgres://trader:s3cret@db1,db2/"
                   "trading?sslmode=verify-full&pool.max_connections=8&retry.attempts=2");
    CHECK(c.url().hosts.size() == 2);
    CHECK(c.options().pool.max_connections == 8);
    CHECK(c.options().retry.attempts == 2);
    CHECK(c.url().options == std::vector<hawser::url_option>{{"sslmode", "verify-full"}});
    auto open = []() -> task<hawser::error> {
        co_return co_await error_of(
            hawser::open("postgres://trader:s3cret@db1,db2/trading", {.pool = {.max_connections = 8}}));
    };
    const auto e = hawser::run(open());
    CHECK(e.kind() == errc::unsupported);
    CHECK_THAT(e.what(), !support::contains_text("s3cret"));
}

TEST_CASE("the environment says where: DATABASE_URL before DATABASE_PATH before DB_HOST", "[db][config]") {
    variables set{{"DB_HOST", "db"},
                  {"DB_PORT", "5433"},
                  {"DB_USER", "trader"},
                  {"DB_PASSWORD", "s3@c/ret"},
                  {"DB_NAME", "trading"}};
    const config server = made(set);
    CHECK(server.url().backend == hawser::backend::postgres);
    CHECK(server.url().hosts == std::vector<url_endpoint>{{"db", 5433}});
    CHECK(server.url().user == "trader");
    CHECK(server.url().database == "trading");
    REQUIRE(server.url().password);
    CHECK(server.url().password->reveal() == "s3@c/ret");
    set["DATABASE_PATH"] = "data/what?100%.db";
    CHECK(made(set).url().path == "data/what?100%.db");
    set["DATABASE_URL"] = "sqlite:first.db?readers=1";
    CHECK(made(set).url().path == "first.db");
    CHECK(made(set).options().sqlite.readers == 1);
    CHECK(made({{"DATABASE_URL", ""}, {"DATABASE_PATH", "x.db"}}).url().path == "x.db");
}

TEST_CASE("HAWSER_ENV brings its own place and defaults", "[db][config]") {
    const config development = made({{"HAWSER_ENV", "development"}});
    CHECK(development.environment() == hawser::environment::development);
    CHECK(development.url().path == "data/hawser.db");
    CHECK(development.options().log_statements);
    CHECK(development.options().pool.kept_connections == 5);
    CHECK(development.options().pool.max_connections == 15);
    CHECK(row_named(development, "log_statements").source == option_source::environment);
    CHECK(made({{"HAWSER_ENV", "development"}, {"DATABASE_URL", "sqlite:x.db"}}).url().path == "x.db");
    CHECK_FALSE(made({{"HAWSER_ENV", "development"}, {"DB_ECHO", "false"}}).options().log_statements);

    const config testing = made({{"HAWSER_ENV", "testing"}, {"DATABASE_URL", "postgres://u:p@h/live"}});
    CHECK(testing.url().path == ":memory:");
    CHECK_FALSE(testing.options().log_statements);
    CHECK_FALSE(testing.options().log_slow_statements);

    const config production = made({{"HAWSER_ENV", "production"}, {"DATABASE_URL", "postgres://u:p@h/x"}});
    CHECK_FALSE(production.options().log_statements);
    CHECK(production.options().log_slow_statements);
    CHECK(production.options().pool.kept_connections == 20);
    CHECK(production.options().pool.max_connections == 50);

    const config other = made({{"DATABASE_PATH", "x.db"}});
    CHECK(other.environment() == hawser::environment::none);
    CHECK_FALSE(other.options().log_statements);
    CHECK(other.options().pool.kept_connections == 10);
    CHECK(other.options().pool.max_connections == 30);
}

TEST_CASE("an environment that says too little or nonsense is refused by its variable", "[db][config]") {
    const auto says = [](const variables& set, const char* what, const std::string& dotenv = {}) {
        const std::string text = complaint(set, dotenv);
        CHECK_THAT(text, support::contains_text(what));
        CHECK_THAT(text, !support::contains_text("s3cret"));
    };
    says({}, "no database is named: set DATABASE_URL");
    says({{"HAWSER_ENV", "production"}}, "no database is named");
    says({{"HAWSER_ENV", "s3cret"}}, "HAWSER_ENV: not development, testing or production");
    says({{"DATABASE_URL", "postgres://u:s3cret@h:x/d"}}, "DATABASE_URL: database URL: the port of host 1");
    says({{"DATABASE_URL", "sqlite:x.db?readers=s3cret"}}, "the option readers: not a whole number");
    says({{"DATABASE_PATH", "postgres://u:s3cret@h/d"}}, "DATABASE_PATH: a path, not a URL");
    says({{"DB_HOST", "h"}, {"DB_PORT", "s3cret"}}, "DB_PORT: not a number from 1 to 65535");
    says({{"DB_HOST", "h"}, {"DB_PASSWORD", ""}}, "DB_PASSWORD is set but empty");
    says({{"DB_NAME", "s3cret"}}, "DB_NAME is set, but DB_HOST is not");
    says({{"HAWSER_ENV", "development"}, {"DB_NAME", "s3cret"}}, "DB_NAME is set, but DB_HOST is not");
    says({{"DATABASE_PATH", "x"}, {"DB_ECHO", "s3cret"}}, "DB_ECHO: not true or false");
    says({{"DATABASE_PATH", "x"}, {"HAWSER_SQLITE_READERS", "s3cret"}},
         "HAWSER_SQLITE_READERS: not a whole number");
    says({{"DATABASE_PATH", "x"}}, ".env:2: HAWSER_SQLITE_READERS: not a whole number",
         "\nHAWSER_SQLITE_READERS=s3cret");
    says({{"DATABASE_PATH", "x"}}, ".env:1: HAWSER_SQLITE_REEDERS: there is no such option",
         "HAWSER_SQLITE_REEDERS=2");
    says({{"DATABASE_PATH", "x"}}, ".env:1: the ' is not closed", "A='s3cret");
    says({{"DB_HOST", "h"}}, "DB_PASSWORD is set but empty", "DB_PASSWORD=");
}

TEST_CASE("in production a server reached by TCP needs something to be known by", "[db][config]") {
    const auto with = [](const std::string& url, variables more = {}, bool password_file = false) {
        more["HAWSER_ENV"] = "production";
        more["DATABASE_URL"] = url;
        return complaint([&] { return made(more, {}, {}, password_file); });
    };
    CHECK_THAT(with("postgres://u@db/x"), support::contains_text("production: the server is reached by TCP"));
    CHECK_THAT(with("postgres://u@/x?host=/run,db"), support::contains_text("production"));
    CHECK(with("postgres://u:p@db/x") == "accepted");
    CHECK(with("postgres:///x") == "accepted");
    CHECK(with("postgres://u@%2Frun%2Fpostgresql/x") == "accepted");
    CHECK(with("postgres://u@db/x?sslcert=client.crt") == "accepted");
    CHECK(with("postgres://u@db/x", {{"PGPASSWORD", "p"}}) == "accepted");
    CHECK(with("postgres://u@db/x", {}, true) == "accepted");
    CHECK(with("sqlite:x.db") == "accepted");
    CHECK(complaint({{"DATABASE_URL", "postgres://u@db/x"}}) == "accepted");
}

TEST_CASE("default, HAWSER_ENV, .env, variable, url, code: the later wins", "[db][config]") {
    const std::string dotenv = "HAWSER_ENV=development\nDATABASE_URL=sqlite:x.db?readers=5&hold_idle=2s\n"
                               "HAWSER_SQLITE_READERS=3\nHAWSER_SQLITE_CACHE_KIB=100\n"
                               "HAWSER_SQLITE_BUSY_TIMEOUT=1s\nDB_ECHO=off\nHAWSER_STATEMENT_TIMEOUT=1s";
    const variables set{
        {"HAWSER_SQLITE_READERS", "4"}, {"HAWSER_SQLITE_CACHE_KIB", "200"}, {"HAWSER_STATEMENT_TIMEOUT", ""}};
    const config c = made(set, dotenv, {.sqlite = {.hold_idle = 3s}});
    const auto is = [&](const char* name, const char* value, option_source source) {
        INFO(name);
        CHECK(row_named(c, name).value == value);
        CHECK(row_named(c, name).source == source);
    };
    is("sqlite.readers", "5", option_source::url);
    is("sqlite.cache_kib", "200", option_source::variable);
    is("sqlite.busy_timeout", "1s", option_source::dotenv);
    is("sqlite.hold_idle", "3s", option_source::code);
    is("sqlite.hold_total", "5s", option_source::default_);
    is("log_statements", "false", option_source::dotenv);
    is("statement_timeout", "1s", option_source::dotenv);
    is("pool.kept_connections", "5", option_source::environment);
    CHECK(row_named(c, "sqlite.readers").variable == "HAWSER_SQLITE_READERS");
    CHECK(row_named(c, "sqlite.readers").default_text == "4");
}

TEST_CASE("a configuration is written as one line without secrets", "[db][config]") {
    CHECK(to_string(config("sqlite:x.db?readers=2", {.statement_timeout = 5s})) ==
          "sqlite:x.db (statement_timeout=5s, sqlite.readers=2)");
    CHECK(to_string(config("sqlite::memory:")) == "sqlite::memory:");
    const config server = made({{"DB_HOST", "db"}, {"DB_USER", "u"}, {"DB_PASSWORD", "s3cret"}});
    CHECK(to_string(server) == "postgresql://u:***@db (log_slow_statements=true)");
    for (const auto& row : server.describe()) CHECK(row.value != "s3cret");
}

TEST_CASE("every option can be set by variable and URL, and shows its default", "[db][config]") {
    using namespace hawser::detail;
    for (const option& one : all_options()) {
        INFO(one.name);
        const std::string most = option_text(one.kind, one.most);
        const config c = made({{"DATABASE_PATH", "x.db"}, {one.variable(), most}});
        const auto row = row_named(c, one.name);
        CHECK(row.value == most);
        CHECK(row.source == option_source::variable);
        CHECK(row.default_text == one.default_text());
        const bool server = one.name.starts_with("pool.") || one.name.starts_with("postgres.");
        const config by_url((server ? "postgres:///x?" : "sqlite:x.db?") + std::string(one.name) + '=' +
                            most);
        CHECK(row_named(by_url, one.name).value == most);
    }
}

TEST_CASE("a process's own variables and its .env are read", "[db][config]") {
    support::temporary_folder folder;
    const auto before = std::filesystem::current_path();
    struct restore {
        std::filesystem::path to;
        ~restore() {
            std::filesystem::current_path(to);
            ::unsetenv("DATABASE_PATH");
            ::unsetenv("HAWSER_SQLITE_READERS");
        }
    } const guard{before};
    std::filesystem::current_path(folder.path());
    ::setenv("DATABASE_PATH", "from_variable.db", 1);
    CHECK(config::from_env().url().path == "from_variable.db");
    std::ofstream(".env") << "DATABASE_PATH=from_file.db\nHAWSER_SQLITE_READERS=3\n";
    CHECK(config::from_env().url().path == "from_variable.db");
    CHECK(config::from_env().options().sqlite.readers == 3);
    ::unsetenv("DATABASE_PATH");
    CHECK(config::from_env().url().path == "from_file.db");
    auto use = []() -> task<> {
        hawser::database db = co_await hawser::open(config::from_env());
        co_await db.ping();
        co_await db.close();
    };
    hawser::run(use());
    CHECK(std::filesystem::exists("from_file.db"));
    std::filesystem::remove(".env");
    std::filesystem::create_directory(".env");
    CHECK_THAT(complaint([] { return config::from_env(); }),
               support::contains_text(".env is there but cannot be read"));
}

TEST_CASE("statements are logged with name, text, duration and rows, and without values",
          "[db][config][log]") {
    const captured_log log;
    hawser::testing::recorder seen;
    on_market(where::memory,
              [](hawser::database db) -> task<> {
                  position p = make_position("s3cret");
                  co_await hawser::repository<position>{db}.insert(p);
                  co_await db.execute<"update positions set note = $1">("s3cret");
              },
              {.log_statements = true, .observer = &seen});
    const std::string text = log.text();
    CHECK_THAT(text, support::contains_text("[hawser] debug: positions.insert: "));
    CHECK_THAT(text, support::contains_text(" ms, 1 rows: update positions set note = "));
    CHECK_THAT(text, !support::contains_text("s3cret"));
    CHECK_FALSE(seen.statements().empty());
}

TEST_CASE("nothing is logged unless asked, and slow statements alone if so", "[db][config][log]") {
    const auto logged = [](const hawser::open_options& options) {
        const captured_log log;
        on_market(
            where::memory,
            [](hawser::database db) -> task<> { co_await db.query_one<std::int64_t, "select 7">(); },
            options);
        return log.text();
    };
    CHECK(logged({}).empty());
    CHECK(logged({.log_slow_statements = true, .slow_statement = 1h, .slow_statement_alert = 1h}).empty());
    CHECK_THAT(logged({.log_slow_statements = true, .slow_statement = 0ms, .slow_statement_alert = 1h}),
               support::contains_text("[hawser] warning: DB_PERF_001 slow statement"));
}

TEST_CASE("options of the URL reach the engine", "[db][config]") {
    support::temporary_folder folder;
    const std::string url = "sqlite:" + folder.file("x.db") + "?durability=normal&cache_kib=512";
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url);
        const auto tx = co_await db.begin();
        const auto synchronous = co_await tx.query_one<std::int64_t, "pragma synchronous">();
        CHECK(synchronous == 1);
        const auto cache = co_await tx.query_one<std::int64_t, "pragma cache_size">();
        CHECK(cache == -512);
    };
    hawser::run(main());
    CHECK(std::filesystem::exists(folder.file("x.db")));
}
