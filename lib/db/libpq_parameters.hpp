#pragma once
// libpq's connection parameters and the variables that stand for them:
// https://www.postgresql.org/docs/15/libpq-envars.html
#include <chrono>
#include <functional>
#include <hawser/core/url.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

// What becomes of a parameter.
enum class libpq_use : unsigned char {
    read,     // acted upon; some of them in part
    harmless, // of something that is never done, such as GSSAPI
    tls,      // of TLS: refused while a connection may want it
    refused   // nothing is done about it yet
};

struct libpq_parameter {
    std::string_view name;     // "sslmode"
    std::string_view variable; // "PGSSLMODE"; empty: none
    libpq_use use;
};

[[nodiscard]] std::span<const libpq_parameter> libpq_parameters() noexcept;

// Fills what the URL does not say from the variables, where they are set and not empty. Throws misuse for a PGPORT that
// is no port, or not as many as there are hosts.
void take_libpq_variables(database_url& url,
                          const std::function<std::optional<std::string>(std::string_view)>& find);

// A whole number of seconds, as libpq takes it: below 1 there is no limit. Throws misuse for all else.
[[nodiscard]] std::chrono::milliseconds connect_timeout_of(std::string_view text);

// The words between its commas; one where there is none.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view list);

} // namespace hawser::detail
