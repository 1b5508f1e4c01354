#pragma once
// The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, without I/O: https://www.rfc-editor.org/rfc/rfc5802,
// https://www.rfc-editor.org/rfc/rfc7677, https://www.postgresql.org/docs/15/sasl-authentication.html
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hawser::pgwire {

inline constexpr std::string_view scram_mechanism = "SCRAM-SHA-256";
inline constexpr std::string_view scram_plus_mechanism = "SCRAM-SHA-256-PLUS";

// What a server may ask for. Everything it says before its signature is checked is said by nobody we know.
struct scram_limits {
    // The server names the work that the client has to do, in the thread that runs this. PostgreSQL's own number is
    // 4096, about 2 ms; OWASP advises 600,000. A million is less than a second. 2^31 would be half an hour.
    std::uint32_t most_iterations = 1'000'000;
    // Few iterations help whoever stole what we send to guess the password. Servers have 4096, unless told otherwise.
    std::uint32_t least_iterations = 1;
    std::size_t longest_salt = 1024;  // PostgreSQL's has 16 bytes
    std::size_t longest_nonce = 1024; // with ours at its front; PostgreSQL's has 48
};

// One conversation, in this order: first(), then answer() to the server's first message, then verify() of its last.
// Out of order, or after a failure, each is a failure. Nothing of the password is kept.
class scram_client {
public:
    // Whether the proof is bound to the connection, so that nobody can pass it on.
    enum class binding : std::uint8_t {
        none,        // we cannot: there is no TLS, or nothing in it to bind to
        not_offered, // we could, the server does not offer it. A server that did will see that somebody removed it
        tls_end_point // to the server's certificate: SCRAM-SHA-256-PLUS
    };

    struct settings {
        std::string nonce; // printable, without commas, new each time: random_nonce()
        binding bound = binding::none;
        std::string bound_to{}; // for tls_end_point: the digest of the certificate, RFC 5929
        std::string user{};     // empty for PostgreSQL, which has it from the start-up message
        scram_limits limits{};
    };

    explicit scram_client(settings s);

    // Throws misuse where the nonce is none, or there is nothing to be bound to.
    [[nodiscard]] std::string first();

    enum class outcome : std::uint8_t {
        more,      // `out` goes to the server, whose answer comes here
        verified,  // the server knows the password too
        malformed, // no message of SCRAM, or not the one that was due
        excessive, // beyond the limits
        refused,   // the server says so: the password is wrong, or the binding
        impostor   // the signature is wrong: the server does not know the password
    };
    // Derives the keys: takes as long as the server's number of iterations does.
    [[nodiscard]] outcome answer(std::string_view server_first, std::string_view password, std::string& out);
    [[nodiscard]] outcome verify(std::string_view server_final);

    // After a failure: what was wrong, in words of our own. Static, but for a name of RFC 5802's list of errors.
    [[nodiscard]] std::string_view why() const noexcept { return why_; }

private:
    outcome fail(outcome how, std::string_view why) noexcept;
    outcome refused(std::string_view value) noexcept;

    enum class due : std::uint8_t { first, server_first, server_final, nothing };

    settings settings_;
    due due_ = due::first;
    std::string first_bare_; // of the client's first message, without the header
    std::string signature_;  // that the server has to show
    std::string_view why_ = {};
};

} // namespace hawser::pgwire
