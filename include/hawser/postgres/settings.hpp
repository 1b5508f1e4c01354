#pragma once
// How the PostgreSQL driver reaches one database and works on it.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <hawser/core/secret.hpp>
#include <hawser/postgres/statement_mode.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser {

class observer;

} // namespace hawser

namespace hawser::postgres {

// libpq's sslmode. TLS is not supported yet: what asks for it is refused, and never made in the clear instead.
// On unix sockets there is none, whatever is asked for.
enum class ssl_mode : unsigned char {
    disable,
    allow,   // in the clear, unless the server refuses that
    prefer,  // with TLS where the server has it
    require, // with TLS, whoever the server is
    verify_ca,
    verify_full
};

// libpq's channel_binding, which ties a SCRAM login to the TLS connection it is made on.
enum class channel_binding_mode : unsigned char { disable, prefer, require };

// The logins that are taken, libpq's require_auth. `none`: the server asked for nothing.
struct login_methods {
    bool none = true;
    bool password = true;
    bool md5 = true;
    bool scram_sha_256 = true;
};

// One server of several.
struct endpoint {
    std::string host = "/var/run/postgresql"; // begins with '/': the folder of a unix socket
    std::uint16_t port = 5432;
    secret password{};
    std::string password_from{}; // where it was found, or why none was: for messages about a login that fails
};

struct settings {
    std::vector<endpoint> endpoints{}; // tried in this order
    std::string user{};
    std::string database{}; // empty: called as the user
    std::string application_name = "hawser";
    std::string options{};                            // of the server's command line: "-c search_path=desk"
    std::chrono::milliseconds connect_timeout{10000}; // of one endpoint, login included; 0: none

    std::optional<ssl_mode> ssl{}; // empty: require beyond this machine, prefer on it
    channel_binding_mode channel_binding = channel_binding_mode::prefer;
    login_methods logins{};
    bool allow_cleartext_password = false; // a password as it is, over TCP without TLS

    // Connections.
    unsigned max_connections = 30;                    // at most; where leases hold all, a shared one more
    unsigned kept_connections = 10;                   // of them, kept at rest; the others for a minute
    unsigned shared_connections = 4;                  // of them, shared by calls that need none of their own
    std::chrono::milliseconds acquire_timeout{30000}; // wait for a free one; then DB_PERF_002
    std::chrono::milliseconds recycle_after{3600000}; // age at which one is replaced; 0: never
    std::chrono::milliseconds ping_after{500}; // one that was idle for longer is tried before it is used

    // What is on its way on one shared connection before others wait.
    std::size_t max_pipeline = 256;        // requests
    std::size_t pipeline_bytes = 4u << 20; // and bytes of them; a larger one goes alone
    std::size_t result_bytes = 256u << 20; // the longest answer; a longer one is out_of_range: stream it
    bool group_reads = false;              // reads that wait together share one Sync

    // What may be queued before callers wait for room.
    std::size_t queue_jobs = 16384;
    std::size_t queue_bytes = 64u << 20;

    hawser::statement_mode statements = hawser::statement_mode::named;
    std::size_t statement_cache = 256; // prepared statements of each connection

    // An interactive transaction holds a connection: at most this long in all, and between statements; 0: no limit.
    std::chrono::milliseconds hold_total{0};
    std::chrono::milliseconds hold_idle{60000};

    // Closing waits for work so long, then it stops it.
    std::chrono::milliseconds close_after{30000};

    bool server_words = false; // messages repeat the server's own words, also where they may hold values

    hawser::observer* observer = nullptr; // not owned; outlives the engine
};

} // namespace hawser::postgres
