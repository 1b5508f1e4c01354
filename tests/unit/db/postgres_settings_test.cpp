#include "db/postgres_settings.hpp"
#include "db/libpq_parameters.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <filesystem>
#include <fstream>
#include <hawser/core/error.hpp>
#include <hawser/db/config.hpp>
#include <map>

using namespace std::chrono_literals;
using hawser::errc;
using hawser::postgres::channel_binding_mode;
using hawser::postgres::endpoint;
using hawser::postgres::settings;
using hawser::postgres::ssl_mode;

namespace {

using variables = std::map<std::string, std::string, std::less<>>;

hawser::environment_variables as_environment(variables set) {
    return hawser::environment_variables(
        [set = std::move(set)](std::string_view name) -> std::optional<std::string> {
            const auto at = set.find(name);
            return at == set.end() ? std::nullopt : std::optional(at->second);
        });
}

settings made(std::string_view url, const variables& set = {}, const hawser::open_options& code = {}) {
    const hawser::config c(url, code);
    return hawser::detail::postgres_settings_of(
        c.url(), c.options(), nullptr, {as_environment(set), "me", "/home/me", "/var/run/postgresql"});
}

std::string refused(errc kind, std::string_view url, const variables& set = {}) {
    INFO(url);
    try {
        (void)made(url, set);
    } catch (const hawser::error& e) {
        CHECK(e.kind() == kind);
        CHECK_THAT(e.message(), !support::contains_text("s3cret"));
        return e.message();
    }
    return "accepted";
}

std::vector<std::string> places(const settings& s) {
    std::vector<std::string> out;
    for (const endpoint& e : s.endpoints) out.push_back(e.host + ':' + std::to_string(e.port));
    return out;
}
using list = std::vector<std::string>;

} // namespace

TEST_CASE("a URL says where and who", "[db][postgres]") {
    const settings s = made("postgres://trader:s3cret@127.0.0.1:5433,localhost/trading");
    CHECK(places(s) == list{"127.0.0.1:5433", "localhost:5432"});
    CHECK(s.user == "trader");
    CHECK(s.database == "trading");
    for (const endpoint& e : s.endpoints) {
        CHECK(e.password.reveal() == "s3cret");
        CHECK(e.password_from == "the configuration");
    }
}

TEST_CASE("an empty URL is the server of this machine, and the user of this process", "[db][postgres]") {
    const settings s = made("postgres://");
    CHECK(places(s) == list{"/var/run/postgresql:5432"});
    CHECK(s.user == "me");
    CHECK(s.database == "me");
    CHECK(s.application_name == "hawser");
    CHECK(s.endpoints[0].password.empty());
    CHECK(made("postgres:///trading").database == "trading");
    CHECK(made("postgres://trader@/").database == "trader");
    CHECK(places(made("postgres:///trading?host=/srv/pg&port=6000")) == list{"/srv/pg:6000"});
}

TEST_CASE("libpq's variables say what the URL does not", "[db][postgres]") {
    const variables set{{"PGHOST", "localhost,/srv/pg"}, {"PGPORT", "5433"},       {"PGUSER", "trader"},
                        {"PGDATABASE", "trading"},       {"PGPASSWORD", "s3cret"}, {"PGAPPNAME", "desk"},
                        {"PGCONNECT_TIMEOUT", "3"},      {"PGOPTIONS", "-c x=1"},  {"PGSSLMODE", "allow"},
                        {"PGCHANNELBINDING", "disable"}};
    const settings s = made("postgres://", set);
    CHECK(places(s) == list{"localhost:5433", "/srv/pg:5433"});
    CHECK(s.user == "trader");
    CHECK(s.database == "trading");
    CHECK(s.endpoints[1].password.reveal() == "s3cret");
    CHECK(s.application_name == "desk");
    CHECK(s.connect_timeout == 3s);
    CHECK(s.options == "-c x=1");
    CHECK(s.ssl == ssl_mode::allow);
    CHECK(s.channel_binding == channel_binding_mode::disable);
    const settings said = made("postgres://u:p@127.0.0.1:1/d?application_name=a&connect_timeout=4&options=o&"
                               "sslmode=disable&channel_binding=prefer",
                               set);
    CHECK(places(said) == list{"127.0.0.1:1"});
    CHECK(said.user == "u");
    CHECK(said.database == "d");
    CHECK(said.endpoints[0].password.reveal() == "p");
    CHECK(said.application_name == "a");
    CHECK(said.connect_timeout == 4s);
    CHECK(said.options == "o");
    CHECK(said.ssl == ssl_mode::disable);
    CHECK(said.channel_binding == channel_binding_mode::prefer);
    CHECK(made("postgres://u@/d", {{"PGUSER", ""}, {"PGHOST", ""}, {"PGPASSWORD", ""}}).user == "u");
}

