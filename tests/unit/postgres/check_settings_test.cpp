#include "postgres/check_settings.hpp"
#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <string>

using hawser::errc;
using hawser::secret;
using hawser::statement_mode;
using namespace hawser::postgres;

namespace {

settings of_host(const char* host, std::optional<ssl_mode> ssl = {}) {
    settings s;
    s.user = "trader";
    s.ssl = ssl;
    s.endpoints.emplace_back();
    s.endpoints.back().host = host;
    s.endpoints.back().password = secret("s3cret");
    return s;
}
std::string refused(const settings& s, errc kind) {
    try {
        check_settings(s);
    } catch (const hawser::error& e) {
        CHECK(e.kind() == kind);
        CHECK_THAT(e.message(), !support::contains_text("s3cret"));
        return e.message();
    }
    return "accepted";
}
template <class Edit>
std::string refused(errc kind, Edit edit) {
    settings s = of_host("/run/postgresql");
    edit(s);
    return refused(s, kind);
}

} // namespace

TEST_CASE("unix sockets and this machine are reached in the clear unless TLS is asked for", "[postgres]") {
    for (const char* host : {"/run/postgresql", "localhost", "127.0.0.1", "127.8.9.10", "::1"}) {
        INFO(host);
        CHECK_NOTHROW(check_settings(of_host(host)));
        for (const ssl_mode mode : {ssl_mode::disable, ssl_mode::allow, ssl_mode::prefer})
            CHECK_NOTHROW(check_settings(of_host(host, mode)));
    }
}

TEST_CASE("TLS that is asked for is refused, and never left out", "[postgres]") {
    for (const ssl_mode mode : {ssl_mode::require, ssl_mode::verify_ca, ssl_mode::verify_full})
        for (const char* host : {"localhost", "127.0.0.1", "::1", "db.example"}) {
            const std::string why = refused(of_host(host, mode), errc::unsupported);
            CHECK_THAT(why,
                       support::contains_text("sslmode=" + std::string(to_string(mode)) + " asks for TLS"));
            CHECK_THAT(why, support::contains_text("say sslmode=disable"));
        }
}

TEST_CASE("another machine is reached in the clear only where that is said", "[postgres]") {
    for (const char* host :
         {"db.example", "10.0.0.7", "127.0.0.1.example", "127.0.0", "localhost.example", "fe80::1"}) {
        INFO(host);
        CHECK_THAT(refused(of_host(host), errc::unsupported),
                   support::contains_text("without sslmode, a connection to another machine asks for TLS"));
        CHECK_THAT(refused(of_host(host, ssl_mode::prefer), errc::unsupported),
                   support::contains_text("sslmode=prefer asks for TLS"));
        CHECK_NOTHROW(check_settings(of_host(host, ssl_mode::disable)));
        CHECK_NOTHROW(check_settings(of_host(host, ssl_mode::allow)));
    }
}

TEST_CASE("a unix socket has no TLS, whatever is asked for", "[postgres]") {
    CHECK_NOTHROW(check_settings(of_host("/run/postgresql", ssl_mode::verify_full)));
}

TEST_CASE("one server of several that may not be reached in the clear is enough to refuse", "[postgres]") {
    settings s = of_host("localhost");
    s.endpoints.push_back({"db.example", 5432, {}, {}});
    CHECK_THAT(refused(s, errc::unsupported), support::contains_text("asks for TLS"));
}

TEST_CASE("what the driver cannot do yet is unsupported by its name", "[postgres]") {
    CHECK_THAT(
        refused(errc::unsupported, [](settings& s) { s.channel_binding = channel_binding_mode::require; }),
        support::contains_text("channel_binding=require needs TLS"));
    for (const statement_mode mode : {statement_mode::unnamed, statement_mode::simple})
        CHECK_THAT(refused(errc::unsupported, [&](settings& s) { s.statements = mode; }),
                   support::contains_text("prepared by name"));
    CHECK_THAT(refused(errc::unsupported, [](settings& s) { s.endpoints[0].host = "@pg"; }),
               support::contains_text("unix sockets outside of the file system"));
}

TEST_CASE("settings that make no sense are a misuse by their name", "[postgres]") {
    const auto says = [](auto edit, const char* what) {
        CHECK_THAT(refused(errc::misuse, edit), support::contains_text(what));
    };
    using namespace std::string_literals;
    says([](settings& s) { s.endpoints.clear(); }, "no endpoint");
    says([](settings& s) { s.endpoints[0].host.clear(); }, "no host");
    says([](settings& s) { s.endpoints[0].port = 0; }, "port 0");
    says([](settings& s) { s.endpoints[0].host = "/run\0/x"s; }, "a host holds a zero byte");
    says([](settings& s) { s.endpoints[0].password = secret("s3cret\0x"s); }, "a password holds a zero byte");
    says([](settings& s) { s.user.clear(); }, "no user");
    says([](settings& s) { s.user = "a\0b"s; }, "the user holds a zero byte");
    says([](settings& s) { s.database = "a\0b"s; }, "the database's name holds a zero byte");
    says([](settings& s) { s.application_name = "a\0b"s; }, "application_name holds a zero byte");
    says([](settings& s) { s.options = "a\0b"s; }, "options holds a zero byte");
    says([](settings& s) { s.logins = {false, false, false, false}; }, "no way to log in");
    says([](settings& s) { s.max_connections = 0; }, "max_connections");
    says([](settings& s) { s.shared_connections = 0; }, "shared_connections");
    says([](settings& s) { s.max_pipeline = 0; }, "max_pipeline");
    says([](settings& s) { s.pipeline_bytes = 0; }, "pipeline_bytes");
    says([](settings& s) { s.queue_jobs = 0; }, "queue_jobs");
    says([](settings& s) { s.statement_cache = 0; }, "statement_cache");
}
