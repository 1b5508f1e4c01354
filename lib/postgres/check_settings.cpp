#include "postgres/check_settings.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <string>

namespace hawser::postgres {
namespace {

[[noreturn]] void cannot(const std::string& why) {
    throw_error(errc::unsupported, "PostgreSQL: " + why);
}
[[noreturn]] void wrong(const std::string& why) {
    throw_error(errc::misuse, "PostgreSQL: " + why);
}

bool has_zero(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

void check_texts(const settings& s) {
    if (has_zero(s.user)) wrong("the user holds a zero byte");
    if (has_zero(s.database)) wrong("the database's name holds a zero byte");
    if (has_zero(s.application_name)) wrong("application_name holds a zero byte");
    if (has_zero(s.options)) wrong("options holds a zero byte");
    if (s.user.empty()) wrong("no user is named");
}

void check_endpoint(const settings& s, const endpoint& e) {
    if (e.host.empty()) wrong("an endpoint has no host");
    if (has_zero(e.host)) wrong("a host holds a zero byte");
    if (e.host.starts_with('@')) cannot("unix sockets outside of the file system are not supported");
    if (e.port == 0) wrong("an endpoint has port 0");
    if (has_zero(e.password.reveal())) wrong("a password holds a zero byte");
    if (may_be_clear(s, e)) return;
    const std::string mode = s.ssl ? "sslmode=" + std::string(to_string(*s.ssl))
                                   : "without sslmode, a connection to another machine";
    cannot(mode +
           " asks for TLS, which is not supported yet; where it may go in the clear to that server, say "
           "sslmode=disable");
}

void check_numbers(const settings& s) {
    if (s.max_connections == 0) wrong("max_connections is 0");
    if (s.shared_connections == 0) wrong("shared_connections is 0");
    if (s.max_pipeline == 0) wrong("max_pipeline is 0");
    if (s.pipeline_bytes == 0) wrong("pipeline_bytes is 0");
    if (s.queue_jobs == 0 || s.queue_bytes == 0) wrong("queue_jobs or queue_bytes is 0");
    if (s.statement_cache == 0) wrong("statement_cache is 0");
}

} // namespace

bool is_unix(const endpoint& e) noexcept {
    return e.host.starts_with('/');
}

bool is_loopback(std::string_view host) noexcept {
    if (host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1") return true;
    return host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3 &&
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string_view to_string(ssl_mode mode) noexcept {
    switch (mode) {
    case ssl_mode::disable: return "disable";
    case ssl_mode::allow: return "allow";
    case ssl_mode::prefer: return "prefer";
    case ssl_mode::require: return "require";
    case ssl_mode::verify_ca: return "verify-ca";
    case ssl_mode::verify_full: break;
    }
    return "verify-full";
}

bool may_be_clear(const settings& s, const endpoint& e) noexcept {
    if (is_unix(e)) return true;
    const bool here = is_loopback(e.host);
    switch (s.ssl.value_or(here ? ssl_mode::prefer : ssl_mode::require)) {
    case ssl_mode::disable:
    case ssl_mode::allow: return true;
    case ssl_mode::prefer: return here;
    case ssl_mode::require:
    case ssl_mode::verify_ca:
    case ssl_mode::verify_full: break;
    }
    return false;
}

void check_settings(const settings& s) {
    check_texts(s);
    check_numbers(s);
    if (s.endpoints.empty()) wrong("no endpoint is named");
    for (const endpoint& e : s.endpoints) check_endpoint(s, e);
    if (s.channel_binding == channel_binding_mode::require)
        cannot("channel_binding=require needs TLS, which is not supported yet");
    if (!s.logins.none && !s.logins.password && !s.logins.md5 && !s.logins.scram_sha_256)
        wrong("no way to log in is left");
    if (s.statements != statement_mode::named)
        cannot("statements are prepared by name; the modes unnamed and simple are not supported yet");
}

} // namespace hawser::postgres
