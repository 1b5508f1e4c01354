#include "core/percent.hpp"
#include <algorithm>
#include <charconv>
#include <hawser/core/error.hpp>
#include <hawser/core/url.hpp>
#include <iterator>

namespace hawser {
namespace {

using detail::percent_decoded;
using detail::percent_encoded;

[[noreturn]] void refuse(const std::string& why) {
    throw_error(errc::misuse, "database URL: " + why);
}

bool is_scheme(std::string_view s) {
    if (s.size() < 2 || s.size() > 32) return false; // one letter would be a drive
    return std::all_of(s.begin(), s.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    });
}

std::string lower(std::string_view s) {
    std::string out(s);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

// Names are shown in messages, so they must look like names.
bool is_option_name(std::string_view s) {
    return !s.empty() && s.size() <= 64 && std::all_of(s.begin(), s.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-';
    });
}

// Cuts `text` before the first of `ends`; what is behind it, without that character, is returned.
std::string_view cut_behind(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos) return {};
    const std::string_view behind = text.substr(at + 1);
    text = text.substr(0, at);
    return behind;
}

std::vector<url_option> parse_query(std::string_view query) {
    std::vector<url_option> options;
    while (!query.empty()) {
        std::string_view one = query;
        query = cut_behind(one, '&');
        if (one.empty()) continue;
        const std::size_t equals = one.find('=');
        const std::string number = std::to_string(options.size() + 1);
        if (equals == std::string_view::npos)
            refuse("option " + number +
                   " behind the ? has no =; options are name=value&name=value, and a ? that "
                   "belongs to a path or password is written %3F");
        std::string name = percent_decoded(one.substr(0, equals), "the name of option " + number);
        if (!is_option_name(name)) refuse("the name of option " + number + " behind the ? is no name");
        for (const url_option& other : options)
            if (other.name == name) refuse("the option " + name + " is given twice");
        std::string value = percent_decoded(one.substr(equals + 1), "the option " + name);
        options.push_back({std::move(name), std::move(value)});
    }
    return options;
}

// Behind "sqlite:". Three slashes are an empty host and a relative path, four an absolute one.
database_url parse_sqlite(std::string_view rest) {
    const std::string_view query = cut_behind(rest, '?');
    if (rest.starts_with("///"))
        rest.remove_prefix(3);
    else if (rest.starts_with("//"))
        refuse("a SQLite URL has no host; write sqlite:path, sqlite:///relative, sqlite:////absolute or "
               "sqlite::memory:");
    if (rest.empty()) refuse("the path of the SQLite file is missing");
    database_url out;
    out.path = percent_decoded(rest, "the path");
    out.options = parse_query(query);
    return out;
}

std::uint16_t parse_port(std::string_view text, std::size_t number) {
    if (text.empty()) return 0;
    unsigned port = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failed != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535)
        refuse("the port of host " + std::to_string(number) +
               " is no number from 1 to 65535; a / or : in a password is written %2F or %3A");
    return static_cast<std::uint16_t>(port);
}

url_endpoint parse_endpoint(std::string_view text, std::size_t number) {
    const std::string part = "host " + std::to_string(number);
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) refuse(part + " has no ] behind its IPv6 address");
        const std::string_view behind = text.substr(close + 1);
        if (!behind.empty() && behind[0] != ':') refuse(part + " has something between ] and its port");
        const std::string_view address = text.substr(1, close - 1);
        if (address.empty()) refuse(part + " has an empty IPv6 address");
        return {std::string(address), parse_port(behind.empty() ? behind : behind.substr(1), number)};
    }
    const std::string_view port = cut_behind(text, ':');
    return {percent_decoded(text, part), parse_port(port, number)};
}

std::vector<url_endpoint> parse_hosts(std::string_view text) {
    std::vector<url_endpoint> hosts;
    if (text.empty()) return hosts;
    for (bool more = true; more;) {
        std::string_view one = text;
        more = text.find(',') != std::string_view::npos;
        text = cut_behind(one, ',');
        hosts.push_back(parse_endpoint(one, hosts.size() + 1));
    }
    return hosts;
}

void set_password(database_url& out, std::string text) {
    if (text.empty())
        refuse("the password is set but empty; leave it out, with its colon, where the server asks for none");
    out.password = secret(std::move(text));
}

