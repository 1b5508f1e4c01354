#include "postgres/login_policy.hpp"
#include "postgres/check_settings.hpp"

namespace hawser::postgres {
namespace {

pgwire::channel_binding binding_of(channel_binding_mode mode) noexcept {
    switch (mode) {
    case channel_binding_mode::disable: return pgwire::channel_binding::disable;
    case channel_binding_mode::require: return pgwire::channel_binding::require;
    case channel_binding_mode::prefer: break;
    }
    return pgwire::channel_binding::prefer;
}

} // namespace

pgwire::auth_policy login_policy(const settings& s, const endpoint& e) noexcept {
    pgwire::auth_policy out;
    out.none = s.logins.none;
    out.password = s.logins.password;
    out.md5 = s.logins.md5;
    out.scram_sha_256 = s.logins.scram_sha_256;
    out.password_in_the_clear = s.allow_cleartext_password || is_unix(e);
    out.binding = binding_of(s.channel_binding);
    return out;
}

} // namespace hawser::postgres
