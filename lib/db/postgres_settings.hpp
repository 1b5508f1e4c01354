#pragma once
// From a URL, options and the surroundings to what the PostgreSQL driver is opened with.
#include <hawser/core/url.hpp>
#include <hawser/db/environment.hpp>
#include <hawser/db/options.hpp>
#include <hawser/postgres/settings.hpp>
#include <string>

namespace hawser::detail {

// What a process brings along.
struct surroundings {
    environment_variables variables; // libpq's: PGHOST, PGSSLMODE, ..; its .env is not looked at
    std::string user;                // of the operating system
    std::string home;                // where .pgpass is, unless HOME says otherwise
    std::string socket_folder;       // of the server on this machine

    [[nodiscard]] static surroundings of_process();
};

// What the URL says counts before libpq's variables, and these before libpq's defaults. Parameters that are of no effect
// here are refused: unsupported, by name; so is TLS, which is never left out silently. Throws misuse for values that are
// none. No message holds a value.
[[nodiscard]] postgres::settings postgres_settings_of(const database_url& url, const open_options& o,
                                                      observer* watcher, const surroundings& from);
[[nodiscard]] postgres::settings postgres_settings_of(const database_url& url, const open_options& o,
                                                      observer* watcher);

} // namespace hawser::detail