TEST_CASE("ports of a variable belong to hosts without any", "[db][postgres]") {
    CHECK(places(made("postgres://localhost,127.0.0.1/x", {{"PGPORT", "1,2"}})) ==
          list{"localhost:1", "127.0.0.1:2"});
    CHECK(places(made("postgres://localhost:7,127.0.0.1/x", {{"PGPORT", "1,2"}})) ==
          list{"localhost:7", "127.0.0.1:5432"});
    CHECK(places(made("postgres:///x", {{"PGPORT", "6000"}})) == list{"/var/run/postgresql:6000"});
    CHECK_THAT(refused(errc::misuse, "postgres://localhost/x", {{"PGPORT", "1,2"}}),
               support::contains_text("PGPORT: not as many ports as hosts"));
    CHECK_THAT(refused(errc::misuse, "postgres://localhost/x", {{"PGPORT", "s3cret"}}),
               support::contains_text("PGPORT: not a number from 1 to 65535"));
}

TEST_CASE("a password is sought in .pgpass where nobody says one", "[db][postgres]") {
    const support::temporary_folder folder;
    const std::string path = folder.file(".pgpass");
    std::ofstream(path) << "localhost:5432:d:u:one\n127.0.0.1:*:*:*:two\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    const std::string v6 = "postgres://u@localhost,127.0.0.1,[::1]/d";
    const settings s = made(v6, {{"HOME", std::string(folder.path())}});
    CHECK(s.endpoints[0].password.reveal() == "one");
    CHECK(s.endpoints[0].password_from == path + ":1");
    CHECK(s.endpoints[1].password.reveal() == "two");
    CHECK(s.endpoints[2].password.empty());
    CHECK(s.endpoints[2].password_from == "none was given, and no line of " + path + " fits");
    CHECK(made(v6, {{"PGPASSFILE", path}}).endpoints[1].password.reveal() == "two");
    CHECK(made(v6 + "?passfile=" + path, {{"PGPASSFILE", "/nowhere"}}).endpoints[1].password.reveal() ==
          "two");
    CHECK(made("postgres://u:p@localhost/d?passfile=" + path).endpoints[0].password.reveal() == "p");
    CHECK(made("postgres://u@localhost/d?passfile=/no/file").endpoints[0].password_from ==
          "none was given, and there is no /no/file");
}

TEST_CASE("the names of sslmode, and its other names, are understood", "[db][postgres]") {
    CHECK_FALSE(made("postgres://localhost/x").ssl);
    CHECK(made("postgres://db/x?sslmode=disable").ssl == ssl_mode::disable);
    CHECK(made("postgres://db/x?ssl=false").ssl == ssl_mode::disable);
    CHECK(made("postgres://localhost/x?ssl=prefer&sslmode=prefer").ssl == ssl_mode::prefer);
    CHECK(made("postgres:///x?sslmode=verify-full").ssl == ssl_mode::verify_full); // a unix socket
    CHECK(made("postgres:///x?ssl=true").ssl == ssl_mode::require);
    CHECK(made("postgres:///x?requiressl=1").ssl == ssl_mode::require);
    CHECK_THAT(
        refused(errc::misuse, "postgres:///x?sslmode=s3cret"),
        support::contains_text("sslmode (PGSSLMODE): not one of disable, allow, prefer, require, verify-ca"));
    CHECK_THAT(refused(errc::misuse, "postgres:///x?sslmode=disable&ssl=true"),
               support::contains_text("ssl: not what sslmode (PGSSLMODE) says"));
}

