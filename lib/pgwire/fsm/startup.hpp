#pragma once
// From the start-up message to the first ReadyForQuery: https://www.postgresql.org/docs/15/protocol-flow.html#id-1.10.6.7.3
#include <cstddef>
#include <cstdint>
#include <hawser/core/errc.hpp>
#include <optional>
#include "pgwire/auth/nonce.hpp"
#include "pgwire/auth/policy.hpp"
#include "pgwire/auth/scram.hpp"
#include "pgwire/frame.hpp"
#include "pgwire/message/authentication.hpp"
#include "pgwire/message/startup_message.hpp"
#include "pgwire/output.hpp"
#include "pgwire/reported_settings.hpp"
#include <span>
#include <string>
#include <string_view>

namespace hawser::pgwire {

// libpq's sslmode. What differs: where TLS may be had or not, nothing goes in the clear beyond this machine.
enum class tls_mode : std::uint8_t {
    disable, // in the clear, and the user has said so
    allow,   // as prefer
    prefer,  // in the clear within this machine alone
    require,
    verify_ca,
    verify_full
};
[[nodiscard]] std::string_view to_string(tls_mode mode) noexcept;
// Where nobody says one. Local: a unix socket, or the loopback address.
[[nodiscard]] constexpr tls_mode usual_tls_mode(bool local) noexcept {
    return local ? tls_mode::prefer : tls_mode::require;
}

// Views, which live until the start-up is over.
struct startup_settings {
    std::string_view user{};
    std::string_view database{}; // empty: that of the user's name
    std::string_view application_name{};
    std::string_view password{}; // empty: none
    // Other settings of the session. One of the same name replaces ours, TimeZone UTC and DateStyle ISO; refused are
    // client_encoding, user, database and replication.
    std::span<const startup_parameter> parameters{};

    auth_policy policy{};
    tls_mode wanted = tls_mode::require;
    bool local = false; // a unix socket, or the loopback address
    bool tls = false;   // the bytes travel in TLS already
    std::string_view
        end_point{}; // with TLS: the digest of the server's certificate, RFC 5929; empty: it has none
    std::string (*nonce)() = random_nonce;
};

struct startup_failure {
    errc kind = errc::connect_failed; // permission_denied: who we are, or who the server is, was not proved
    std::string message{};            // may hold the server's own; no password
    std::string sqlstate{};           // where the server has refused
    bool temporary = false;           // a later try may do better: the server starts, stops, or is full
};

// Takes the server's messages one by one and says what to do next, until done or failed, and nothing afterwards:
//     step s = machine.begin(out);
//     while (s == step::write || s == step::read) {
//         if (s == step::write) { write out.view(); machine.written(out); }
//         s = a message is there ? machine.take(message, out) : machine.closed();
//     }
//
// 1. No byte leaves before the settings are found to be in order, TLS before all.
// 2. A password leaves as it is over TLS alone, unless the policy lets it.
// 3. Once SCRAM has begun, nothing but the server's right signature ends it.
// 4. What the policy does not allow is refused before anything is answered.
// 5. done means ReadyForQuery outside a transaction, in a session that reads and writes values as we do.
class startup {
public:
    enum class step : std::uint8_t {
        write, // what is in `out`, then read
        read,  // a message
        done,
        failed // see failure(). The connection is to be closed
    };

    // More than a server has to say here, in bytes: what frames::accept() wants until it is done.
    static constexpr std::size_t most_bytes = std::size_t{1} << 20;

    explicit startup(const startup_settings& s) : settings_(s) {}

    [[nodiscard]] step begin(output& out);
    // SCRAM's keys are derived in here: milliseconds, up to a second by auth_policy::limits.
    [[nodiscard]] step take(const frame& message, output& out);
    // The bytes of `out` have been written. Leaves nothing of them in memory.
    void written(output& out) noexcept;
    // The server has closed the connection, or it was lost.
    [[nodiscard]] step closed();
    // frames::step::broken.
    [[nodiscard]] step broken();

    [[nodiscard]] const startup_failure& failure() const noexcept { return failure_; }

    // What is known when it is done.
    [[nodiscard]] auth_method method() const noexcept { return method_; }
    [[nodiscard]] bool bound() const noexcept { return bound_; } // the server's proof, to the TLS connection
    [[nodiscard]] const reported_settings& reported() const noexcept { return reported_; }
    [[nodiscard]] reported_settings& reported() noexcept { return reported_; }
    // For CancelRequest. Empty where the server gave none: then nothing can be cancelled.
    [[nodiscard]] std::int32_t process() const noexcept { return process_; }
    [[nodiscard]] std::string_view key() const noexcept { return key_; }

private:
    enum class due : std::uint8_t {
        begin,
        request,       // what the server wants to see
        sasl_continue, // its first message of SCRAM
        sasl_final,    // its last
        verdict,       // of what we have shown
        session,       // settings, key, ready
        over
    };

    void judge_settings() const;
    void write_startup(output& out) const;

    step judge(const frame& message, output& out);
    step on_authentication(std::string_view body, output& out);
    step on_request(const authentication& asked, output& out);
    step answer_password(output& out);
    step answer_md5(std::string_view salt, output& out);
    step begin_scram(const text_list& mechanisms, output& out);
    step answer_scram(std::string_view server_first, output& out);
    step verify_scram(std::string_view server_final);
    step scram_failed(scram_client::outcome how);
    step on_version(std::string_view body);
    step on_setting(std::string_view body);
    step on_key(std::string_view body);
    step on_ready(std::string_view body);
    step on_error(std::string_view body);
    step on_notice(std::string_view body);

    std::optional<step> against_policy(auth_method method);
    [[nodiscard]] bool replaced(std::string_view name) const noexcept;
    step out_of_order();
    step malformed();
    step fail(errc kind, std::string message);

    startup_settings settings_;
    due due_ = due::begin;                   // which message may come next?
    std::size_t taken_ = 0;                  // how much has the server said?
    auth_method method_ = auth_method::none; // how was it proved who we are?
    std::optional<scram_client> scram_{};    // once the server has asked for it
    bool bound_ = false;                     // is SCRAM bound to the TLS connection?
    bool negotiated_ = false;                // has the server said which protocol it speaks?
    reported_settings reported_{};           // what is the session like?
    bool has_key_ = false;                   // was there a key?
    std::int32_t process_ = 0;               // which backend is it?
    std::string key_{};                      // what lets us cancel its work?
    startup_failure failure_{};              // why did it fail?
};

} // namespace hawser::pgwire
