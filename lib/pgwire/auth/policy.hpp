#pragma once
// Which ways to prove who one is are taken.
#include <cstdint>
#include "pgwire/auth/scram.hpp"
#include <string_view>

namespace hawser::pgwire {

// As libpq's require_auth spells them.
enum class auth_method : std::uint8_t {
    none, // the server asked for nothing: trust, peer, a certificate
    password,
    md5,
    scram_sha_256
};
[[nodiscard]] std::string_view to_string(auth_method method) noexcept;

enum class channel_binding : std::uint8_t {
    disable,
    prefer, // where the connection has TLS and both sides know it
    require // or no connection: whoever lies between us and the server cannot have passed its proof on
};

struct auth_policy {
    bool none = true;
    bool password = true;
    bool md5 = true; // what travels is enough to guess the password offline; libpq takes it too
    bool scram_sha_256 = true;

    bool password_in_the_clear = false; // a password as it is, over a connection without TLS
    channel_binding binding = channel_binding::prefer;
    scram_limits limits{};

    [[nodiscard]] bool allows(auth_method method) const noexcept;
};

} // namespace hawser::pgwire