TEST_CASE("a connection that wants TLS is refused before anything is sent", "[db][postgres]") {
    for (const char* url : {"postgres://u:s3cret@db/x", "postgres://u:s3cret@db/x?sslmode=prefer",
                            "postgres://u:s3cret@localhost/x?sslmode=require",
                            "postgres://u:s3cret@db/x?ssl=true", "postgres://u:s3cret@localhost,db/x"})
        CHECK_THAT(refused(errc::unsupported, url), support::contains_text("asks for TLS"));
    CHECK_THAT(refused(errc::unsupported, "postgres://localhost/x", {{"PGSSLMODE", "verify-full"}}),
               support::contains_text("sslmode=verify-full asks for TLS"));
    CHECK_THAT(refused(errc::unsupported, "postgres:///x?channel_binding=require"),
               support::contains_text("channel_binding=require"));
}

TEST_CASE("logins are those that require_auth leaves", "[db][postgres]") {
    const auto of = [](const std::string& text) {
        const auto l = made("postgres:///x?require_auth=" + text).logins;
        return std::string(l.none ? "n" : "") + (l.password ? "p" : "") + (l.md5 ? "m" : "") +
               (l.scram_sha_256 ? "s" : "");
    };
    CHECK(of("") == "npms");
    CHECK(of("scram-sha-256") == "s");
    CHECK(of("md5,scram-sha-256") == "ms");
    CHECK(of("!password,!none") == "ms");
    CHECK(of("!gss") == "npms");
    CHECK_THAT(refused(errc::misuse, "postgres:///x?require_auth=md5,!none"),
               support::contains_text("require_auth (PGREQUIREAUTH): not either"));
    CHECK_THAT(refused(errc::misuse, "postgres:///x?require_auth=s3cret"),
               support::contains_text("not a list of none, password"));
    CHECK_THAT(refused(errc::misuse, "postgres:///x?require_auth=gss"),
               support::contains_text("no way to log in"));
}

TEST_CASE("parameters of which one value alone is done here take that one", "[db][postgres]") {
    for (const char* fine : {"client_encoding=UTF8", "client_encoding=utf-8", "client_encoding=auto",
                             "gssencmode=disable", "gssencmode=prefer", "target_session_attrs=any",
                             "load_balance_hosts=disable", "replication=false", "krbsrvname=postgres",
                             "gsslib=gssapi", "gssdelegation=1", "hostaddr=", "fallback_application_name=x"})
        CHECK(refused(errc::misuse, std::string("postgres:///x?") + fine) == "accepted");
    for (const char* not_yet :
         {"client_encoding=LATIN1", "gssencmode=require", "target_session_attrs=read-write",
          "load_balance_hosts=random", "replication=database", "replication=1", "hostaddr=127.0.0.1",
          "keepalives=1", "keepalives_idle=30", "keepalives_interval=1", "keepalives_count=3",
          "tcp_user_timeout=1", "requirepeer=postgres", "service=desk"}) {
        const std::string name = std::string(not_yet).substr(0, std::string(not_yet).find('='));
        CHECK_THAT(refused(errc::unsupported, std::string("postgres:///x?") + not_yet),
                   support::contains_text(name));
    }
    CHECK_THAT(refused(errc::misuse, "postgres:///x?gssencmode=s3cret"),
               support::contains_text("gssencmode"));
    CHECK(made("postgres:///x?fallback_application_name=b").application_name == "b");
    CHECK(made("postgres:///x?fallback_application_name=b&application_name=a").application_name == "a");
}