void parse_userinfo(database_url& out, std::string_view text) {
    if (text.find_first_of("?#[]") != std::string_view::npos)
        refuse("user or password have a ?, #, [ or ]; these are written %3F, %23, %5B and %5D");
    const bool has_password = text.find(':') != std::string_view::npos;
    const std::string_view password = cut_behind(text, ':');
    out.user = percent_decoded(text, "the user");
    if (out.user.empty()) refuse("the user is missing before the @");
    if (has_password) set_password(out, percent_decoded(password, "the password"));
}

// host=a,b and port=1,2 as options say what could stand before the path.
void take_hosts(database_url& out, const std::string& hosts, const std::string& ports) {
    if (!hosts.empty()) {
        out.hosts.clear();
        std::string_view rest = hosts;
        for (bool more = true; more;) {
            std::string_view one = rest;
            more = rest.find(',') != std::string_view::npos;
            rest = cut_behind(one, ',');
            out.hosts.push_back({std::string(one), 0});
        }
    }
    if (ports.empty()) return;
    if (out.hosts.empty()) out.hosts.push_back({});
    std::vector<std::uint16_t> numbers;
    std::string_view rest = ports;
    for (bool more = true; more;) {
        std::string_view one = rest;
        more = rest.find(',') != std::string_view::npos;
        rest = cut_behind(one, ',');
        numbers.push_back(parse_port(one, numbers.size() + 1));
    }
    if (numbers.size() != 1 && numbers.size() != out.hosts.size())
        refuse("there are not as many ports as hosts; one port may stand for all");
    for (std::size_t i = 0; i < out.hosts.size(); ++i)
        out.hosts[i].port = numbers.size() == 1 ? numbers[0] : numbers[i];
}

std::string taken(std::vector<url_option>& options, std::string_view name) {
    const auto at =
        std::find_if(options.begin(), options.end(), [&](const url_option& o) { return o.name == name; });
    if (at == options.end()) return {};
    std::string value = std::move(at->value);
    options.erase(at);
    return value;
}

// Behind the scheme's "://".
database_url parse_postgres(std::string_view rest) {
    database_url out;
    out.backend = backend::postgres;
    const std::size_t end = std::min(rest.find('/'), rest.size());
    std::string_view authority = rest.substr(0, end);
    std::string_view query;
    const std::size_t at = authority.find('@');
    if (at != std::string_view::npos) {
        if (authority.find('@', at + 1) != std::string_view::npos)
            refuse("there is more than one @ before the database; inside user or password it is written %40");
        parse_userinfo(out, authority.substr(0, at));
        authority.remove_prefix(at + 1);
    }
    if (at == std::string_view::npos && rest.find('@') != std::string_view::npos)
        refuse("there is an @ behind the host; a /, ? or # inside user or password is written %2F, %3F or "
               "%23, and "
               "an @ elsewhere %40");
    std::string_view database = end < rest.size() ? rest.substr(end + 1) : std::string_view{};
    if (authority.find('?') != std::string_view::npos) { // no path: a '/' behind it belongs to the options
        authority = rest.substr(at == std::string_view::npos ? 0 : at + 1);
        query = cut_behind(authority, '?');
        database = {};
    } else {
        query = cut_behind(database, '?');
    }
    if (database.find_first_of("@#") != std::string_view::npos ||
        authority.find('#') != std::string_view::npos)
        refuse("host or database have an @ or #; a / or # inside user or password is written %2F or %23, "
               "inside a "
               "database %40 and %23");
    out.hosts = parse_hosts(authority);
    out.database = percent_decoded(database, "the database");
    out.options = parse_query(query);

    const auto given = [&](std::string_view name) {
        return std::any_of(out.options.begin(), out.options.end(),
                           [&](const url_option& o) { return o.name == name; });
    };
    if (given("user")) out.user = taken(out.options, "user");
    if (given("dbname")) out.database = taken(out.options, "dbname");
    if (given("password")) set_password(out, taken(out.options, "password"));
    const std::string hosts = taken(out.options, "host");
    take_hosts(out, hosts, taken(out.options, "port"));
    return out;
}

// What may hold a password must not become a path, which messages show.
database_url parse_path(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && text.find('@', colon) != std::string_view::npos)
        refuse("neither a known scheme nor a path; a path with : and @ is written sqlite:path");
    if (lower(text).find("password=") != std::string::npos)
        refuse("keyword=value pairs are not understood; write postgres://user:password@host/database");
    database_url out;
    out.path = text;
    return out;
}

bool is_postgres_scheme(std::string_view scheme) {
    return scheme == "postgres" || scheme == "postgresql" || scheme == "postgresql+asyncpg" ||
           scheme == "postgres+asyncpg";
}
bool is_sqlite_scheme(std::string_view scheme) {
    return scheme == "sqlite" || scheme == "sqlite3" || scheme == "sqlite+aiosqlite" ||
           scheme == "sqlite+pysqlite";
}

} // namespace

