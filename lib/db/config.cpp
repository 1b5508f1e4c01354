#include "db/dotenv.hpp"
#include "db/libpq_parameters.hpp"
#include "db/option_table.hpp"
#include <algorithm>
#include <charconv>
#include <hawser/core/error.hpp>
#include <hawser/db/config.hpp>

namespace hawser {

using detail::all_options;
using detail::dotenv_entry;
using detail::find_option;

std::string_view to_string(option_source s) noexcept {
    switch (s) {
    case option_source::default_: return "default";
    case option_source::environment: return "HAWSER_ENV";
    case option_source::dotenv: return ".env";
    case option_source::variable: return "variable";
    case option_source::url: return "url";
    case option_source::code: return "code";
    }
    return "?";
}

// Fills a config in the order of option_source.
class config::builder {
public:
    builder() { made_.sources_.resize(all_options().size(), option_source::default_); }

    void take_url(database_url url) {
        made_.url_ = std::move(url);
        const bool sqlite = made_.url_.backend == backend::sqlite;
        std::vector<url_option> rest;
        for (url_option& given : made_.url_.options) {
            if (!sqlite && is_postgres_parameter(given.name)) {
                if (given.name == "connect_timeout") take_connect_timeout(given.value);
                rest.push_back(std::move(given));
                continue;
            }
            const auto at = find_option(given.name, made_.url_.backend);
            if (at && fits(all_options()[*at].name, sqlite))
                set(*at, given.value, option_source::url, "database URL: the option " + given.name);
            else if (at)
                throw_error(errc::misuse, "database URL: the option " + given.name + " is not for " +
                                              (sqlite ? "SQLite" : "PostgreSQL"));
            else
                throw_error(errc::misuse, "database URL: unknown option " + given.name);
        }
        made_.url_.options = std::move(rest);
    }

    // What differs from its default was set by the code.
    void take_code(const open_options& code) {
        const open_options defaults;
        for (std::size_t i = 0; i < all_options().size(); ++i) {
            const auto& one = all_options()[i];
            if (one.get(code) == one.get(defaults)) continue;
            one.set(made_.options_, one.get(code));
            made_.sources_[i] = option_source::code;
        }
        made_.options_.observer = code.observer;
        made_.options_.clock = code.clock;
        made_.options_.uuids = code.uuids;
    }

    void set(std::size_t i, std::string_view text, option_source from, const std::string& where) {
        detail::set_option(made_.options_, all_options()[i], text, where);
        made_.sources_[i] = from;
    }

    void take_environment(hawser::environment e) {
        made_.environment_ = e;
        set_default("log_slow_statements", e == hawser::environment::testing ? "false" : "true");
        if (e == hawser::environment::development) {
            set_default("log_statements", "true");
            set_default("pool.kept_connections", "5");
            set_default("pool.max_connections", "15");
        }
        if (e == hawser::environment::production) {
            set_default("pool.kept_connections", "20");
            set_default("pool.max_connections", "50");
        }
    }

    [[nodiscard]] config done() {
        detail::check_options(made_.options_);
        return std::move(made_);
    }

private:
    static bool fits(std::string_view name, bool sqlite) {
        return sqlite ? !name.starts_with("pool.") && !name.starts_with("postgres.")
                      : !name.starts_with("sqlite.");
    }
    // libpq's name, in libpq's seconds, for the option.
    void take_connect_timeout(std::string_view text) {
        const std::size_t i = *find_option("postgres.connect_timeout");
        made_.options_.postgres.connect_timeout = detail::connect_timeout_of(text);
        made_.sources_[i] = option_source::url;
    }
    void set_default(std::string_view name, std::string_view value) {
        set(*find_option(name), value, option_source::environment, std::string(name));
    }

    config made_;
};

config::config(std::string_view url, const open_options& options) {
    builder b;
    b.take_url(parse_url(url));
    b.take_code(options);
    *this = b.done();
}

namespace {

struct variable {
    std::string value;
    option_source from;
    std::string where; // to begin a message with
};

// The environment above .env.
class layers {
public:
    explicit layers(const environment_variables& variables)
        : variables_(variables), dotenv_(detail::parse_dotenv(variables.dotenv())) {
        for (const dotenv_entry& e : dotenv_)
            if (e.name.starts_with("HAWSER_") && e.name != "HAWSER_ENV" && !is_option(e.name))
                throw_error(errc::misuse, where(e) + ": there is no such option");
    }

    // What is set to nothing is not set.
    [[nodiscard]] std::optional<variable> find(std::string_view name) const {
        if (auto value = variables_.find(name); value && !value->empty())
            return variable{std::move(*value), option_source::variable, std::string(name)};
        if (const auto* e = in_file(name); e && !e->value.empty())
            return variable{e->value, option_source::dotenv, where(*e)};
        return std::nullopt;
    }
    [[nodiscard]] bool is_empty(std::string_view name) const {
        const auto value = variables_.find(name);
        if (value) return value->empty();
        const auto* e = in_file(name);
        return e && e->value.empty();
    }
    [[nodiscard]] bool has_password_file() const { return variables_.has_password_file(); }

private:
    static bool is_option(const std::string& name) {
        const auto all = all_options();
        return std::any_of(all.begin(), all.end(), [&](const auto& o) { return o.variable() == name; });
    }
    static std::string where(const dotenv_entry& e) {
        return ".env:" + std::to_string(e.line) + ": " + e.name;
    }
    [[nodiscard]] const dotenv_entry* in_file(std::string_view name) const {
        const auto at =
            std::find_if(dotenv_.begin(), dotenv_.end(), [&](const auto& e) { return e.name == name; });
        return at == dotenv_.end() ? nullptr : &*at;
    }