TEST_CASE("every parameter of libpq has a use, or is refused by its name", "[db][postgres]") {
    for (const auto& p : hawser::detail::libpq_parameters()) {
        INFO(p.name);
        CHECK(hawser::is_postgres_parameter(p.name));
        if (p.use == hawser::detail::libpq_use::refused) {
            CHECK_THAT(refused(errc::unsupported, "postgres:///x?" + std::string(p.name) + "=s3cret"),
                       support::contains_text("PostgreSQL: " + std::string(p.name)));
            if (!p.variable.empty())
                CHECK_THAT(refused(errc::unsupported, "postgres:///x", {{std::string(p.variable), "s3cret"}}),
                           support::contains_text("(" + std::string(p.variable) + ") is not supported yet"));
        }
        if (p.use == hawser::detail::libpq_use::tls) {
            const std::string with = "?" + std::string(p.name) + "=s3cret";
            CHECK_THAT(refused(errc::unsupported, "postgres://localhost/x" + with),
                       support::contains_text("is of TLS"));
            CHECK(refused(errc::unsupported, "postgres:///x" + with) == "accepted");
            CHECK(refused(errc::unsupported, "postgres://db/x" + with + "&sslmode=disable") == "accepted");
        }
        if (p.use == hawser::detail::libpq_use::harmless)
            CHECK(refused(errc::unsupported, "postgres:///x?" + std::string(p.name) + "=x") == "accepted");
    }
    // What there is besides stands for itself in a URL.
    for (const char* name : {"host", "port", "user", "password", "dbname"})
        CHECK(hawser::is_postgres_parameter(name));
}

TEST_CASE("a connection's time is said in seconds by libpq, and with a unit by the option",
          "[db][postgres]") {
    CHECK(made("postgres:///x").connect_timeout == 10s);
    CHECK(made("postgres:///x?connect_timeout=5").connect_timeout == 5s);
    CHECK(made("postgres:///x?connect_timeout=0").connect_timeout == 0s);
    CHECK(made("postgres:///x?connect_timeout=-1").connect_timeout == 0s);
    CHECK(made("postgres:///x?postgres.connect_timeout=250ms").connect_timeout == 250ms);
    CHECK(made("postgres:///x?connect_timeout=5", {{"PGCONNECT_TIMEOUT", "7"}}).connect_timeout == 5s);
    CHECK(
        made("postgres:///x?connect_timeout=5", {}, {.postgres = {.connect_timeout = 2s}}).connect_timeout ==
        2s);
    for (const char* bad : {"5s", "x", "999999999", "1.5"})
        CHECK_THAT(refused(errc::misuse, std::string("postgres:///x?connect_timeout=") + bad),
                   support::contains_text("connect_timeout: not a whole number of seconds"));
}

TEST_CASE("options of the code and the URL reach the driver", "[db][postgres]") {
    hawser::open_options o;
    o.postgres.max_pipeline = 1;
    o.postgres.pipeline_bytes = 2;
    o.postgres.result_bytes = 3;
    o.postgres.statement_cache = 4;
    o.postgres.group_reads = true;
    o.postgres.queue_jobs = 5;
    o.postgres.queue_bytes = 6;
    o.postgres.hold_total = 7s;
    o.postgres.hold_idle = 8s;
    o.postgres.allow_cleartext_password = true;
    o.postgres.server_words = true;
    o.pool = {.max_connections = 3,
              .kept_connections = 9,
              .shared_connections = 10,
              .acquire_timeout = 11s,
              .recycle_after = 12s,
              .ping_after = 13s};
    const settings s = made("postgres:///x", {}, o);
    CHECK(s.max_pipeline == 1);
    CHECK(s.pipeline_bytes == 2);
    CHECK(s.result_bytes == 3);
    CHECK(s.statement_cache == 4);
    CHECK(s.group_reads);
    CHECK(s.queue_jobs == 5);
    CHECK(s.queue_bytes == 6);
    CHECK(s.hold_total == 7s);
    CHECK(s.hold_idle == 8s);
    CHECK(s.allow_cleartext_password);
    CHECK(s.server_words);
    CHECK(s.max_connections == 3);
    CHECK(s.kept_connections == 3); // never more than there are
    CHECK(s.shared_connections == 3);
    CHECK(s.acquire_timeout == 11s);
    CHECK(s.recycle_after == 12s);
    CHECK(s.ping_after == 13s);
    CHECK(made("postgres:///x?max_pipeline=7&hold_idle=1s&queue_jobs=9").max_pipeline == 7);
    CHECK_THAT(refused(errc::unsupported, "postgres:///x?statements=simple"),
               support::contains_text("simple"));
}

