#include "db/postgres_settings.hpp"
#include "db/libpq_parameters.hpp"
#include "db/password_file.hpp"
#include "postgres/check_settings.hpp"
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <hawser/core/error.hpp>
#include <pwd.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace hawser::detail {
namespace {

using postgres::ssl_mode;

constexpr std::uint16_t usual_port = 5432;

// "sslmode (PGSSLMODE)": as it stands in a URL and among the variables.
std::string shown(std::string_view name) {
    for (const libpq_parameter& p : libpq_parameters())
        if (p.name == name && !p.variable.empty())
            return std::string(name) + " (" + std::string(p.variable) + ')';
    return std::string(name);
}
[[noreturn]] void wrong(std::string_view name, const std::string& wanted) {
    throw_error(errc::misuse, "PostgreSQL: " + shown(name) + ": not " + wanted);
}
[[noreturn]] void cannot(std::string_view name, const std::string& why) {
    throw_error(errc::unsupported, "PostgreSQL: " + shown(name) + ' ' + why);
}

// Value of a parameter, where it is said and not empty.
const std::string* said(const database_url& url, std::string_view name) {
    for (const url_option& o : url.options)
        if (o.name == name && !o.value.empty()) return &o.value;
    return nullptr;
}

template <class T>
struct word {
    std::string_view text;
    T value;
};
template <class T, std::size_t N>
const T* find_word(const std::array<word<T>, N>& words, std::string_view text) {
    for (const word<T>& w : words)
        if (w.text == text) return &w.value;
    return nullptr;
}
template <class T, std::size_t N>
T one_of(const std::array<word<T>, N>& words, std::string_view name, std::string_view text) {
    if (const T* const found = find_word(words, text)) return *found;
    std::string all;
    for (const word<T>& w : words) all += (all.empty() ? "" : ", ") + std::string(w.text);
    wrong(name, "one of " + all);
}

constexpr std::array ssl_modes{
    word<ssl_mode>{"disable", ssl_mode::disable},     word<ssl_mode>{"allow", ssl_mode::allow},
    word<ssl_mode>{"prefer", ssl_mode::prefer},       word<ssl_mode>{"require", ssl_mode::require},
    word<ssl_mode>{"verify-ca", ssl_mode::verify_ca}, word<ssl_mode>{"verify-full", ssl_mode::verify_full}};
constexpr std::array bindings{
    word<postgres::channel_binding_mode>{"disable", postgres::channel_binding_mode::disable},
    word<postgres::channel_binding_mode>{"prefer", postgres::channel_binding_mode::prefer},
    word<postgres::channel_binding_mode>{"require", postgres::channel_binding_mode::require}};
constexpr std::array yes_and_no{word<bool>{"1", true},      word<bool>{"0", false}, word<bool>{"true", true},
                                word<bool>{"false", false}, word<bool>{"on", true}, word<bool>{"off", false},
                                word<bool>{"yes", true},    word<bool>{"no", false}};

// sslmode, with JDBC's and asyncpg's `ssl` and the `requiressl` of old for other names of it.
std::optional<ssl_mode> ssl_of(const database_url& url) {
    std::optional<ssl_mode> found;
    const auto take = [&](std::string_view name, ssl_mode mode) {
        if (found && *found != mode) wrong(name, "what sslmode (PGSSLMODE) says");
        found = mode;
    };
    if (const auto* text = said(url, "sslmode")) take("sslmode", one_of(ssl_modes, "sslmode", *text));
    if (const auto* text = said(url, "ssl")) {
        const bool* const flag = find_word(yes_and_no, *text);
        if (flag)
            take("ssl", *flag ? ssl_mode::require : ssl_mode::disable);
        else
            take("ssl", one_of(ssl_modes, "ssl", *text));
    }
    if (const auto* text = said(url, "requiressl"))
        if (one_of(yes_and_no, "requiressl", *text)) take("requiressl", ssl_mode::require);
    return found;
}

// "scram-sha-256,md5", or what is not taken: "!password,!none".
postgres::login_methods logins_of(std::string_view list) {
    struct method {
        std::string_view name;
        bool postgres::login_methods::* member;
    };
    constexpr std::array<method, 6> methods{method{"none", &postgres::login_methods::none},
                                            method{"password", &postgres::login_methods::password},
                                            method{"md5", &postgres::login_methods::md5},
                                            method{"scram-sha-256", &postgres::login_methods::scram_sha_256},
                                            method{"gss", nullptr},
                                            method{"sspi", nullptr}};
    const bool excludes = list.starts_with('!');
    postgres::login_methods out{excludes, excludes, excludes, excludes};
    for (std::string_view one : split_list(list)) {
        if (one.starts_with('!') != excludes) wrong("require_auth", "either methods or methods behind a !");
        if (excludes) one.remove_prefix(1);
        const auto known =
            std::find_if(methods.begin(), methods.end(), [&](const method& m) { return m.name == one; });
        if (known == methods.end())
            wrong("require_auth", "a list of none, password, md5, scram-sha-256, gss, sspi");
        if (known->member) out.*known->member = !excludes;
    }
    return out;
}

bool is_utf8(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text == "utf8" || text == "utf-8" || text == "unicode" || text == "auto";
}

// Parameters of which only one value is what is done here anyway.
void check_fixed(const database_url& url) {
    if (const auto* text = said(url, "client_encoding"); text && !is_utf8(*text))
        cannot("client_encoding", "is always UTF8");
    if (const auto* text = said(url, "gssencmode"); text && *text != "disable" && *text != "prefer") {
        if (*text != "require") wrong("gssencmode", "one of disable, prefer, require");
        cannot("gssencmode", "asks for GSSAPI, which is not supported");
    }
    if (const auto* text = said(url, "target_session_attrs"); text && *text != "any")
        cannot("target_session_attrs", "is not supported yet, but for `any`");
    if (const auto* text = said(url, "load_balance_hosts"); text && *text != "disable")
        cannot("load_balance_hosts", "is not supported yet: hosts are tried in their order");
    if (const auto* text = said(url, "replication")) {
        const bool* const flag = find_word(yes_and_no, *text);
        if (flag == nullptr || *flag) cannot("replication", "is not supported");
    }
}

// Nothing that is said is silently left out. TLS's parameters mean nothing where it is ruled out.
void check_refused(const database_url& url, bool without_tls) {
    for (const url_option& o : url.options) {
        if (o.value.empty()) continue;
        const auto all = libpq_parameters();
        const auto known =
            std::find_if(all.begin(), all.end(), [&](const libpq_parameter& p) { return p.name == o.name; });
        if (known == all.end() || known->use == libpq_use::refused) cannot(o.name, "is not supported yet");
        if (known->use == libpq_use::tls && !without_tls)
            cannot(o.name, "is of TLS, which is not supported yet");
    }
}

std::string password_file(const database_url& url, const surroundings& from) {
    if (const auto* path = said(url, "passfile")) return *path;
    const auto home = from.variables.find("HOME");
    const std::string folder = home && !home->empty() ? *home : from.home;
    return folder.empty() ? std::string() : folder + "/.pgpass";
}

void find_password(postgres::endpoint& e, const postgres::settings& s, const database_url& url,
                   const std::string& file) {
    if (url.password) {
        e.password = *url.password;
        e.password_from = "the configuration";
        return;
    }
    if (file.empty()) {
        e.password_from = "none was given";
        return;
    }
    auto found = password_from_file(file, {e.host, std::to_string(e.port), s.database, s.user});
    e.password = std::move(found.password);
    e.password_from = e.password.empty() ? "none was given, and " + found.from : std::move(found.from);
}

std::vector<postgres::endpoint> endpoints_of(const database_url& url, const surroundings& from) {
    std::vector<postgres::endpoint> out;
    for (const url_endpoint& e : url.hosts) {
        postgres::endpoint made;
        made.host = e.host.empty() ? from.socket_folder : e.host;
        made.port = e.port ? e.port : usual_port;
        out.push_back(std::move(made));
    }
    if (out.empty()) {
        out.emplace_back();
        out.back().host = from.socket_folder;
    }
    return out;
}

void take_options(postgres::settings& s, const open_options& o) {
    s.connect_timeout = o.postgres.connect_timeout;
    s.max_pipeline = o.postgres.max_pipeline;
    s.pipeline_bytes = o.postgres.pipeline_bytes;
    s.result_bytes = o.postgres.result_bytes;
    s.statement_cache = o.postgres.statement_cache;
    s.statements = o.postgres.statements;
    s.group_reads = o.postgres.group_reads;
    s.queue_jobs = o.postgres.queue_jobs;
    s.queue_bytes = o.postgres.queue_bytes;
    s.hold_total = o.postgres.hold_total;
    s.hold_idle = o.postgres.hold_idle;
    s.allow_cleartext_password = o.postgres.allow_cleartext_password;
    s.server_words = o.postgres.server_words;
    s.max_connections = o.pool.max_connections;
    s.kept_connections = std::min(o.pool.kept_connections, o.pool.max_connections);
    s.shared_connections = std::min(o.pool.shared_connections, o.pool.max_connections);
    s.acquire_timeout = o.pool.acquire_timeout;
    s.recycle_after = o.pool.recycle_after;
    s.ping_after = o.pool.ping_after;
}

void take_parameters(postgres::settings& s, const database_url& url) {
    if (const auto* text = said(url, "application_name"))
        s.application_name = *text;
    else if (const auto* fallback = said(url, "fallback_application_name"))
        s.application_name = *fallback;
    if (const auto* text = said(url, "options")) s.options = *text;
    if (s.connect_timeout == open_options{}.postgres.connect_timeout)
        if (const auto* text = said(url, "connect_timeout")) s.connect_timeout = connect_timeout_of(*text);
    if (const auto* text = said(url, "channel_binding"))
        s.channel_binding = one_of(bindings, "channel_binding", *text);
    if (const auto* text = said(url, "require_auth")) s.logins = logins_of(*text);
    s.ssl = ssl_of(url);
}

} // namespace