    const environment_variables& variables_;
    std::vector<dotenv_entry> dotenv_;
};

environment environment_of(const layers& from) {
    const auto name = from.find("HAWSER_ENV");
    if (!name) return environment::none;
    for (const environment e : {environment::development, environment::testing, environment::production})
        if (name->value == to_string(e)) return e;
    throw_error(errc::misuse, name->where + ": not development, testing or production");
}

database_url server_of(const layers& from, const variable& host) {
    database_url url;
    url.backend = backend::postgres;
    url_endpoint at{host.value, 0};
    if (const auto port = from.find("DB_PORT")) {
        unsigned number = 0;
        const char* const end = port->value.data() + port->value.size();
        const auto [stopped, failed] = std::from_chars(port->value.data(), end, number);
        if (failed != std::errc{} || stopped != end || number == 0 || number > 65535)
            throw_error(errc::misuse, port->where + ": not a number from 1 to 65535");
        at.port = static_cast<std::uint16_t>(number);
    }
    url.hosts.push_back(std::move(at));
    if (auto user = from.find("DB_USER")) url.user = std::move(user->value);
    if (auto name = from.find("DB_NAME")) url.database = std::move(name->value);
    if (auto password = from.find("DB_PASSWORD")) url.password = secret(std::move(password->value));
    return url;
}

database_url file_of(const variable& path) {
    if (path.value.find("://") != std::string::npos || path.value.starts_with("sqlite:"))
        throw_error(errc::misuse, path.where + ": a path, not a URL; a URL goes into DATABASE_URL");
    if (path.value.find('\0') != std::string::npos)
        throw_error(errc::misuse, path.where + ": holds a zero byte");
    database_url url;
    url.path = path.value;
    return url;
}

database_url url_of(const layers& from, environment e) {
    if (from.is_empty("DB_PASSWORD"))
        throw_error(errc::misuse,
                    "DB_PASSWORD is set but empty; leave it out where the server asks for none");
    if (e == environment::testing) return parse_url("sqlite::memory:");
    if (const auto url = from.find("DATABASE_URL")) {
        try {
            return parse_url(url->value);
        } catch (const error& failure) { throw_error(errc::misuse, url->where + ": " + failure.message()); }
    }
    if (const auto path = from.find("DATABASE_PATH")) return file_of(*path);
    if (const auto host = from.find("DB_HOST")) return server_of(from, *host);
    for (const char* const lonely : {"DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME"})
        if (const auto set = from.find(lonely))
            throw_error(errc::misuse, set->where + " is set, but DB_HOST is not");
    if (e == environment::development) return parse_url("sqlite:data/hawser.db");
    throw_error(errc::misuse, "no database is named: set DATABASE_URL, DATABASE_PATH or DB_HOST, or "
                              "HAWSER_ENV=development for the file data/hawser.db");
}

bool is_remote(const url_endpoint& e) {
    return !e.host.empty() && !e.host.starts_with('/');
}

// In production a server that is reached by TCP needs something to be known by.
void check_password(const database_url& url, const layers& from) {
    if (url.backend != backend::postgres || url.password || from.has_password_file()) return;
    if (std::none_of(url.hosts.begin(), url.hosts.end(), &is_remote)) return;
    const auto says_how = [](const url_option& o) {
        return o.name == "passfile" || o.name == "sslcert" || o.name == "service";
    };
    if (std::any_of(url.options.begin(), url.options.end(), says_how)) return;
    for (const char* const other : {"PGPASSWORD", "PGPASSFILE", "PGSSLCERT", "PGSERVICE"})
        if (from.find(other)) return;
    throw_error(errc::misuse,
                "production: the server is reached by TCP, and there is no password, .pgpass or "
                "certificate for it");
}

} // namespace

config config::from_env(const open_options& options) {
    return from_env(environment_variables::of_process(), options);
}

config config::from_env(const environment_variables& variables, const open_options& options) {
    const layers from(variables);
    const auto env = environment_of(from);
    builder b;
    b.take_environment(env);
    for (const option_source layer : {option_source::dotenv, option_source::variable}) {
        const auto take = [&](std::size_t i, std::string_view name) {
            const auto v = from.find(name);
            if (v && v->from == layer) b.set(i, v->value, layer, v->where);
        };
        take(*find_option("log_statements"), "DB_ECHO");
        for (std::size_t i = 0; i < all_options().size(); ++i) take(i, all_options()[i].variable());
    }
    database_url url = url_of(from, env);
    if (url.backend == backend::postgres)
        detail::take_libpq_variables(url, [&](std::string_view name) -> std::optional<std::string> {
            if (name == "PGCONNECT_TIMEOUT" && from.find("HAWSER_POSTGRES_CONNECT_TIMEOUT"))
                return std::nullopt;
            auto set = from.find(name);
            return set ? std::optional(std::move(set->value)) : std::nullopt;
        });
    if (env == hawser::environment::production) check_password(url, from);
    b.take_url(std::move(url));
    b.take_code(options);
    return b.done();
}

std::vector<option_row> config::describe() const {
    std::vector<option_row> rows;
    for (std::size_t i = 0; i < all_options().size(); ++i) {
        const auto& one = all_options()[i];
        rows.push_back(
            {one.name, one.variable(), one.default_text(), one.text_of(options_), one.meaning, sources_[i]});
    }
    return rows;
}

std::string to_string(const config& c) {
    std::string out = to_string(c.url());
    char before = ' ';
    for (const option_row& row : c.describe()) {
        if (row.value == row.default_text) continue;
        out += before == ' ' ? " (" : ", ";
        out += std::string(row.name) + '=' + row.value;
        before = ',';
    }
    return before == ' ' ? out : out + ')';
}

} // namespace hawser