database_url parse_url(std::string_view url) {
    if (url.empty()) refuse("empty");
    if (url.find('\0') != std::string_view::npos) refuse("holds a zero byte");
    const std::size_t colon = url.find(':');
    const std::string scheme = colon == std::string_view::npos ? std::string{} : lower(url.substr(0, colon));
    const bool known = is_sqlite_scheme(scheme) || is_postgres_scheme(scheme);
    if (known && std::any_of(url.begin(), url.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        refuse("holds a line break or another control character");
    if (is_sqlite_scheme(scheme)) return parse_sqlite(url.substr(colon + 1));
    if (is_postgres_scheme(scheme)) {
        if (!url.substr(colon + 1).starts_with("//")) refuse("// is missing behind " + scheme + ":");
        return parse_postgres(url.substr(colon + 3));
    }
    if (is_scheme(scheme) && url.substr(colon + 1).starts_with("//"))
        refuse("unknown scheme " + scheme + "; known are sqlite, postgres and postgresql");
    if (url.find("://") != std::string_view::npos) refuse("neither a known scheme nor a path");
    return parse_path(url);
}

namespace {

// Of the parameters below, those whose values tell nothing that is to be kept.
constexpr std::string_view harmless[] = {"sslmode",
                                         "ssl",
                                         "application_name",
                                         "connect_timeout",
                                         "client_encoding",
                                         "keepalives",
                                         "target_session_attrs",
                                         "load_balance_hosts",
                                         "gssencmode",
                                         "channel_binding",
                                         "require_auth",
                                         "sslnegotiation",
                                         "ssl_min_protocol_version",
                                         "ssl_max_protocol_version"};

constexpr std::string_view postgres_parameters[] = {"application_name",
                                                    "channel_binding",
                                                    "client_encoding",
                                                    "connect_timeout",
                                                    "dbname",
                                                    "fallback_application_name",
                                                    "gssdelegation",
                                                    "gssencmode",
                                                    "gsslib",
                                                    "host",
                                                    "hostaddr",
                                                    "keepalives",
                                                    "keepalives_count",
                                                    "keepalives_idle",
                                                    "keepalives_interval",
                                                    "krbsrvname",
                                                    "load_balance_hosts",
                                                    "options",
                                                    "passfile",
                                                    "password",
                                                    "port",
                                                    "replication",
                                                    "require_auth",
                                                    "requirepeer",
                                                    "requiressl",
                                                    "service",
                                                    "ssl",
                                                    "ssl_max_protocol_version",
                                                    "ssl_min_protocol_version",
                                                    "sslcert",
                                                    "sslcertmode",
                                                    "sslcompression",
                                                    "sslcrl",
                                                    "sslcrldir",
                                                    "sslkey",
                                                    "sslmode",
                                                    "sslnegotiation",
                                                    "sslpassword",
                                                    "sslrootcert",
                                                    "sslsni",
                                                    "target_session_attrs",
                                                    "tcp_user_timeout",
                                                    "user"};

bool among(const auto& names, std::string_view name) noexcept {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string shown_host(const url_endpoint& e) {
    const bool v6 = e.host.find(':') != std::string::npos;
    return (v6 ? '[' + e.host + ']' : percent_encoded(e.host, "/?#@:,[]")) +
           (e.port ? ':' + std::to_string(e.port) : std::string{});
}

} // namespace

bool is_postgres_parameter(std::string_view name) noexcept {
    return among(postgres_parameters, name);
}

std::string to_string(const database_url& url) {
    std::string out;
    if (url.backend == backend::sqlite) {
        out = url.path.starts_with('/') ? "sqlite:///" : "sqlite:";
        out += percent_encoded(url.path, "?");
    } else {
        out = "postgresql://" + percent_encoded(url.user, "/?#@:[]");
        if (url.password) out += ":***";
        if (!url.user.empty() || url.password) out += '@';
        for (std::size_t i = 0; i < url.hosts.size(); ++i) out += (i ? "," : "") + shown_host(url.hosts[i]);
        if (!url.database.empty()) out += '/' + percent_encoded(url.database, "?#@");
    }
    char before = '?';
    for (const url_option& o : url.options) {
        out += before + o.name + '=' + (among(harmless, o.name) ? percent_encoded(o.value, "&#") : "***");
        before = '&';
    }
    return out;
}

} // namespace hawser
