#include "db/libpq_parameters.hpp"
#include <algorithm>
#include <charconv>
#include <hawser/core/error.hpp>
#include <utility>
#include <vector>

namespace hawser::detail {
namespace {

using enum libpq_use;

constexpr libpq_parameter table[] = {
    {"application_name", "PGAPPNAME", read},
    {"channel_binding", "PGCHANNELBINDING", read},
    {"client_encoding", "PGCLIENTENCODING", read},
    {"connect_timeout", "PGCONNECT_TIMEOUT", read},
    {"fallback_application_name", "", read},
    {"gssdelegation", "PGGSSDELEGATION", harmless},
    {"gssencmode", "PGGSSENCMODE", read},
    {"gsslib", "PGGSSLIB", harmless},
    {"hostaddr", "PGHOSTADDR", refused},
    {"keepalives", "", refused},
    {"keepalives_count", "", refused},
    {"keepalives_idle", "", refused},
    {"keepalives_interval", "", refused},
    {"krbsrvname", "PGKRBSRVNAME", harmless},
    {"load_balance_hosts", "PGLOADBALANCEHOSTS", read},
    {"options", "PGOPTIONS", read},
    {"passfile", "PGPASSFILE", read},
    {"replication", "", read},
    {"require_auth", "PGREQUIREAUTH", read},
    {"requirepeer", "PGREQUIREPEER", refused},
    {"requiressl", "PGREQUIRESSL", read},
    {"service", "PGSERVICE", refused},
    {"ssl", "", read},
    {"ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", tls},
    {"ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", tls},
    {"sslcert", "PGSSLCERT", tls},
    {"sslcertmode", "PGSSLCERTMODE", tls},
    {"sslcompression", "PGSSLCOMPRESSION", tls},
    {"sslcrl", "PGSSLCRL", tls},
    {"sslcrldir", "PGSSLCRLDIR", tls},
    {"sslkey", "PGSSLKEY", tls},
    {"sslmode", "PGSSLMODE", read},
    {"sslnegotiation", "PGSSLNEGOTIATION", tls},
    {"sslpassword", "", tls},
    {"sslrootcert", "PGSSLROOTCERT", tls},
    {"sslsni", "PGSSLSNI", tls},
    {"target_session_attrs", "PGTARGETSESSIONATTRS", read},
    {"tcp_user_timeout", "", refused},
};

std::uint16_t port_of(std::string_view text) {
    if (text.empty()) return 0;
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || number == 0 || number > 65535)
        throw_error(errc::misuse, "PGPORT: not a number from 1 to 65535");
    return static_cast<std::uint16_t>(number);
}

// A list of ports belongs to the list of hosts that it stands beside: where one host says its port, none is taken.
void take_ports(database_url& url, std::string_view list) {
    if (std::any_of(url.hosts.begin(), url.hosts.end(), [](const url_endpoint& e) { return e.port != 0; }))
        return;
    if (url.hosts.empty()) url.hosts.push_back({});
    const auto ports = split_list(list);
    if (ports.size() != 1 && ports.size() != url.hosts.size())
        throw_error(errc::misuse, "PGPORT: not as many ports as hosts; one may stand for all");
    for (std::size_t i = 0; i < url.hosts.size(); ++i)
        url.hosts[i].port = port_of(ports[ports.size() == 1 ? 0 : i]);
}

bool says(const database_url& url, std::string_view name) {
    return std::any_of(url.options.begin(), url.options.end(),
                       [&](const url_option& o) { return o.name == name; });
}

constexpr long long longest_timeout = 86400; // as the option of that name

} // namespace

std::vector<std::string_view> split_list(std::string_view list) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t comma = list.find(',');
        out.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return out;
        list.remove_prefix(comma + 1);
    }
}

std::chrono::milliseconds connect_timeout_of(std::string_view text) {
    long long seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failed != std::errc{} || end != text.data() + text.size() || seconds > longest_timeout)
        throw_error(errc::misuse,
                    "PostgreSQL: connect_timeout: not a whole number of seconds, a day at most");
    return std::chrono::seconds(seconds > 0 ? seconds : 0);
}

std::span<const libpq_parameter> libpq_parameters() noexcept {
    return table;
}

void take_libpq_variables(database_url& url,
                          const std::function<std::optional<std::string>(std::string_view)>& find) {
    const auto set = [&](std::string_view name) {
        auto value = find(name);
        return value && !value->empty() ? std::move(value) : std::nullopt;
    };
    if (url.hosts.empty())
        if (const auto hosts = set("PGHOST"))
            for (const std::string_view host : split_list(*hosts))
                url.hosts.push_back({std::string(host), 0});
    if (const auto ports = set("PGPORT")) take_ports(url, *ports);
    if (url.user.empty()) url.user = set("PGUSER").value_or("");
    if (url.database.empty()) url.database = set("PGDATABASE").value_or("");
    if (!url.password)
        if (auto password = set("PGPASSWORD")) url.password = secret(std::move(*password));
    for (const libpq_parameter& p : table)
        if (!p.variable.empty() && !says(url, p.name))
            if (auto value = set(p.variable)) url.options.push_back({std::string(p.name), std::move(*value)});
}

} // namespace hawser::detail