TEST_CASE("a driver is opened as it is described where nobody says anything", "[db][postgres]") {
    const settings given = made("postgres:///x");
    const settings plain;
    CHECK(given.connect_timeout == plain.connect_timeout);
    CHECK(given.max_pipeline == plain.max_pipeline);
    CHECK(given.pipeline_bytes == plain.pipeline_bytes);
    CHECK(given.result_bytes == plain.result_bytes);
    CHECK(given.statement_cache == plain.statement_cache);
    CHECK(given.group_reads == plain.group_reads);
    CHECK(given.queue_jobs == plain.queue_jobs);
    CHECK(given.queue_bytes == plain.queue_bytes);
    CHECK(given.hold_total == plain.hold_total);
    CHECK(given.hold_idle == plain.hold_idle);
    CHECK(given.max_connections == plain.max_connections);
    CHECK(given.kept_connections == plain.kept_connections);
    CHECK(given.shared_connections == plain.shared_connections);
    CHECK(given.acquire_timeout == plain.acquire_timeout);
    CHECK(given.recycle_after == plain.recycle_after);
    CHECK(given.ping_after == plain.ping_after);
    CHECK(given.application_name == plain.application_name);
}

TEST_CASE("from_env takes libpq's variables with .env below them", "[db][config][postgres]") {
    const auto of = [](variables set, std::string dotenv) {
        return hawser::config::from_env(hawser::environment_variables(
            [set = std::move(set)](std::string_view name) -> std::optional<std::string> {
                const auto at = set.find(name);
                return at == set.end() ? std::nullopt : std::optional(at->second);
            },
            std::move(dotenv)));
    };
    const auto c = of({{"DATABASE_URL", "postgres:///trading"}, {"PGUSER", "trader"}},
                      "PGUSER=other\nPGHOST=localhost\nPGPASSWORD=s3cret\nPGCONNECT_TIMEOUT=3\n");
    CHECK(c.url().user == "trader");
    CHECK(c.url().hosts == std::vector<hawser::url_endpoint>{{"localhost", 0}});
    CHECK(c.url().password->reveal() == "s3cret");
    CHECK(c.options().postgres.connect_timeout == 3s);
    CHECK_THAT(to_string(c), !support::contains_text("s3cret"));
    const auto own = of({{"DATABASE_URL", "postgres:///x"}, {"HAWSER_POSTGRES_CONNECT_TIMEOUT", "7s"}},
                        "PGCONNECT_TIMEOUT=3\n");
    CHECK(own.options().postgres.connect_timeout == 7s);
    CHECK(of({{"DATABASE_URL", "sqlite:x.db"}, {"PGUSER", "trader"}}, "").url().user.empty());
}

TEST_CASE("this process has a user, a home and a folder of sockets", "[db][postgres]") {
    const auto here = hawser::detail::surroundings::of_process();
    CHECK_FALSE(here.user.empty());
    CHECK_THAT(here.home, Catch::Matchers::StartsWith("/"));
    CHECK((here.socket_folder == "/var/run/postgresql" || here.socket_folder == "/tmp"));
    CHECK(std::filesystem::is_directory(here.socket_folder));
}