surroundings surroundings::of_process() {
    const auto variable = [](std::string_view name) -> std::optional<std::string> {
        const char* const value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    surroundings out{environment_variables(variable), {}, {}, {}};
    std::array<char, 16384> memory{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, memory.data(), memory.size(), &found) == 0 && found != nullptr) {
        out.user = found->pw_name;
        out.home = found->pw_dir;
    }
    std::error_code ignored;
    out.socket_folder =
        std::filesystem::is_directory("/var/run/postgresql", ignored) ? "/var/run/postgresql" : "/tmp";
    return out;
}

postgres::settings postgres_settings_of(const database_url& given, const open_options& o, observer* watcher,
                                        const surroundings& from) {
    database_url url = given;
    take_libpq_variables(url, [&](std::string_view name) { return from.variables.find(name); });
    postgres::settings s;
    take_options(s, o);
    take_parameters(s, url);
    s.user = url.user.empty() ? from.user : url.user;
    if (s.user.empty())
        throw_error(errc::misuse, "PostgreSQL: no user is named, and this process has no name");
    s.database = url.database.empty() ? s.user : url.database;
    s.endpoints = endpoints_of(url, from);
    s.observer = watcher;
    check_fixed(url);
    postgres::check_settings(s);
    check_refused(url, s.ssl == ssl_mode::disable ||
                           std::all_of(s.endpoints.begin(), s.endpoints.end(), &postgres::is_unix));
    const std::string file = password_file(url, from);
    for (postgres::endpoint& e : s.endpoints) find_password(e, s, url, file);
    return s;
}

postgres::settings postgres_settings_of(const database_url& url, const open_options& o, observer* watcher) {
    return postgres_settings_of(url, o, watcher, surroundings::of_process());
}

} // namespace hawser::detail
